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

/** Reasons of gaps that the sources of this program know; others show as their source names them. */
export const gapLabels: Readonly<Record<string, string>> = {
  'attachment-missing': 'site:gapReason.attachmentMissing',
  'media-not-found': 'site:gapReason.attachmentMissing',
  'media-omitted': 'site:gapReason.mediaOmitted',
  'media-hash-mismatch': 'site:gapReason.hashMismatch',
  'message-not-delivered': 'site:gapReason.notDelivered',
  'not-exported': 'site:gapReason.notExported',
  'damaged-text': 'site:gapReason.damagedText',
  'file-cut-off': 'site:gapReason.fileCutOff',
  'unreferenced-media': 'site:gapReason.unreferencedMedia',
}

export const sourceLabels: Readonly<Record<string, string>> = {
  'whatsapp-export': 'site:source.whatsappExport',
  'wecom-archive': 'site:source.wecomArchive',
  'wechat-export': 'site:source.wechatExport',
  'whatsapp-cloud': 'site:source.whatsappCloud',
  'whatsapp-linked-device': 'site:source.whatsappLinkedDevice',
  'whatsapp-backup': 'site:source.whatsappBackup',
  'email-drop': 'site:source.emailDrop',
}

/** Options of the sources that are known here; others show as the source names them. */
export const settingLabels: Readonly<Record<string, string>> = {
  custodian: 'site:setting.custodian',
  custodianName: 'site:setting.custodianName',
  chat: 'site:setting.chat',
  timezone: 'site:setting.timezone',
  dateOrder: 'site:setting.dateOrder',
}
