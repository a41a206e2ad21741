/**
 * The feed between the archiver site and the connector, version 1. Paths are below the site's address
 * (`http://host:port/site`). Every answer but the session's own needs `Authorization: Bearer TOKEN`.
 * What it carries is sealed to the account's key: the site serves ciphertext it cannot open.
 */
import { z } from 'zod'

export const feedPaths = {
  session: '/feed/v1/session',
  registeredUsers: '/feed/v1/registered-users',
  records: '/feed/v1/records',
  attachments: '/feed/v1/attachments',
  acknowledgement: '/feed/v1/acknowledgement',
} as const

/** WeChat and WeCom are one family: one connector takes both. */
export const channelFamilies = ['whatsapp', 'wechat'] as const
export type ChannelFamily = (typeof channelFamilies)[number]

export function familyOfChannel(channel: 'whatsapp' | 'wechat' | 'wecom'): ChannelFamily {
  return channel === 'whatsapp' ? 'whatsapp' : 'wechat'
}

/** Codes stored in the database; never renumbered. */
export const familyCode: Record<ChannelFamily, number> = { whatsapp: 1, wechat: 2 }

export const signInRequest = z.object({
  username: z.string().min(1).max(200),
  password: z.string().min(1).max(1000),
})

export const signInAnswer = z.object({
  token: z.string(),
  expiresAt: z.string(),
  account: z.string(),
  /** Base64 of the 32-byte X25519 public key the account's records are sealed to. */
  publicKey: z.string(),
})
export type SignInAnswer = z.infer<typeof signInAnswer>

export const registeredUsersAnswer = z.object({
  users: z.array(
    z.object({
      id: z.number().int(),
      name: z.string(),
      mobile: z.string(),
      email: z.string(),
      wecomUserid: z.string().nullable(),
      validFrom: z.string().nullable(),
      validTo: z.string().nullable(),
    }),
  ),
})
export type RegisteredUsersAnswer = z.infer<typeof registeredUsersAnswer>

export const recordsQuery = z.object({
  /** Blocks whose last sequence lies after this one. */
  after: z.coerce.number().int().min(0),
  family: z.enum(channelFamilies),
  /** Records a page holds at the most, but always at least one block. */
  limit: z.coerce.number().int().min(1).max(20_000).default(5_000),
  /** Only blocks captured at or after, and before (ISO times). */
  from: z.iso.datetime({ offset: true }).optional(),
  to: z.iso.datetime({ offset: true }).optional(),
})

export const pageBlock = z.object({
  firstSequence: z.number().int(),
  records: z.number().int(),
  bytes: z.number().int(),
  /** The journal object the block lies in: part of what its seal binds. */
  object: z.string(),
})
export type PageBlock = z.infer<typeof pageBlock>

/** The first line of a page; the blocks' ciphertexts follow one after the other. */
export const pageHeader = z.object({
  blocks: z.array(pageBlock),
  /** By journal object: its data key, sealed to the account's public key, base64. */
  keys: z.record(z.string(), z.string()),
  /** Last sequence of the family in the whole journal, for progress. */
  lastSequence: z.number().int(),
  /** Records of the family after this page. */
  recordsAfter: z.number().int(),
})
export type PageHeader = z.infer<typeof pageHeader>

export const acknowledgementRequest = z.object({
  family: z.enum(channelFamilies),
  sequence: z.number().int().min(0),
})

/** What the seal of a journal block binds besides its bytes: moving, re-ordering or renumbering a block breaks it. */
export function blockSealContext(block: { object: string; firstSequence: number }): Buffer {
  return Buffer.from(`holdfast-journal-block/1\n${block.object}\n${block.firstSequence}`)
}
