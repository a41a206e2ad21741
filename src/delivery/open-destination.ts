/** The adapters, each loaded when a destination of its kind is opened: they bring libraries that few need. */
import { isDeepStrictEqual } from 'node:util'
import type { z } from 'zod'
import { AppError } from '../domain/errors.ts'
import type { Clock } from '../platform/clock.ts'
import type { RandomSource } from '../platform/random.ts'
import type { Delivery, DestinationKind } from './delivery.ts'
import type { DestinationType } from './destination-type.ts'

const types: Readonly<Record<DestinationKind, () => Promise<DestinationType>>> = {
  'exchange-online': async () =>
    (await import('./exchange-online/index.ts')).exchangeOnline as DestinationType,
  imap: async () => (await import('./imap/index.ts')).imap as DestinationType,
  'smtp-journal': async () => (await import('./smtp-journal/index.ts')).smtpJournal as DestinationType,
}

export interface DestinationGiven {
  readonly kind: DestinationKind
  readonly settings: unknown
  readonly secret: unknown
  readonly clock: Clock
  readonly random: RandomSource
}

export type OpenDestination = (given: DestinationGiven) => Promise<Delivery>

/** Throws `bad-settings` for settings or a secret that the kind does not take. */
export const openDestination: OpenDestination = async (given) => {
  const type = await types[given.kind]()
  const { settings, secret } = await checkDestination(given)
  return type.create({ settings, secret, clock: given.clock, random: given.random })
}

/** Settings and secret as the adapter has them. Throws `bad-settings`, naming what is wrong. */
export async function checkDestination({
  kind,
  settings,
  secret,
}: Pick<DestinationGiven, 'kind' | 'settings' | 'secret'>): Promise<{ settings: unknown; secret: unknown }> {
  const type = await types[kind]()
  return {
    settings: checked(type.settings, settings, 'settings'),
    secret: checked(type.secret, isEmpty(secret) && takesNone(type.secret) ? null : secret, 'secret'),
  }
}

/** Whether a secret that is kept may stay with other settings. */
export async function keepsSecret(kind: DestinationKind, before: unknown, after: unknown): Promise<boolean> {
  const { secretFor } = await types[kind]()
  const [old, changed] = [before, after] as Readonly<Record<string, unknown>>[]
  return secretFor.every((key) => isDeepStrictEqual(old![key], changed![key]))
}

/** Forms and commands say `{}` for no secret. */
export function isEmpty(secret: unknown): boolean {
  return Object.keys(secret ?? {}).length === 0
}

function takesNone(schema: z.ZodType): boolean {
  return schema.safeParse(null).success
}

function checked(schema: z.ZodType, given: unknown, what: string): unknown {
  const result = schema.safeParse(given)
  if (result.success) return result.data
  // A secret that is wrong is named by its place, never by its value.
  const slips = result.error.issues.map(({ path, message }) => `${path.join('.') || what}: ${message}`)
  throw new AppError('bad-settings', `The destination's ${what} cannot be used: ${slips.join('; ')}.`)
}
