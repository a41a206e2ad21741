/** The texts of what the contract names by a word. */
import type { Answer } from '../../api/client.ts'
import type { Tone } from '../../components/status.tsx'

export type Destination = Answer<'readDestination'>
export type Kind = Destination['kind']

export const kindLabels: Record<Kind, string> = {
  'exchange-online': 'delivery:kind.exchangeOnline',
  imap: 'delivery:kind.imap',
  'smtp-journal': 'delivery:kind.smtpJournal',
}

export const kindHints: Record<Kind, string> = {
  'exchange-online': 'delivery:kindHint.exchangeOnline',
  imap: 'delivery:kindHint.imap',
  'smtp-journal': 'delivery:kindHint.smtpJournal',
}

export const cloudLabels = {
  worldwide: 'delivery:cloud.worldwide',
  'gcc-high': 'delivery:cloud.gccHigh',
  dod: 'delivery:cloud.dod',
  china: 'delivery:cloud.china',
} as const

export const credentialLabels = {
  certificate: 'delivery:credential.certificate',
  secret: 'delivery:credential.secret',
  'managed-identity': 'delivery:credential.managedIdentity',
} as const

export const tlsLabels = {
  tls: 'delivery:tls.tls',
  starttls: 'delivery:tls.starttls',
  'none-loopback-only': 'delivery:tls.none',
} as const

export const loginLabels = {
  'master-user': 'delivery:login.masterUser',
  'own-passwords': 'delivery:login.ownPasswords',
  'oauth-secret': 'delivery:login.oauthSecret',
  'oauth-token': 'delivery:login.oauthToken',
} as const

const stateLabels = {
  paused: { label: 'delivery:state.paused', tone: 'quiet' },
  problem: { label: 'delivery:state.problem', tone: 'bad' },
  delivering: { label: 'delivery:state.delivering', tone: 'good' },
} as const satisfies Record<string, { label: string; tone: Tone }>

export function stateOf({ pausedAt, problem }: Destination): { label: string; tone: Tone } {
  if (pausedAt !== null) return stateLabels.paused
  return problem === null ? stateLabels.delivering : stateLabels.problem
}

/** Items that are on their way, or will be. */
export function openOf({ waiting, sending }: Destination): number {
  return waiting + sending
}

/** Items that somebody has to look after. */
export function refusedOf({ refused, givenUp }: Destination): number {
  return refused + givenUp
}

const reasonLabels: Readonly<Record<string, string>> = {
  'mailbox-not-found': 'delivery:reason.mailboxNotFound',
  'mailbox-unlicensed': 'delivery:reason.mailboxUnlicensed',
  'mailbox-full': 'delivery:reason.mailboxFull',
  'mailbox-refused': 'delivery:reason.mailboxRefused',
  'folder-taken': 'delivery:reason.folderTaken',
  'sign-in-refused': 'delivery:reason.signInRefused',
  'permission-missing': 'delivery:reason.permissionMissing',
  untrusted: 'delivery:reason.untrusted',
  unreachable: 'delivery:reason.unreachable',
  throttled: 'delivery:reason.throttled',
  'clock-skewed': 'delivery:reason.clockSkewed',
  'bad-settings': 'delivery:reason.badSettings',
  'item-too-large': 'delivery:reason.itemTooLarge',
  'item-refused': 'delivery:reason.itemRefused',
  'item-changed': 'delivery:reason.itemChanged',
  'item-lost': 'delivery:reason.itemLost',
  'content-damaged': 'delivery:reason.contentDamaged',
  'destination-removed': 'delivery:reason.destinationRemoved',
  'tries-exhausted': 'delivery:reason.triesExhausted',
}

/** The server may grow reasons before the portal does; its sentence says more anyway. */
export function reasonLabel(reason: string): string {
  return reasonLabels[reason] ?? 'delivery:reason.other'
}

/** Of one item. */
export const differenceLabels = {
  missing: 'delivery:oneDifference.missing',
  changed: 'delivery:oneDifference.changed',
  doubled: 'delivery:oneDifference.doubled',
  extra: 'delivery:oneDifference.extra',
} as const
