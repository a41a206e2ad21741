/** What a source tells of a user, as it tells it. */
import { z } from 'zod'

export const directorySources = ['csv', 'graph', 'scim'] as const
export type DirectorySource = (typeof directorySources)[number]

const text = z.string().nullable()

/** As it is kept: read again when a later change tells of a single field only. */
export const directoryRecord = z.object({
  userName: z.string(),
  /** SCIM's `externalId`; null where there is none. */
  externalId: text.default(null),
  name: z.string(),
  /** The address that mail goes out from; null for a user without a mailbox. */
  mail: text.default(null),
  /** Further addresses of the mailbox, in any order. */
  aliases: z.array(z.string()).default([]),
  /** In any written form. */
  mobile: text.default(null),
  businessPhones: z.array(z.string()).default([]),
  department: text.default(null),
  company: text.default(null),
  country: text.default(null),
  city: text.default(null),
  office: text.default(null),
  title: text.default(null),
  enabled: z.boolean().default(true),
  /** Null where the source knows nothing of licences. */
  licensed: z.boolean().nullable().default(null),
})
export type DirectoryRecord = z.output<typeof directoryRecord>

/** A user that was told of; what is absent has not changed. */
export interface SaidUser {
  readonly sourceId: string
  readonly record: { readonly [Field in keyof DirectoryRecord]?: DirectoryRecord[Field] | undefined }
}

export interface Said {
  /** Whether these are all there are: who is missing has then disappeared. */
  readonly complete: boolean
  readonly users: readonly SaidUser[]
  /** Ids at the source of those who disappeared. */
  readonly removed: readonly string[]
}

const unknownUser = { userName: '', name: '' }

/** The record with what was told of it; one who was not known begins with what a source leaves out. */
export function mergeRecord(known: DirectoryRecord | null, said: SaidUser['record']): DirectoryRecord {
  const told = Object.fromEntries(Object.entries(said).filter(([, value]) => value !== undefined))
  const merged = { ...(known ?? directoryRecord.parse(unknownUser)), ...told } as DirectoryRecord
  return { ...merged, name: merged.name.trim() || merged.userName || (merged.mail ?? '') }
}
