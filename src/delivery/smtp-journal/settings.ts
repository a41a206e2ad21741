import { z } from 'zod'
import { mailServerFields, plainOnlyToLoopback } from '../mail-server.ts'

/** An address as it may stand in an envelope and a header without any quoting. */
const address = z
  .string()
  .trim()
  .max(254)
  .regex(/^[A-Za-z0-9.!#$%&'*+/=?^_`{|}~-]{1,64}@[A-Za-z0-9.-]{1,189}$/, {
    error: 'is not an e-mail address',
  })

export const smtpJournalSettings = z
  .strictObject({
    ...mailServerFields,
    /** Signs in with the secret's password; without it there is no sign-in. */
    user: z.string().trim().min(1).max(320).optional(),
    from: address,
    /** The journal address: every report goes there. */
    to: address,
    /** How we name ourselves to the server (EHLO). */
    name: z
      .string()
      .regex(/^[A-Za-z0-9.-]{1,189}$/, { error: 'is not a host name' })
      .optional(),
    connections: z.number().int().min(1).max(32).default(4),
    /** Larger reports are sent without their large attachments; a limit the server names is heeded anyway. */
    itemBytesMax: z.number().int().min(100_000).optional(),
  })
  .refine(...plainOnlyToLoopback)

export const smtpJournalSecret = z.strictObject({ password: z.string().min(1).max(10_000) }).nullable()

export type SmtpJournalSettings = z.output<typeof smtpJournalSettings>
export type SmtpJournalSecret = z.output<typeof smtpJournalSecret>
