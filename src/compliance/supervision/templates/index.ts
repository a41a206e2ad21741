import { AppError } from '../../../domain/errors.ts'
import { type PolicyInput, policyFormat } from '../../../domain/supervision-policy.ts'
import { collusion } from './collusion.ts'
import { complaints } from './complaints.ts'
import { conflict } from './conflict.ts'
import { gifts } from './gifts.ts'
import { harassment } from './harassment.ts'
import { insider } from './insider.ts'
import { offChannel } from './off-channel.ts'
import { sensitive } from './sensitive.ts'
import type { Template } from './template.ts'

export type { Template } from './template.ts'

export const templates: readonly Template[] = [
  ...[offChannel, insider, collusion, conflict, complaints, harassment, sensitive, gifts],
]

/** A policy of everybody with a template's rules as they are now. Throws `supervision-policy-not-found`. */
export function policyFromTemplate(name: string, policyName = name): PolicyInput {
  const template = templates.find((one) => one.name === name)
  if (!template)
    throw new AppError(
      'supervision-policy-not-found',
      `There is no template "${name}"; there are ${templates.map((one) => one.name).join(', ')}.`,
    )
  const { version, description, rules, directions, alert, review } = template
  return {
    format: policyFormat,
    name: policyName,
    description,
    template: { name, version },
    supervised: { everyone: true },
    ...(directions ? { directions } : {}),
    rules,
    ...(alert ? { alert } : {}),
    ...(review ? { review } : {}),
  }
}
