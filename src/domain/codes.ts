/**
 * Small numbers that stand for words in the database. A code is the word's place in its list, from 1; the lists
 * only ever grow at the end.
 */
import {
  type Channel,
  channels,
  type FolderName,
  type IdentityType,
  identityTypes,
  type MessageEvent,
  type MessageKind,
  messageEvents,
  messageKinds,
} from './message.ts'

export interface CodeTable<Word extends string> {
  codeOf(word: Word): number
  /** Throws for a number that no word has: the row is newer than this program, or damaged. */
  wordOf(code: number): Word
}

function codeTable<Word extends string>(what: string, words: readonly Word[]): CodeTable<Word> {
  const codes = new Map(words.map((word, place) => [word, place + 1]))
  return {
    codeOf: (word) => codes.get(word)!,
    wordOf: (code) => {
      const word = words[code - 1]
      if (word === undefined)
        throw new Error(`${code} is no ${what}; the catalogue was written by a newer version`)
      return word
    },
  }
}

export const folderNames = ['WhatsApp Archiver', 'WeChat Archiver'] as const satisfies readonly FolderName[]
export const areaNames = ['primary', 'archive', 'recoverable-items'] as const
export type AreaName = (typeof areaNames)[number]

export const channelCodes = codeTable<Channel>('channel', channels)
export const kindCodes = codeTable<MessageKind>('kind', messageKinds)
export const eventCodes = codeTable<MessageEvent>('event', messageEvents)
export const identityTypeCodes = codeTable<IdentityType>('identity type', identityTypes)
export const folderCodes = codeTable<FolderName>('folder', folderNames)
/** Areas count from 0: `primary` is the column's default. */
export const areaCodes: CodeTable<AreaName> = {
  codeOf: (word) => areaNames.indexOf(word),
  wordOf: (code) => areaNames[code] ?? 'primary',
}

/** Bits of a message id below its time: `id = sent-at in ms * 2^21 + counter`. */
export const messageIdCounterBits = 21n

/** The smallest id of a message sent at or after `ms` (since 1970 UTC). */
export function firstMessageIdAt(ms: number): bigint {
  return BigInt(Math.floor(ms)) << messageIdCounterBits
}

/** When the message of this id was sent, ms since 1970 UTC. */
export function sentAtOfMessageId(id: bigint): number {
  return Number(id >> messageIdCounterBits)
}
