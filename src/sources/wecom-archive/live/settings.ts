/** What connects WeCom's session archive: the company, Tencent's library, and the secrets of the archive's settings page. */
import { z } from 'zod'
import { onTheMachine } from '../../source.ts'
import { readPrivateKey } from './private-key.ts'

export const wecomLiveSettings = z.object({
  corpId: z
    .string()
    .regex(
      /^[A-Za-z0-9_-]{4,64}$/,
      'Give the company id (CorpID) from My Company, for example ww0123456789abcdef.',
    )
    .describe('Company id (CorpID)'),
  library: z
    .string()
    .regex(/^\//, 'Give the full path of the library, beginning with /.')
    .meta({
      description: "Path of Tencent's libWeWorkFinanceSdk_C.so on this machine",
      ...onTheMachine,
    }),
  apiOrigin: z
    .url({ protocol: /^https?$/ })
    .default('https://qyapi.weixin.qq.com')
    .meta({ description: "Address of WeCom's API", ...onTheMachine }),
  proxy: z
    .string()
    .regex(/^(?:https?|socks5):\/\/[^\s@]+$/, 'Give the proxy as http://host:port or socks5://host:port.')
    .optional()
    .describe('Proxy through which the library reaches WeCom; the sign-in for it is a secret'),
})

const pem = z
  .string()
  .max(16 * 1024)
  .refine(
    (text) => readPrivateKey(text) !== null,
    'Not an RSA private key in PEM (PKCS#1 or PKCS#8) without a passphrase.',
  )

export const wecomLiveSecret = z.object({
  archiveSecret: z.string().min(1).describe('Secret of the session archive'),
  privateKeys: z
    .record(z.string().regex(/^[1-9]\d{0,9}$/, 'Name each key by its version number.'), pem)
    .refine((keys) => Object.keys(keys).length > 0, 'Give at least one private key, with its version.')
    .describe(
      'Every private key there ever was, by the version WeCom gave its public half: {"1": "-----BEGIN …"}',
    ),
  proxySignIn: z.string().optional().describe('Sign-in for the proxy: user:password'),
  contactsSecret: z
    .string()
    .min(1)
    .optional()
    .describe(
      'Secret of an app that may look up people by mobile and e-mail; the archive secret where absent',
    ),
  customerSecret: z
    .string()
    .min(1)
    .optional()
    .describe('Secret of Customer Contact, for the names of customer groups'),
  callback: z
    .object({
      token: z.string().min(1).max(64).describe('Token of the event receiver'),
      encodingAesKey: z
        .string()
        .regex(/^[A-Za-z0-9+/]{43}$/, 'EncodingAESKey has 43 letters and digits.')
        .describe('EncodingAESKey of the event receiver'),
    })
    .optional(),
})

export type WecomLiveSettings = z.infer<typeof wecomLiveSettings>
export type WecomLiveSecret = z.infer<typeof wecomLiveSecret>
