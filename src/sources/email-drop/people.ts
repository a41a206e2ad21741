/** Participants from the addresses of an e-mail. */
import type { Identity, Participant } from '../../domain/message.ts'
import { normalisePhone } from '../../domain/phone.ts'
import type { Email } from './email.ts'
import { type Address, readAddresses } from './mime/addresses.ts'
import { fieldsNamed } from './mime/headers.ts'

/** What of the settings decides who took part. */
export interface PeopleRules {
  readonly participantHeaders: readonly string[]
  readonly phoneDomains: readonly string[]
  readonly archiveAddresses: readonly string[]
  /** Named by the manifest. */
  readonly further?: string
}

export interface People {
  readonly sender: Participant | null
  readonly recipients: readonly Participant[]
  readonly notes: readonly string[]
}

/** Fields of known formats that name participants: those of RSMF carry names only. */
const knownParticipantHeaders = ['x-rsmf-participants'] as const

/** Providers whose mailboxes are named by a number that is no phone number with its country code. */
const numericMailDomains: ReadonlySet<string> = new Set(
  'qq.com vip.qq.com foxmail.com 163.com 126.com yeah.net sina.com sina.cn sohu.com 139.com 189.cn wo.cn 21cn.com aliyun.com outlook.com hotmail.com gmail.com icloud.com yahoo.com'.split(
    ' ',
  ),
)

const recipientsMax = 5_000

/** Everybody once; the sender is the first author who can be told. */
export function peopleOf(email: Email, rules: PeopleRules): People {
  const fields = (name: string) => fieldsNamed(email.fields, name).flatMap(readAddresses)
  const from = [...fields('from'), ...fields('sender'), ...written(email.report?.sender ?? '')]
  const authors = participantsOf(from, rules)
  const sender = authors[0] ?? null
  const others = [
    ...fields('from'),
    ...['to', 'cc', 'bcc'].flatMap(fields),
    ...[...knownParticipantHeaders, ...rules.participantHeaders].flatMap(fields),
    ...(email.report?.recipients ?? []).flatMap(written),
    ...readAddresses(rules.further ?? ''),
  ]
  const isSender = ({ identity }: Participant) =>
    sender !== null && keyOf(identity) === keyOf(sender.identity)
  const recipients = participantsOf(others, rules).filter((one) => !isSender(one))
  const notes =
    recipients.length > recipientsMax
      ? [
          `The e-mail names ${recipients.length} recipients; those beyond ${recipientsMax} are in the original.`,
        ]
      : []
  return { sender, recipients: recipients.slice(0, recipientsMax), notes }
}

function written(address: string): readonly Address[] {
  return address === '' ? [] : [{ name: '', address }]
}

function participantsOf(addresses: readonly Address[], rules: PeopleRules): readonly Participant[] {
  const known = new Map<string, Participant>()
  for (const address of addresses) {
    const participant = participantOf(address, rules)
    if (!participant) continue
    const key = keyOf(participant.identity)
    const before = known.get(key)
    if (!before || (before.name === undefined && participant.name !== undefined)) known.set(key, participant)
  }
  return [...known.values()]
}

/** Null for the archive's own addresses, and where nothing names anybody. */
export function participantOf({ name, address }: Address, rules: PeopleRules): Participant | null {
  if (rules.archiveAddresses.includes(address.toLowerCase())) return null
  const identity = identityOf(name, address, rules)
  if (!identity) return null
  const shown = name.replace(/\s+/g, ' ').trim()
  return shown === '' || shown === identity.value || phoneOf(shown) === identity.value
    ? { identity }
    : { identity, name: shown }
}

function identityOf(name: string, address: string, rules: PeopleRules): Identity | null {
  const at = address.lastIndexOf('@')
  const domain = address.slice(at + 1).toLowerCase()
  const local = at === -1 ? address : address.slice(0, at)
  const phone = at === -1 || isPhoneDomain(local, domain, rules) ? phoneOf(local) : null
  if (phone !== null) return { type: 'phone', value: phone }
  if (at > 0 && domain !== '') return { type: 'email', value: address.toLowerCase() }
  const label = (name || address).replace(/\s+/g, ' ').trim()
  const named = phoneOf(label)
  if (named !== null) return { type: 'phone', value: named }
  return label === '' ? null : { type: 'name', value: label }
}

function isPhoneDomain(local: string, domain: string, { phoneDomains }: PeopleRules): boolean {
  if (phoneDomains.length > 0) return phoneDomains.includes(domain)
  return local.startsWith('+') || !numericMailDomains.has(domain)
}

/** With its country code, in digits; a national number says too little. */
function phoneOf(text: string): string | null {
  return /^\+?\d[\d\s().-]{6,24}$/.test(text) ? normalisePhone(text) : null
}

export function keyOf({ type, value }: Identity): string {
  return `${type}:${value}`
}
