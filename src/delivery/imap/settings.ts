import { z } from 'zod'
import { mailServerFields, plainOnlyToLoopback } from '../mail-server.ts'

const word = z.string().trim().min(1).max(320)

export const imapSettings = z
  .strictObject({
    ...mailServerFields,
    /**
     * `master-user`: one password opens every mailbox; `own-passwords`: one for each address; `oauth`: a token, given
     * or fetched by client credentials.
     */
    login: z.enum(['master-user', 'own-passwords', 'oauth']),
    masterUser: word.optional(),
    /** Between the mailbox and the master user: `ada@firm.example*archiver`. */
    masterSeparator: z.string().min(1).max(4).default('*'),
    /** Where tokens are fetched, as of whom and for what (`oauth` with a client secret). */
    oauth: z
      .strictObject({ tokenAddress: z.url({ protocol: /^https$/ }), clientId: word, scope: word })
      .optional(),
    /** Folders that ours are put into, `/` between them, for example `Archive`. */
    folderPrefix: z
      .string()
      .regex(/^[A-Za-z0-9 ._/-]{1,200}$/, { error: 'may hold letters of ASCII, digits, blanks and . _ - /' })
      .optional(),
    connections: z.number().int().min(1).max(32).default(4),
    /** Larger e-mails are delivered without their large attachments; a limit the server names is heeded anyway. */
    itemBytesMax: z.number().int().min(100_000).optional(),
  })
  .refine(...plainOnlyToLoopback)
  .refine(({ login, masterUser }) => login !== 'master-user' || masterUser !== undefined, {
    path: ['masterUser'],
    error: 'is needed to sign in as a master user',
  })

const secretWord = z.string().min(1).max(10_000)

/** Which one is needed follows from `login`. */
export const imapSecret = z.union([
  z.strictObject({ password: secretWord }),
  z.strictObject({ passwords: z.record(z.string(), secretWord) }),
  z.strictObject({ accessToken: secretWord }),
  z.strictObject({ clientSecret: secretWord }),
])

export type ImapSettings = z.output<typeof imapSettings>
export type ImapSecret = z.output<typeof imapSecret>
