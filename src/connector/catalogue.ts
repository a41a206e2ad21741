/** Gathers the catalogue of a page while its records are prepared. */
import { channelCodes, eventCodes, kindCodes } from '../domain/codes.ts'
import type { FramedRecord } from '../domain/feed/block-frame.ts'
import { familyCode, familyOfChannel } from '../domain/feed/contract.ts'
import { identityKey } from '../domain/identity.ts'
import type { Identity, Message, Participant } from '../domain/message.ts'
import { messageKeyOfVendorId } from '../domain/message-key.ts'
import { messageWords } from '../domain/text/message-words.ts'
import type { ComposedEmail } from '../email/index.ts'
import { linkKeyOf } from './link-key.ts'
import type {
  StagedAttachment,
  StagedCatalogue,
  StagedConversation,
  StagedMessage,
  StagedParticipant,
  StagedRefusal,
} from './staged-catalogue.ts'

export interface StagedRecord {
  readonly sequence: number
  readonly where: { readonly block: number; readonly place: number }
  readonly record: FramedRecord
}

export interface CatalogueBuilder {
  /** Answers the message's index in the catalogue. */
  add(staged: StagedRecord, message: Message, email: ComposedEmail): number
  refuse(
    staged: StagedRecord,
    reason: StagedRefusal['refused'],
    explanation: string,
    sentAt: number | null,
  ): number
  content(saltSeeds: readonly Uint8Array[]): StagedCatalogue
}

export function createCatalogue(): CatalogueBuilder {
  const participants = createTable<StagedParticipant>()
  const conversations = createTable<StagedConversation>()
  const messages: StagedMessage[] = []
  const refusals: StagedRefusal[] = []
  const participantPlace = (participant: Participant) => {
    const identity = storableIdentity(participant.identity)
    return participants.placeOf(identityKey(identity), () =>
      participant.name === undefined ? { identity } : { identity, name: storable(participant.name) },
    )
  }
  const conversationPlace = (family: number, { id, name, type }: Message['conversation']) => {
    const vendorId = storable(id)
    return conversations.placeOf(`${family}:${vendorId}`, () => ({
      family,
      vendorId,
      ...(name === undefined ? {} : { name: storable(name) }),
      type,
    }))
  }

  return {
    add(staged, message, email) {
      const { conversation, sentAt } = message
      const family = familyCode[familyOfChannel(message.channel)]
      const custodian = staged.record.custodian
      return (
        messages.push({
          ...placeOf(staged),
          messageKey: Buffer.from(staged.record.messageKey).toString('hex'),
          emailBytes: email.bytes,
          sha256: email.sha256 ?? null,
          sentAt: sentAt.utc,
          latestMinutes:
            sentAt.latest === undefined ? null : Math.round((sentAt.latest - sentAt.utc) / 60_000),
          offsetMinutes: sentAt.offsetMinutes,
          kind: kindCodes.codeOf(message.kind),
          event: eventCodes.codeOf(message.event),
          conversation: conversationPlace(family, conversation),
          sender: message.sender ? participantPlace(message.sender) : null,
          recipients: message.recipients.map(participantPlace),
          custodian:
            custodian === undefined
              ? null
              : participantPlace({ identity: { type: 'phone', value: custodian } }),
          subject: email.subject,
          words: messageWords(message, email.subjectTextLength),
          attachments: message.attachments.map((attachment) => stagedAttachment(attachment, staged.record)),
          refersToKey: referredKey(message),
          linkKey: linkKeyOf(message),
        }) - 1
      )
    },
    refuse(staged, refused, explanation, sentAt) {
      return refusals.push({ ...placeOf(staged), refused, explanation: storable(explanation), sentAt }) - 1
    },
    content: (saltSeeds) => ({
      participants: participants.rows,
      conversations: conversations.rows,
      messages,
      refusals,
      saltSeeds: saltSeeds.map((seed) => Buffer.from(seed).toString('hex')),
    }),
  }
}

/**
 * The text as PostgreSQL can hold it: without NUL and without halves of characters. Vendors' JSON may hold both,
 * and two identities that differ in nothing else are one row there; the content keeps them as they are.
 */
function storable(text: string): string {
  return text.includes('\0') || !text.isWellFormed() ? text.replaceAll('\0', '').toWellFormed() : text
}

function storableIdentity(identity: Identity): Identity {
  const value = storable(identity.value)
  return value === identity.value ? identity : { ...identity, value }
}

function placeOf({ sequence, where, record }: StagedRecord) {
  return { sequence, capturedAt: record.capturedAt, channel: channelCodes.codeOf(record.channel), ...where }
}

/** Each distinct value once; messages refer to it by place. */
function createTable<Row>(): { rows: Row[]; placeOf(key: string, make: () => Row): number } {
  const rows: Row[] = []
  const places = new Map<string, number>()
  return {
    rows,
    placeOf(key, make) {
      const known = places.get(key)
      if (known !== undefined) return known
      places.set(key, rows.length)
      return rows.push(make()) - 1
    },
  }
}

function stagedAttachment(
  { name, mediaType, bytes, sha256 }: Message['attachments'][number],
  record: FramedRecord,
): StagedAttachment {
  const framed = record.attachments.find((candidate) => candidate.sha256 === sha256)
  const facts = { name, mediaType, bytes, sha256 }
  return framed && 'object' in framed
    ? { ...facts, remote: { object: framed.object, key: framed.key } }
    : facts
}

function referredKey({ channel, refersTo }: Message): string | null {
  if (refersTo?.vendorId === undefined) return null
  return Buffer.from(messageKeyOfVendorId(channel, refersTo.vendorId)).toString('hex')
}
