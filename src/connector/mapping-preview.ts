/** How the registered users of an account would be mapped, before a message of theirs is. */

import { isAppError } from '../domain/errors.ts'
import type { RegisteredUsersAnswer } from '../domain/feed/contract.ts'
import {
  compileMapping,
  type DirectoryMailbox,
  type Mapping,
  type RegisteredUser,
} from '../domain/mapping.ts'
import type { MappingRow } from '../domain/mapping-file.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import { type Connector, openFeed } from './connectors.ts'
import { createFeedClient } from './feed-client.ts'
import { directoryMailboxes, loadMapping, registeredUsersOf, storeRegisteredUsers } from './load-mapping.ts'
import type { ConnectorParts } from './parts.ts'

export interface MappingPreview {
  readonly registeredUsers: number
  readonly byCsv: number
  readonly byEmailProperty: number
  readonly unmapped: number
  /** The first `examplesMax` of each rule. */
  readonly mappedExamples: readonly {
    readonly name: string
    readonly mobile: string
    readonly mailbox: string
    readonly rule: 'csv' | 'email-property'
  }[]
  /** The first `unmappedShownMax`, with the reason. */
  readonly unmappedUsers: readonly {
    readonly name: string
    readonly mobile: string
    readonly email: string
    readonly reason: string
  }[]
}

const unmappedShownMax = 200
const examplesMax = 5

/** Of a connector; where its site does not answer, with the users it named at the last run. */
export async function previewMapping(parts: ConnectorParts, connector: Connector): Promise<MappingPreview> {
  try {
    const feed = await openFeed(parts, connector, { retries: 0 })
    await storeRegisteredUsers(parts.queries, connector, await feed.registeredUsers())
  } catch (error) {
    if (!isAppError(error)) throw error
  }
  const users = await registeredUsersOf(parts.queries, connector)
  const [mapping, mailboxes] = await Promise.all([
    loadMapping(parts.queries, connector),
    directoryMailboxes(parts.queries),
  ])
  const preview = previewOf(mapping, users, mailboxes, parts.clock.now())
  await auditPreview(parts, connector.name, preview)
  return preview
}

export interface DraftedMapping {
  readonly siteUrl: string
  readonly username: string
  readonly password: string
  readonly rows: readonly MappingRow[]
  readonly automatic: boolean
}

/** Of a connector that is not made yet: its users are asked of the site. Throws as a sign-in does. */
export async function previewDraftedMapping(
  parts: ConnectorParts,
  name: string,
  drafted: DraftedMapping,
): Promise<MappingPreview> {
  const { siteUrl, username, password, rows, automatic } = drafted
  const feed = createFeedClient({ siteUrl, username, password, retries: 0 })
  const users = (await feed.registeredUsers()).map(userOf)
  const mailboxes: readonly DirectoryMailbox[] = await directoryMailboxes(parts.queries)
  const mapping = compileMapping({ rows, automatic, registeredUsers: users, mailboxes })
  const preview = previewOf(mapping, users, mailboxes, parts.clock.now())
  await auditPreview(parts, name, preview)
  return preview
}

function userOf(user: RegisteredUsersAnswer['users'][number]): RegisteredUser {
  return {
    ...user,
    validFrom: user.validFrom === null ? null : Date.parse(user.validFrom),
    validTo: user.validTo === null ? null : Date.parse(user.validTo),
  }
}

/** Those registered now, as a message sent now would find them. */
function previewOf(
  mapping: Mapping,
  users: readonly RegisteredUser[],
  mailboxes: readonly DirectoryMailbox[],
  now: number,
): MappingPreview {
  const addresses = new Map(mailboxes.map(({ id, address }) => [id, address]))
  const current = users.filter(
    ({ validFrom, validTo }) => (validFrom ?? now) <= now && (validTo ?? Infinity) > now,
  )
  const counts = { csv: 0, 'email-property': 0, none: 0 }
  const unmappedUsers: MappingPreview['unmappedUsers'][number][] = []
  const mappedExamples: MappingPreview['mappedExamples'][number][] = []
  for (const { name, mobile, email } of current) {
    const { rule, explanation, mailboxId } = mapping.mapIdentity({ type: 'phone', value: mobile }, now)
    counts[rule] += 1
    const mailbox = mailboxId === null ? undefined : addresses.get(mailboxId)
    if (rule !== 'none' && mailbox !== undefined && counts[rule] <= examplesMax)
      mappedExamples.push({ name, mobile, mailbox, rule })
    if (rule === 'none' && unmappedUsers.length < unmappedShownMax)
      unmappedUsers.push({ name, mobile, email, reason: explanation })
  }
  return {
    registeredUsers: current.length,
    byCsv: counts.csv,
    byEmailProperty: counts['email-property'],
    unmapped: counts.none,
    mappedExamples,
    unmappedUsers,
  }
}

async function auditPreview(
  { queries, clock }: ConnectorParts,
  target: string,
  { registeredUsers, unmapped }: MappingPreview,
): Promise<void> {
  await appendAudit(queries, {
    at: clock.now(),
    operation: 'view-users',
    target,
    outcome: 'succeeded',
    details: { preview: true, registeredUsers, unmapped },
  })
}
