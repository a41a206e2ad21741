/** What the operator may say at capture. */
import { z } from 'zod'
import { onTheMachine } from '../source.ts'
import { isZone } from './zones.ts'

const phone = z
  .string()
  .transform((written) => written.replace(/[\s().-]/g, '').replace(/^(?:00|\+)?/, '+'))
  .pipe(
    z
      .string()
      .regex(/^\+[1-9]\d{6,14}$/, 'Give the number with its country code, for example +44 7700 900123.'),
  )

const label = z.string().trim().min(1).max(200)

export const settingsSchema = z.object({
  custodian: phone
    .optional()
    .describe('Mobile number of the registered user whose WeChat it is, with its country code'),
  custodianName: label.optional().describe("The custodian's name as it stands in the export"),
  chat: label.optional().describe('Name of the chat, where the file does not tell it'),
  timezone: z
    .string()
    .refine(isZone, 'Give one time zone as in Asia/Shanghai or Europe/London.')
    .optional()
    .describe('Time zone of the times that name none; Asia/Shanghai where nothing is said'),
  date: z
    .string()
    .regex(/^20\d{2}(?:-\d{2}-\d{2})?$/, 'Give the year or the day as in 2023 or 2023-11-15.')
    .optional()
    .describe('Year, or day, of a text export whose times lack it: 2023 or 2023-11-15'),
  media: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: 'Folder of the media files, where they do not lie beside the export',
      ...onTheMachine,
    }),
})
export type WechatExportSettings = z.infer<typeof settingsSchema>
