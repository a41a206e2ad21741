/** The texts of what the contract names by a word. */
import type { Answer } from '../../api/client.ts'
import type { ConditionProperty } from './condition-drafts.ts'

export type SlipKind = Answer<'checkQuery'>['typos'][number]['kind']

export const propertyLabels: Readonly<Record<ConditionProperty, string>> = {
  from: 'search:property.from',
  to: 'search:property.to',
  participants: 'search:property.participants',
  conversation: 'search:property.conversation',
  sent: 'search:property.sent',
  received: 'search:property.received',
  channel: 'search:property.channel',
  kind: 'search:property.kind',
  subject: 'search:property.subject',
  attachmentnames: 'search:property.attachmentNames',
  hasattachment: 'search:property.hasAttachment',
  size: 'search:property.size',
}

export const slipLabels: Readonly<Record<SlipKind, string>> = {
  'smart-quote': 'search:slip.smartQuote',
  'lower-case-operator': 'search:slip.lowerCaseOperator',
  'hidden-character': 'search:slip.hiddenCharacter',
  'space-after-colon': 'search:slip.spaceAfterColon',
  'full-width': 'search:slip.fullWidth',
}
