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
  gaps: '/feed/v1/gaps',
  activity: '/feed/v1/activity',
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
  /** Whether the site must keep what it has: somebody is held, or an attachment waits that only the site has. */
  keep: z.boolean().optional(),
})

/** Gaps by id, oldest first; with `closedSince` (ISO time) only those that were closed at or after it. */
export const gapsQuery = z.object({
  after: z.coerce.number().int().min(0).default(0),
  limit: z.coerce.number().int().min(1).max(5_000).default(1_000),
  closedSince: z.iso.datetime({ offset: true }).optional(),
})

export const gapsAnswer = z.object({
  gaps: z.array(
    z.object({
      id: z.number().int(),
      source: z.string(),
      /** The name of the live route; null where a file told of it. */
      route: z.string().nullable(),
      reason: z.string(),
      /** The registered user whose messages are missing, where it is known. */
      userId: z.number().int().nullable(),
      foundAt: z.string(),
      /** Base64 of JSON `{ explanation, place }`, sealed to the account. */
      sealedExplanation: z.string(),
      closedAt: z.string().nullable(),
      /** Base64 of JSON `{ by }`, sealed to the account. */
      sealedClosing: z.string().nullable(),
    }),
  ),
})
export type FeedGap = z.infer<typeof gapsAnswer>['gaps'][number]

/** `2026-03-20`, UTC. */
const feedDay = z.iso.date()

export const activityQuery = z.object({
  /** Days at or after this one. */
  since: feedDay,
  /** The `next` of the page before. */
  after: z
    .string()
    .regex(/^\d{4}-\d\d-\d\d\/\d+\/.{1,100}$/)
    .optional(),
  limit: z.coerce.number().int().min(1).max(20_000).default(5_000),
  /** How far the centre has transferred each family: the days then say how much of them that is. */
  whatsapp: z.coerce.number().int().min(0).default(0),
  wechat: z.coerce.number().int().min(0).default(0),
})

export const activityAnswer = z.object({
  /** Records of registered users by day (UTC) of capture and way in. */
  activity: z.array(
    z.object({
      userId: z.number().int(),
      source: z.string(),
      day: feedDay,
      records: z.number().int(),
      lastCapturedAt: z.string(),
    }),
  ),
  next: z.string().nullable(),
  /** What the journal holds of each day; on the first page only. */
  days: z.array(
    z.object({
      day: feedDay,
      family: z.enum(channelFamilies),
      firstSequence: z.number().int(),
      lastSequence: z.number().int(),
      records: z.number().int(),
      /** Those up to the centre's cursor. */
      transferred: z.number().int(),
    }),
  ),
  /** The account's live ways in; on the first page only. */
  routes: z.array(
    z.object({
      id: z.number().int(),
      source: z.string(),
      name: z.string(),
      enabled: z.boolean(),
      lastReceivedAt: z.string().nullable(),
      lastPulledAt: z.string().nullable(),
      /** Kept, and not yet in the journal. */
      waitingBodies: z.number().int(),
      oldestWaitingAt: z.string().nullable(),
      problem: z.object({ code: z.string(), message: z.string(), since: z.string() }).nullable(),
    }),
  ),
  /** What registered users called personal, of the last thirty days; on the first page only. Older sites do not tell. */
  personal: z.array(z.object({ userId: z.number().int(), from: z.string(), to: z.string() })).optional(),
})
export type ActivityAnswer = z.infer<typeof activityAnswer>

/** What the seal of a journal block binds besides its bytes: moving, re-ordering or renumbering a block breaks it. */
export function blockSealContext(block: { object: string; firstSequence: number }): Buffer {
  return Buffer.from(`holdfast-journal-block/1\n${block.object}\n${block.firstSequence}`)
}
