import type { Platform } from '../app.ts'
import { mailboxByAddress } from '../archive/index.ts'
import {
  type ArchiveTag,
  createArchivePolicy,
  defaultPolicyName,
  disableArchive,
  enableArchive,
  type InPlaceArchiveParts,
  listArchiveMailboxes,
  listArchivePolicies,
  runArchive,
  tagItem,
} from '../compliance/in-place-archive/index.ts'
import { AppError } from '../domain/errors.ts'
import { localOperator } from '../platform/audit/audit.ts'
import type { Context } from './context.ts'
import { shownTime, timeOf } from './times.ts'

export interface PolicyOptions {
  readonly days?: string
  readonly whatsappDays?: string
  readonly wechatDays?: string
  readonly personal?: readonly string[]
}

export async function enable(
  { output }: Context,
  platform: Platform,
  addresses: readonly string[],
  policy = defaultPolicyName,
): Promise<void> {
  const ids = await idsOf(platform, addresses)
  const changed = await enableArchive(partsOf(platform), ids, policy, localOperator)
  await output.document(
    { policy, changed },
    () => `${changed} mailboxes have "${policy}" now. Items move at the next run.`,
  )
}

export async function disable(
  { output }: Context,
  platform: Platform,
  addresses: readonly string[],
): Promise<void> {
  const changed = await disableArchive(partsOf(platform), await idsOf(platform, addresses))
  await output.document({ changed }, () => `${changed} mailboxes have no archive policy any more.`)
}

export async function list({ output }: Context, platform: Platform): Promise<void> {
  const mailboxes = await listArchiveMailboxes(partsOf(platform))
  await output.list(
    mailboxes.map(({ id: _id, ...mailbox }) => mailbox),
    [
      { title: 'mailbox', of: (row) => row.address },
      { title: 'policy', of: (row) => row.policy ?? '' },
      { title: 'since (UTC)', of: (row) => shownTime(row.enabledAt) },
      { title: 'primary', of: (row) => row.primaryItems },
      { title: 'archive', of: (row) => row.archiveItems },
    ],
  )
}

export async function run({ output }: Context, platform: Platform, asOf?: string): Promise<void> {
  const done = await runArchive(partsOf(platform), {
    requestedBy: localOperator,
    ...(asOf === undefined ? {} : { asOf: timeOf(asOf, '--as-of') }),
  })
  await output.document(
    done,
    ({ moved, coldObjects }) =>
      `${moved} items moved to the archive; ${coldObjects} objects went to the cold tier.`,
  )
}

export async function tag(
  { output }: Context,
  platform: Platform,
  item: string,
  name: string | null,
): Promise<void> {
  await tagItem(partsOf(platform), item, name)
  await output.document({ item, tag: name }, () =>
    name === null ? 'The item has no tag.' : `The item has the tag "${name}".`,
  )
}

export async function policies({ output }: Context, platform: Platform): Promise<void> {
  const all = await listArchivePolicies(partsOf(platform))
  await output.list(
    all.map(({ id: _id, tags, ...policy }) => ({ ...policy, tags: tags.map(({ id: _tag, ...one }) => one) })),
    [
      { title: 'policy', of: (row) => row.name },
      { title: 'mailboxes', of: (row) => row.mailboxes },
      {
        title: 'tags',
        of: (row) => row.tags.map(({ name, afterDays }) => `${name} (${afterDays ?? 'never'})`).join(', '),
      },
    ],
  )
}

export async function createPolicy(
  { output }: Context,
  platform: Platform,
  name: string,
  { days, whatsappDays, wechatDays, personal = [] }: PolicyOptions,
): Promise<void> {
  const tags: ArchiveTag[] = [
    ...(days === undefined
      ? []
      : [{ name: 'Default', kind: 'default', folder: null, afterDays: daysOf(days) } as const]),
    ...folderTag('WhatsApp Archiver', whatsappDays),
    ...folderTag('WeChat Archiver', wechatDays),
    ...personal.map(personalTag),
  ]
  await createArchivePolicy(partsOf(platform), { name, tags }, localOperator)
  await output.document({ name, tags }, () => `The policy "${name}" is there.`)
}

function folderTag(folder: NonNullable<ArchiveTag['folder']>, days?: string): ArchiveTag[] {
  return days === undefined ? [] : [{ name: folder, kind: 'folder', folder, afterDays: daysOf(days) }]
}

function personalTag(text: string): ArchiveTag {
  const place = text.lastIndexOf('=')
  if (place < 1)
    throw new AppError('bad-settings', `--personal is "${text}"; it takes NAME=DAYS, such as "Keep=never".`)
  return {
    name: text.slice(0, place),
    kind: 'personal',
    folder: null,
    afterDays: daysOf(text.slice(place + 1)),
  }
}

function daysOf(text: string): number | null {
  if (text === 'never') return null
  const days = Number(text)
  if (Number.isInteger(days) && days >= 1 && days <= 36_500) return days
  throw new AppError('bad-settings', `"${text}" is no number of days; it takes 1 to 36500, or never.`)
}

async function idsOf(platform: Platform, addresses: readonly string[]): Promise<number[]> {
  const ids = []
  for (const address of addresses) ids.push((await mailboxByAddress(platform, address)).id)
  return ids
}

function partsOf({ database, queries, objects, clock }: Platform): InPlaceArchiveParts {
  return { pool: database.pool, queries, objects, clock }
}
