/** The texts of what the contract calls messages by; their namespace is `items`. */

import type { ItemRow } from '../../api/endpoints/mailboxes.ts'
import type { Channel, IdentityType, MessageEvent, MessageKind } from '../../domain/message.ts'

export const kindLabels: Record<MessageKind, string> = {
  text: 'items:kind.text',
  image: 'items:kind.image',
  voice: 'items:kind.voice',
  audio: 'items:kind.audio',
  video: 'items:kind.video',
  file: 'items:kind.file',
  sticker: 'items:kind.sticker',
  location: 'items:kind.location',
  contact: 'items:kind.contact',
  poll: 'items:kind.poll',
  call: 'items:kind.call',
  meeting: 'items:kind.meeting',
  link: 'items:kind.link',
  forwarded: 'items:kind.forwarded',
  mixed: 'items:kind.mixed',
  payment: 'items:kind.payment',
  calendar: 'items:kind.calendar',
  form: 'items:kind.form',
  task: 'items:kind.task',
  consent: 'items:kind.consent',
  system: 'items:kind.system',
  unknown: 'items:kind.unknown',
}

export const eventLabels: Record<MessageEvent, string> = {
  sent: 'items:event.sent',
  edited: 'items:event.edited',
  deleted: 'items:event.deleted',
  recalled: 'items:event.recalled',
  reacted: 'items:event.reacted',
  receipt: 'items:event.receipt',
}

/** Names of products are the same in every language. */
export const channelNames: Record<Channel, string> = {
  whatsapp: 'WhatsApp',
  wechat: 'WeChat',
  wecom: 'WeCom',
}

export const areaLabels: Record<ItemRow['area'], string> = {
  primary: 'items:area.primary',
  archive: 'items:area.archive',
  'recoverable-items': 'items:area.recoverable',
}

export const identityTypeLabels: Record<IdentityType, string> = {
  phone: 'items:identityTypes.phone',
  'whatsapp-lid': 'items:identityTypes.whatsappLid',
  'whatsapp-bsuid': 'items:identityTypes.whatsappBsuid',
  'wecom-userid': 'items:identityTypes.wecomUserid',
  'wecom-robot': 'items:identityTypes.wecomRobot',
  'wechat-external': 'items:identityTypes.wechatExternal',
  email: 'items:identityTypes.email',
  name: 'items:identityTypes.name',
}
