/** What an operator may say about the files. The schema renders the wizard's form. */
import { z } from 'zod'
import { onTheMachine } from '../source.ts'

const phone = z
  .string()
  .transform((written) => written.replace(/[\s().-]/g, '').replace(/^(?:00|\+)?/, '+'))
  .pipe(
    z
      .string()
      .regex(/^\+[1-9]\d{6,14}$/, 'Give the number with its country code, for example +44 7700 900123.'),
  )

export const wecomArchiveSettings = z.object({
  media: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: 'Folder of media files, named by sdkfileid or by MD5, with or without an extension',
      ...onTheMachine,
    }),
  custodian: phone
    .optional()
    .describe('Phone number of the registered user whose capture this is, with its country code'),
  chatNames: z
    .string()
    .min(1)
    .optional()
    .meta({
      description: 'JSON file of names by room id and user id: {"wr…": "Deal team", "zhangsan": "张三"}',
      ...onTheMachine,
    }),
})

export type WecomArchiveSettings = z.infer<typeof wecomArchiveSettings>
