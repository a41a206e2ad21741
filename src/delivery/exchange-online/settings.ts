/** What an administrator sets for Exchange Online, and what is sealed. */
import { z } from 'zod'
import { applicationSecret, applicationSettings } from '../microsoft/index.ts'

/** Graph's own for an attachment ("3 MB to 150 MB" of createUploadSession), and Exchange Online's for a message. */
export const fileBytesMax = 150_000_000

export const exchangeSettings = z.strictObject({
  ...applicationSettings,
  folderIn: z
    .enum(['primary', 'archive'])
    .default('primary')
    .refine((area) => area === 'primary', {
      error:
        'no cloud gives the id of the in-place archive in Microsoft Graph v1.0; choose "primary", and let the mailbox’s archive policy move the items',
    }),
  /** The tenant's own limit for a message, attachments together; Microsoft's default is 35 MB, the most 150 MB. */
  itemBytesMax: z.int().min(1_000_000).max(fileBytesMax).optional(),
  /** Mailboxes at once; each has a budget of its own with Microsoft. */
  connections: z.int().min(1).max(32).default(4),
})
export type ExchangeSettings = z.output<typeof exchangeSettings>

export const exchangeSecret = applicationSecret
export type ExchangeSecret = z.output<typeof exchangeSecret>
