/** In-place archiving: mailboxes with an archive, the policies that move items there. */
import { z } from 'zod'
import { folderNames } from '../../domain/codes.ts'
import { defineEndpoints } from '../endpoint.ts'
import { done, rowId, time } from '../values.ts'

/** As in Exchange: who looks after recipients gives archives; who looks after records sees them. */
const keepers = ['Mail Recipients', 'Retention Management'] as const
const readers = [...keepers, 'View-Only Retention Management', 'RecordManagement'] as const

const count = z.int().min(0)
const tag = z.object({
  name: z.string().trim().min(1).max(100),
  kind: z.enum(['default', 'folder', 'personal']),
  folder: z.enum(folderNames).nullable(),
  /** Days after the message was sent; null: never. */
  afterDays: z.int().min(1).max(36_500).nullable(),
})

export const inPlaceArchiveEndpoints = defineEndpoints({
  readArchives: {
    method: 'GET',
    path: '/api/archives',
    summary: 'Mailboxes with and without an archive, the policies, and the last move.',
    access: readers,
    audit: { none: 'counts and our own settings' },
    answer: z.object({
      mailboxes: z.array(
        z.object({
          id: z.int(),
          address: z.string(),
          name: z.string(),
          policy: z.string().nullable(),
          enabledAt: time.nullable(),
          primaryItems: count,
          archiveItems: count,
        }),
      ),
      policies: z.array(
        z.object({
          id: z.int(),
          name: z.string(),
          builtIn: z.boolean(),
          mailboxes: count,
          tags: z.array(tag.extend({ id: z.int() })),
        }),
      ),
      lastRun: z.object({ asOf: time, finishedAt: time, moved: count, coldObjects: count }).nullable(),
    }),
  },
  enableArchives: {
    method: 'POST',
    path: '/api/archives/enable',
    summary: 'Mailboxes get an archive under a policy, or another policy.',
    access: keepers,
    audit: 'enable-archive',
    body: z.object({ mailboxes: z.array(rowId).min(1).max(10_000), policy: z.string().min(1).max(100) }),
    answer: z.object({ changed: count }),
  },
  disableArchives: {
    method: 'POST',
    path: '/api/archives/disable',
    summary: 'Nothing of the mailboxes moves any more; what is in the archive stays there.',
    access: keepers,
    audit: 'disable-archive',
    body: z.object({ mailboxes: z.array(rowId).min(1).max(10_000) }),
    answer: z.object({ changed: count }),
  },
  createArchivePolicy: {
    method: 'POST',
    path: '/api/archive-policies',
    summary: 'A new policy: when items of the whole mailbox, of a folder, or of a personal tag move.',
    access: ['Retention Management'],
    audit: 'change-archive-policy',
    body: z.object({ name: z.string().trim().min(1).max(100), tags: z.array(tag).min(1).max(30) }),
    answer: done,
  },
})
