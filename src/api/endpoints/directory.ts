/** Where the directory comes from, how that goes, and what a sync would change. */
import { z } from 'zod'
import { defineEndpoints } from '../endpoint.ts'
import { time } from '../values.ts'

const access = ['Mail Recipients'] as const

const source = z.enum(['csv', 'graph', 'scim'])
const count = z.int()

const syncCounts = z.object({
  ...{ added: count, changed: count, deactivated: count, reactivated: count },
  ...{ unchanged: count, conflicts: count, passedOver: count },
})

/** The application that is registered at Microsoft Entra ID; of the same shape as a destination's. */
const graphSettings = z.object({
  cloud: z.enum(['worldwide', 'gcc-high', 'dod', 'china']).default('worldwide'),
  tenantId: z.string().trim().min(2).max(254),
  clientId: z.guid(),
  credential: z.enum(['certificate', 'secret', 'managed-identity']),
})

export const directoryFacts = z.object({
  /** Null until Microsoft Graph is set up as the source. The secret itself never comes back. */
  graph: z.object({ settings: graphSettings, hasSecret: z.boolean(), version: z.int() }).nullable(),
  sources: z.array(
    z.object({
      source,
      lastRunAt: time.nullable(),
      lastSuccessAt: time.nullable(),
      /** Of the last success. */
      counts: syncCounts.nullable(),
      problem: z.object({ code: z.string(), message: z.string(), since: time }).nullable(),
    }),
  ),
  mailboxes: z.object({ active: count, inactive: count }),
  origins: z.object({ manual: count, csv: count, graph: count, scim: count }),
  /** Users who could not be taken as they are: the first hundred. */
  problems: z.array(z.object({ source, userName: z.string(), explanation: z.string() })),
  problemCount: count,
})
export type DirectoryFacts = z.infer<typeof directoryFacts>

const fieldValue = z.union([z.string(), z.boolean(), z.null(), z.array(z.string())])

export const syncFacts = z.object({
  applied: z.boolean(),
  /** All users were read, not only what changed. */
  full: z.boolean(),
  /** A dry run of what is refused unless removals are accepted. */
  removalsRefused: z.boolean(),
  counts: syncCounts,
  /** The first five hundred; those that close a mailbox first. */
  changes: z.array(
    z.object({
      kind: z.enum(['added', 'changed', 'deactivated', 'reactivated']),
      address: z.string(),
      name: z.string(),
      fields: z.array(z.object({ field: z.string(), before: fieldValue, after: fieldValue })),
    }),
  ),
  conflicts: z.array(z.object({ userName: z.string(), address: z.string(), explanation: z.string() })),
  /** Users without a mailbox here, by why. */
  passedOver: z.object({ 'no-address': count, unlicensed: count, disabled: count }),
})
export type SyncFacts = z.infer<typeof syncFacts>

export const directoryEndpoints = defineEndpoints({
  readDirectory: {
    method: 'GET',
    path: '/api/directory',
    summary:
      'Where the directory comes from, how the last sync of each source went, what could not be taken.',
    access: [...access],
    audit: 'view-mailboxes',
    answer: directoryFacts,
  },
  changeDirectory: {
    method: 'PUT',
    path: '/api/directory',
    summary: 'Sets up Microsoft Graph as the source, or ends that; mailboxes stay.',
    access: [...access],
    audit: 'change-directory',
    dangerous: true,
    body: z.object({
      graph: graphSettings
        .extend({
          /** Absent: the one there is stays, as long as it is for the same application. */
          secret: z
            .union([
              z.strictObject({ clientSecret: z.string().min(1).max(1_000) }),
              z.strictObject({
                certificatePem: z
                  .string()
                  .min(1)
                  .max(64 * 1024),
              }),
            ])
            .optional(),
        })
        .nullable(),
      /** The `version` that was read; 0 where there was none. */
      version: z.int().min(0),
    }),
    answer: directoryFacts,
  },
  planSync: {
    method: 'POST',
    path: '/api/directory/plan',
    summary: 'A dry run: what a sync from Microsoft Graph would change now.',
    access: [...access],
    audit: 'sync-directory',
    body: z.object({
      /** All users again, not only what changed. */
      full: z.boolean().default(false),
    }),
    answer: syncFacts,
  },
  startSync: {
    method: 'POST',
    path: '/api/directory/syncs',
    summary: 'Syncs from Microsoft Graph and answers what was changed.',
    access: [...access],
    audit: 'sync-directory',
    body: z.object({
      full: z.boolean().default(false),
      /** Goes on where more than a fifth of the active mailboxes would be closed. */
      acceptRemovals: z.boolean().default(false),
    }),
    answer: syncFacts,
  },
})
