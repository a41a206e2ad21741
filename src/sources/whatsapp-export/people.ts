/**
 * Who took part. Only two things tie a name in an export to a number: the name is the number, or it is the
 * custodian's. Every other name stays a name, which never maps to a mailbox by itself.
 */
import type { Conversation, Participant } from '../../domain/message.ts'
import type { ChatContext } from './context.ts'
import { comparable, plain } from './marks.ts'
import { normalisePhone } from './settings.ts'

export interface People {
  readonly conversation: Conversation
  participant(author: string): Participant
  /** Everyone but the sender whom the file says to have been there; `shownUnder` is the name over a notice. */
  recipients(sender: Participant | null, shownUnder: Participant | null): readonly Participant[]
}

const cachedNamesMax = 5000

export function createPeople(context: ChatContext): People {
  const custodian = custodianOf(context)
  const aliases = new Set(context.custodianAliases.map(comparable))
  const known = new Map<string, Participant>()
  const participant = (author: string): Participant => {
    let answer = known.get(author)
    if (answer === undefined) {
      answer = participantOf(author, custodian, aliases)
      if (known.size < cachedNamesMax) known.set(author, answer)
    }
    return answer
  }
  const others = context.group ? [] : directPartners(context, custodian, participant)
  const everyone = [...(custodian === null ? [] : [custodian]), ...others]
  const withoutSender = new Map<string, readonly Participant[]>()
  return {
    conversation: { id: context.chat, name: context.chat, type: context.group ? 'group' : 'direct' },
    participant,
    recipients(sender, shownUnder) {
      if (sender === null) return noticeRecipients(custodian, shownUnder, context)
      const key = `${sender.identity.type}:${sender.identity.value}`
      let answer = withoutSender.get(key)
      if (answer === undefined) {
        answer = everyone.filter((other) => !isSame(other, sender))
        if (withoutSender.size < cachedNamesMax) withoutSender.set(key, answer)
      }
      return answer
    },
  }
}

function custodianOf(context: ChatContext): Participant | null {
  if (context.custodian === undefined) return null
  const identity = { type: 'phone', value: context.custodian } as const
  return context.custodianName === undefined ? { identity } : { identity, name: context.custodianName }
}

function participantOf(
  author: string,
  custodian: Participant | null,
  aliases: ReadonlySet<string>,
): Participant {
  const name = plain(author)
  if (custodian !== null && aliases.has(comparable(name))) return { identity: custodian.identity, name }
  const number = name.startsWith('+') ? normalisePhone(name) : null
  if (number === null) return { identity: { type: 'name', value: name }, name }
  return number === custodian?.identity.value ? custodian : { identity: { type: 'phone', value: number } }
}

/**
 * The other party of a direct chat: the one author who is not the custodian, or whom the chat is named
 * after. A name the operator made up for the chat (`--chat`) is nobody, unless somebody writes under it.
 */
function directPartners(
  context: ChatContext,
  custodian: Participant | null,
  participant: (author: string) => Participant,
): Participant[] {
  const authors = context.authors
    .map(participant)
    .filter((author) => custodian === null || !isSame(author, custodian))
  const named = participant(context.chat)
  if (authors.length === 1) return authors
  if (authors.some((author) => isSame(author, named))) return custodian === null ? authors : [named]
  if (authors.length > 0 && custodian === null) return authors
  const isPerson = named.identity.type === 'phone' || !['setting', 'fallback'].includes(context.chatFrom)
  return isPerson && (custodian === null || !isSame(named, custodian)) ? [named] : []
}

function noticeRecipients(
  custodian: Participant | null,
  shownUnder: Participant | null,
  context: ChatContext,
): readonly Participant[] {
  const recipients = custodian === null ? [] : [custodian]
  const isChat =
    context.group &&
    shownUnder !== null &&
    comparable(shownUnder.name ?? shownUnder.identity.value) === comparable(context.chat)
  if (shownUnder === null || isChat || recipients.some((other) => isSame(other, shownUnder)))
    return recipients
  return [...recipients, shownUnder]
}

function isSame(a: Participant, b: Participant): boolean {
  return a.identity.type === b.identity.type && a.identity.value === b.identity.value
}
