/** The texts of what the contract names by a word. */
import type { Channel } from '../../../../domain/message.ts'
import type { Direction, InformationTypeName, Severity } from '../../../../domain/supervision-policy.ts'
import type { Answer } from '../../../api/client.ts'
import type { Tone } from '../../../components/status.tsx'
import type { ConditionKind } from './draft.ts'

export type Policy = Answer<'readSupervisionPolicy'>
export type PolicyFacts = Answer<'listSupervisionPolicies'>[number]

interface Label {
  readonly label: string
  readonly tone: Tone
}

export const stateLabels: Readonly<Record<PolicyFacts['state'], Label>> = {
  draft: { label: 'supervision:state.draft', tone: 'quiet' },
  active: { label: 'supervision:state.active', tone: 'good' },
  paused: { label: 'supervision:state.paused', tone: 'warning' },
}

export const severityLabels: Readonly<Record<Severity, Label>> = {
  low: { label: 'supervision:severity.low', tone: 'quiet' },
  medium: { label: 'supervision:severity.medium', tone: 'warning' },
  high: { label: 'supervision:severity.high', tone: 'bad' },
}

export const directionLabels: Readonly<Record<Direction, string>> = {
  inbound: 'supervision:direction.inbound',
  outbound: 'supervision:direction.outbound',
  internal: 'supervision:direction.internal',
}

/** Names of products, the same in every language. */
export const channelNames: Readonly<Record<Channel, string>> = {
  whatsapp: 'WhatsApp',
  wechat: 'WeChat',
  wecom: 'WeCom',
}

export const conditionLabels: Readonly<Record<ConditionKind, string>> = {
  words: 'supervision:condition.words',
  near: 'supervision:condition.near',
  dictionary: 'supervision:condition.dictionary',
  information: 'supervision:condition.information',
  pattern: 'supervision:condition.pattern',
  attachment: 'supervision:condition.attachment',
  sharedNumber: 'supervision:condition.sharedNumber',
  unseenReply: 'supervision:condition.unseenReply',
  everything: 'supervision:condition.everything',
  advanced: 'supervision:condition.advanced',
}

export const informationLabels: Readonly<Record<InformationTypeName, string>> = {
  'payment-card': 'supervision:information.paymentCard',
  iban: 'supervision:information.iban',
  'china-resident-identity': 'supervision:information.chinaResident',
  'hong-kong-identity': 'supervision:information.hongKong',
  passport: 'supervision:information.passport',
  'us-social-security': 'supervision:information.usSocialSecurity',
  'uk-national-insurance': 'supervision:information.ukInsurance',
  'spain-identity': 'supervision:information.spain',
  'italy-fiscal-code': 'supervision:information.italy',
  'sweden-identity': 'supervision:information.sweden',
}

/** The templates by name; one that is not known here shows as it is called. */
export const templateLabels: Readonly<Record<string, string>> = {
  'off-channel': 'supervision:template.offChannel',
  'insider-information': 'supervision:template.insider',
  'collusion-manipulation': 'supervision:template.collusion',
  'conflict-of-interest': 'supervision:template.conflict',
  'customer-complaints': 'supervision:template.complaints',
  harassment: 'supervision:template.harassment',
  'sensitive-information': 'supervision:template.sensitive',
  'gifts-entertainment': 'supervision:template.gifts',
}
