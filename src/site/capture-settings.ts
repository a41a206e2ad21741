/** What somebody who uploads a file may say about it: the settings of its source, without those of the machine. */
import { z } from 'zod'
import { AppError } from '../domain/errors.ts'
import type { Source } from '../sources/source.ts'

interface ObjectSchema {
  properties?: Record<string, { onTheMachine?: boolean }>
  required?: string[]
  [key: string]: unknown
}

/** The settings as a JSON schema a form is made from. */
export function uploadSettingsSchema(source: Source): Record<string, unknown> {
  const { $schema: _schema, ...schema } = settingsSchema(source)
  const open = Object.entries(schema.properties ?? {}).filter(([, property]) => !property.onTheMachine)
  return { ...schema, properties: Object.fromEntries(open) }
}

/**
 * The settings that came with an upload, as JSON. Throws `bad-settings` for what is no object of this source's
 * settings; their values are checked at capture.
 */
export function parseUploadSettings(source: Source, json: string): Record<string, unknown> {
  const given = objectOf(json)
  const known = uploadSettingsSchema(source).properties as Record<string, unknown>
  for (const name of Object.keys(given)) {
    if (name in known) continue
    throw new AppError(
      'bad-settings',
      `${source.name} has no use for "${name}" with an upload; leave it out.`,
    )
  }
  return given
}

function settingsSchema(source: Source): ObjectSchema {
  return z.toJSONSchema(source.settings, { io: 'input', unrepresentable: 'any' }) as ObjectSchema
}

function objectOf(json: string): Record<string, unknown> {
  const refused = new AppError('bad-settings', 'The settings of a capture are a JSON object of its options.')
  try {
    const value: unknown = JSON.parse(json)
    if (typeof value === 'object' && value !== null && !Array.isArray(value))
      return value as Record<string, unknown>
  } catch (cause) {
    refused.cause = cause
  }
  throw refused
}
