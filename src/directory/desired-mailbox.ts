/** What a mailbox is by what its user's source says. */
import { normaliseEmail } from '../domain/email-address.ts'
import { normalisePhone } from '../domain/phone.ts'
import type { FieldChange, KnownMailbox, MailboxFacts, Phone } from './plan.ts'
import type { DirectoryRecord } from './record.ts'

export interface Wanted {
  /** Lower case; null for a user without a mailbox. */
  readonly address: string | null
  /** Without the primary one. */
  readonly aliases: readonly string[]
}

export function wantedAddresses(record: DirectoryRecord): Wanted {
  const address = record.mail === null ? null : normaliseEmail(record.mail)
  const aliases = new Set(record.aliases.map(normaliseEmail).filter((one) => one !== null))
  if (address !== null) aliases.delete(address)
  return { address, aliases: [...aliases].sort() }
}

/** The mailbox of a user who is here. */
export function factsOf(
  record: DirectoryRecord,
  { address, aliases, active }: { address: string; aliases: readonly string[]; active: boolean },
): MailboxFacts {
  const phones = phonesOf(record)
  return {
    address,
    name: record.name || address,
    mobile: phones.find(({ kind }) => kind === 'mobile')?.phone ?? null,
    department: emptyAsNull(record.department),
    active,
    addresses: [address, ...aliases],
    phones,
  }
}

/** The mailbox of a user who left: it keeps its name, and lets go of addresses and telephones from now on. */
export function retired(mailbox: KnownMailbox): MailboxFacts {
  const { address, name, mobile, department } = mailbox
  return { address, name, mobile, department, active: false, addresses: [], phones: [] }
}

/** Numbers that cannot be read as international ones are left out; `phoneProblem` tells of them. */
function phonesOf(record: DirectoryRecord): Phone[] {
  const mobile = record.mobile === null ? null : normalisePhone(record.mobile)
  const business = new Set(
    record.businessPhones.map((one) => normalisePhone(one)).filter((one) => one !== null),
  )
  return [
    ...(mobile === null ? [] : [{ kind: 'mobile' as const, phone: mobile }]),
    ...[...business].sort().map((phone) => ({ kind: 'business' as const, phone })),
  ]
}

/** A sentence about a mobile that is none; null where there is nothing to say. Without the number. */
export function phoneProblem(record: DirectoryRecord): string | null {
  if (emptyAsNull(record.mobile) === null || normalisePhone(record.mobile!) !== null) return null
  return `The mobile of ${record.userName} is not a telephone number in international form; write it with + and the country code.`
}

const recordFields = [
  'userName',
  'company',
  'country',
  'city',
  'office',
  'title',
  'enabled',
  'licensed',
] as const

/** What differs, field by field, between a mailbox with its user and what both are to be. */
export function changedFields(
  before: { readonly mailbox: MailboxFacts; readonly record: DirectoryRecord | null },
  after: { readonly mailbox: MailboxFacts; readonly record: DirectoryRecord },
): FieldChange[] {
  const mailboxFields = ['address', 'name', 'mobile', 'department', 'active'] as const
  const aliases = { before: aliasesOf(before.mailbox), after: aliasesOf(after.mailbox) }
  const phones = { before: businessOf(before.mailbox), after: businessOf(after.mailbox) }
  const changes: FieldChange[] = [
    ...mailboxFields.map((field) => ({ field, before: before.mailbox[field], after: after.mailbox[field] })),
    { field: 'aliases', ...aliases },
    { field: 'businessPhones', ...phones },
    ...recordFields.map((field) => ({
      ...{ field, before: before.record?.[field] ?? null, after: after.record[field] ?? null },
    })),
  ]
  return changes.filter((change) => JSON.stringify(change.before) !== JSON.stringify(change.after))
}

function aliasesOf({ address, addresses }: MailboxFacts): string[] {
  return addresses.filter((one) => one !== address).sort()
}

function businessOf({ phones }: MailboxFacts): string[] {
  return phones
    .filter(({ kind }) => kind === 'business')
    .map(({ phone }) => phone)
    .sort()
}

function emptyAsNull(text: string | null): string | null {
  return text === null || text.trim() === '' ? null : text.trim()
}
