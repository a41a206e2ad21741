/** Which message another one speaks of: what it quotes, edits, deletes, reacts to or votes on. */
import { isRaw, objectOf, type Raw, textOf } from '../formats/raw-json.ts'
import { contentOf } from './message-content.ts'
import { type Key, keyOf, messageIdOf } from './people.ts'

/** The original's id as every phone has it; null where the message speaks of none. */
export function originalOf(info: Raw, own: string, alternative = ''): string | null {
  const { message } = contentOf(info.message)
  const chat = keyOf(info.key, alternative)
  const protocol = objectOf(message, 'protocolMessage').key
  if (isRaw(protocol)) return idOf(protocolKey(keyOf(protocol), chat, own), own)
  const named = ['reactionMessage', 'keepInChatMessage', 'pinInChatMessage'].map(
    (name) => objectOf(message, name).key,
  )
  const key = named.find(isRaw) ?? objectOf(message, 'pollUpdateMessage').pollCreationMessageKey
  if (isRaw(key)) return idOf(namedKey(keyOf(key), chat), own)
  return quotedOf(message, chat, own)
}

/** Edits and deletions are of the writer's own messages, but for an administrator's, which name whose it was. */
function protocolKey(original: Key, chat: Key, own: string): Key {
  const isOthers = original.participant !== ''
  return {
    ...{ remoteJid: chat.remoteJid, id: original.id },
    fromMe: isOthers ? isOwn(original.participant, own) : chat.fromMe,
    participant: isOthers ? original.participant : chat.participant,
  }
}

function namedKey(original: Key, chat: Key): Key {
  return {
    ...original,
    remoteJid: chat.remoteJid,
    participant: original.participant || (original.fromMe ? '' : chat.participant),
  }
}

function quotedOf(message: Raw, chat: Key, own: string): string | null {
  const quoting = Object.values(message)
    .map((content) => objectOf(isRaw(content) ? content : {}, 'contextInfo'))
    .find((context) => textOf(context, 'stanzaId') !== '')
  if (!quoting) return null
  const writer = textOf(quoting, 'participant')
  const fromMe = isOwn(writer, own)
  const inGroup = chat.participant !== '' || chat.remoteJid.endsWith('@g.us')
  return idOf(
    {
      remoteJid: chat.remoteJid,
      id: textOf(quoting, 'stanzaId'),
      fromMe,
      participant: inGroup ? writer : '',
    },
    own,
  )
}

function idOf(key: Key, own: string): string | null {
  return key.id === '' ? null : messageIdOf(key, own)
}

function isOwn(jid: string, own: string): boolean {
  return jid.replace(/[:@].*$/, '') === own.slice(1)
}
