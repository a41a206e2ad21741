import type { Message } from '../domain/message.ts'

const archiverOfChannel = {
  whatsapp: 'IPM.ExternalData.WhatsAppArchiver',
  wechat: 'IPM.ExternalData.WeChatArchiver',
  wecom: 'IPM.ExternalData.WeChatArchiver',
} as const satisfies Record<Message['channel'], string>

/**
 * The item class by which administrators find items of a connector (`itemclass:ipm.externaldata.whatsapparchiver*`).
 * The last word tells what it is: `Message` (also an edited one), `Call`, or `Event`: what merely happened to a
 * message or a conversation (deleted, recalled, reaction, receipt, system notice).
 */
export function itemClassOf(message: Pick<Message, 'channel' | 'kind' | 'event'>): string {
  return `${archiverOfChannel[message.channel]}.${lastWord(message)}`
}

function lastWord(message: Pick<Message, 'kind' | 'event'>): 'Message' | 'Call' | 'Event' {
  if (message.kind === 'system' || (message.event !== 'sent' && message.event !== 'edited')) return 'Event'
  return message.kind === 'call' ? 'Call' : 'Message'
}
