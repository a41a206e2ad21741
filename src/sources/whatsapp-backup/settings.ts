/** What an operator may say about a backup, and what a route needs to fetch it by itself. */
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

const path = z.string().min(1)
const gib = 1024 ** 3

const common = {
  custodian: phone
    .optional()
    .describe('Mobile number of the registered user whose phone it is, with its country code'),
  keyFile: path
    .optional()
    .meta({ description: "The phone's key file, where the backup is encrypted", ...onTheMachine }),
  media: path
    .optional()
    .meta({ description: "Folder of the phone's media: WhatsApp's own, with Media in it", ...onTheMachine }),
  contacts: path
    .optional()
    .meta({ description: 'wa.db, where it does not lie beside the backup', ...onTheMachine }),
  unpackedBytesMax: z
    .number()
    .positive()
    .default(64 * gib)
    .meta({ description: 'Largest database a backup may unpack to', ...onTheMachine }),
  workFolder: path.optional().meta({
    description: 'Folder in which a backup is decrypted; it needs room for the database',
    ...onTheMachine,
  }),
  silenceSecondsMax: z
    .number()
    .positive()
    .default(300)
    .meta({ description: 'A database that gives nothing for so long is given up', ...onTheMachine }),
}

export const whatsappBackupSettings = z.object({
  ...common,
  key: z
    .string()
    .min(1)
    .optional()
    .describe('The 64-digit key that WhatsApp showed when the encrypted backup was switched on'),
})
export type WhatsappBackupSettings = z.infer<typeof whatsappBackupSettings>

export const whatsappBackupRouteSettings = z.object({
  ...common,
  folder: path.meta({ description: "Folder that the phone's backups arrive in", ...onTheMachine }),
})
export type WhatsappBackupRouteSettings = z.infer<typeof whatsappBackupRouteSettings>

export const whatsappBackupSecret = z.object({
  key: z.string().min(1).optional().describe('The 64-digit key, where no key file is named'),
})
export type WhatsappBackupSecret = z.infer<typeof whatsappBackupSecret>
