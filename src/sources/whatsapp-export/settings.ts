/** What the operator may say at capture. */
import { z } from 'zod'
import { onTheMachine } from '../source.ts'
import { dateOrders } from './local-time.ts'
import { plain } from './marks.ts'
import { parseZoneRanges } from './zones.ts'

const gib = 1024 ** 3

/** `+44 7700 900123`, `447700900123` or `0044…` to E.164, or null when it is no full number. */
export function normalisePhone(text: string): string | null {
  const digits = plain(text).replace(/[\s().-]/g, '')
  const match = /^(?:\+|00)?([1-9]\d{6,14})$/.exec(digits)
  return match === null ? null : `+${match[1]}`
}

const phone = z.string().transform((text, context) => {
  const number = normalisePhone(text)
  if (number !== null) return number
  context.addIssue({
    code: 'custom',
    message: 'Give the number with its country code, for example +44 7700 900123.',
  })
  return z.NEVER
})

const zones = z.string().superRefine((text, context) => {
  const ranges = parseZoneRanges(text)
  if (typeof ranges === 'string') context.addIssue({ code: 'custom', message: ranges })
})

const label = z.string().trim().min(1).max(200)

/** Limits on zips: WhatsApp exports hold thousands of files and some GiB; beyond these a zip is an attack or a mistake. */
const zipLimits = z.object({
  entriesMax: z.number().int().positive().default(100_000),
  totalBytesMax: z
    .number()
    .positive()
    .default(64 * gib),
  /** Bytes out for bytes in. Media hardly shrink; a chat of one repeated line shrinks a hundredfold. */
  ratioMax: z.number().positive().default(250),
  depthMax: z.number().int().positive().default(8),
})
export type ZipLimits = z.infer<typeof zipLimits>

export const settingsSchema = z.object({
  custodian: phone
    .optional()
    .describe('Mobile number of the registered user whose phone the export came from'),
  custodianName: label.optional().describe("The custodian's name as it stands in the export"),
  chat: label.optional().describe('Name of the chat, where the file does not tell it'),
  timezone: zones
    .optional()
    .describe('Time zone of the phone; ranges as in Europe/London,2024-03-01=Asia/Shanghai'),
  dateOrder: z
    .enum(dateOrders)
    .optional()
    .describe('Order of day, month and year, where the file does not tell it'),
  media: z
    .string()
    .min(1)
    .optional()
    .meta({ description: 'Folder of the media files of an export that is not a zip', ...onTheMachine }),
  zip: zipLimits.prefault({}).meta({ description: 'Limits on zip files', ...onTheMachine }),
})
export type WhatsappExportSettings = z.infer<typeof settingsSchema>
