/** The texts of what the contract names by a word. */
import type { Answer } from '../../api/client.ts'
import type { Tone } from '../../components/status.tsx'

export type RegisteredUser = Answer<'listRegisteredUsers'>[number]

export const statusLabels: Record<RegisteredUser['status'], { label: string; tone: Tone }> = {
  capturing: { label: 'site:status.capturing', tone: 'good' },
  quiet: { label: 'site:status.quiet', tone: 'quiet' },
  never: { label: 'site:status.never', tone: 'warning' },
  former: { label: 'site:status.former', tone: 'quiet' },
}

export const warningLabels: Record<RegisteredUser['warnings'][number], string> = {
  'email-is-no-mailbox': 'site:warning.emailIsNoMailbox',
  'mailbox-inactive': 'site:warning.mailboxInactive',
  'email-shared': 'site:warning.emailShared',
  'name-shared': 'site:warning.nameShared',
}

/** Options of the sources that are known here; others show as the source names them. */
export const settingLabels: Readonly<Record<string, string>> = {
  custodian: 'site:setting.custodian',
  custodianName: 'site:setting.custodianName',
  chat: 'site:setting.chat',
  timezone: 'site:setting.timezone',
  dateOrder: 'site:setting.dateOrder',
}
