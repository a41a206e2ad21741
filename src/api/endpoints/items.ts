/** One item: as a message in its conversation, as an e-mail, as it was captured, and why it is where it is. */
import { z } from 'zod'
import { areaNames, folderNames } from '../../domain/codes.ts'
import { channels, identityTypes, messageEvents, messageKinds } from '../../domain/message.ts'
import { defineEndpoints } from '../endpoint.ts'
import { time } from '../values.ts'

export const itemParams = z.object({ id: z.string().min(3).max(60) })

const attachmentFacts = z.object({
  /** Its place among the message's attachments; part of the download's address. */
  place: z.int(),
  name: z.string(),
  type: z.string(),
  bytes: z.int(),
  sha256: z.string(),
  /** How the portal may show it; everything else is a download. */
  shownAs: z.enum(['image', 'audio', 'video', 'file']),
})

const missingAttachment = z.object({
  name: z.string(),
  reason: z.enum(['omitted', 'not-in-archive', 'expired', 'view-once']),
})

/** A message inside a forwarded or mixed one. */
export interface MessagePartView {
  kind: (typeof messageKinds)[number]
  senderName: string | null
  sentAtText: string | null
  text: string
  attachmentNames: string[]
  parts: MessagePartView[]
}
const messagePart: z.ZodType<MessagePartView> = z.object({
  kind: z.enum(messageKinds),
  senderName: z.string().nullable(),
  sentAtText: z.string().nullable(),
  text: z.string(),
  attachmentNames: z.array(z.string()),
  get parts() {
    return z.array(messagePart)
  },
})

const person = z.object({
  type: z.enum(identityTypes),
  value: z.string(),
  name: z.string().nullable(),
})

/** What became of a message, or what it is about, as seen in its conversation. */
const reference = z.object({
  /** Item in the same mailbox; null when the original was never captured or lies elsewhere. */
  item: z.string().nullable(),
  relation: z.enum(['replies-to', 'edits', 'deletes', 'recalls', 'reacts-to', 'receipt-of']),
  quotedText: z.string().nullable(),
  quotedSender: z.string().nullable(),
})

export const messageView = z.object({
  id: z.string(),
  channel: z.enum(channels),
  kind: z.enum(messageKinds),
  event: z.enum(messageEvents),
  sentAt: time,
  /** The later reading of an ambiguous local time. */
  sentAtLatest: time.nullable(),
  /** The source's own words, and the zone they are in. */
  sentAtText: z.string(),
  sentZone: z.string(),
  offsetMinutes: z.int(),
  sender: person.nullable(),
  /** The mailbox's own person said it: shown on the right. */
  own: z.boolean(),
  text: z.string(),
  /** The text is longer than is shown here: open the item. */
  textTruncated: z.boolean(),
  /** What to mark in `text`, [start, end) in UTF-16 units; only for a message opened from a search. */
  highlights: z.array(z.tuple([z.int(), z.int()])),
  attachments: z.array(attachmentFacts),
  missingAttachments: z.array(missingAttachment),
  call: z
    .object({
      medium: z.enum(['voice', 'video']),
      outcome: z.enum(['completed', 'missed', 'unanswered', 'declined', 'unknown']),
      group: z.boolean(),
      durationSeconds: z.number().nullable(),
    })
    .nullable(),
  location: z
    .object({
      latitude: z.number().nullable(),
      longitude: z.number().nullable(),
      title: z.string().nullable(),
      address: z.string().nullable(),
      live: z.boolean(),
    })
    .nullable(),
  poll: z
    .object({
      question: z.string(),
      options: z.array(z.object({ text: z.string(), votes: z.int().nullable() })),
    })
    .nullable(),
  fields: z.array(z.object({ label: z.string(), value: z.string() })),
  parts: z.array(messagePart),
  notes: z.array(z.string()),
  markedEdited: z.boolean(),
  refersTo: reference.nullable(),
  /** Later events about this message, oldest first: edits with their text, reactions, the deletion or recall. */
  events: z.array(
    z.object({
      item: z.string().nullable(),
      event: z.enum(messageEvents),
      sentAt: time,
      sender: z.string().nullable(),
      text: z.string(),
    }),
  ),
})
export type MessageView = z.infer<typeof messageView>

export const conversationView = z.object({
  name: z.string().nullable(),
  type: z.enum(['direct', 'group']),
  channel: z.enum(channels),
  mailbox: z.object({ id: z.int(), address: z.string(), name: z.string() }),
  /** All who took part, as far as known; at most 200 of them. */
  participants: z.array(person),
  participantsTotal: z.int(),
  /** Oldest first. */
  messages: z.array(messageView),
  /** Item to ask for more before or after; null at an end. */
  earlier: z.string().nullable(),
  later: z.string().nullable(),
})

export const itemFacts = z.object({
  id: z.string(),
  mailbox: z.object({ id: z.int(), address: z.string(), name: z.string() }),
  folder: z.enum(folderNames),
  area: z.enum(areaNames),
  itemClass: z.string(),
  subject: z.string(),
  conversation: z.object({
    id: z.string(),
    name: z.string().nullable(),
    type: z.enum(['direct', 'group']),
  }),
  participants: z.array(person.extend({ role: z.enum(['from', 'to', 'custodian']) })),
  participantsTotal: z.int(),
  capturedAt: time,
  receivedAt: time,
  source: z.string(),
  /** Why the item is in this mailbox; and which other mailboxes have it. */
  mapping: z.object({ explanation: z.string(), participant: z.string().nullable() }),
  otherMailboxes: z.array(z.string()),
  observations: z.array(z.object({ sequence: z.int(), custodian: z.string().nullable(), capturedAt: time })),
  links: z.array(z.object({ item: z.string().nullable(), score: z.number(), evidence: z.string() })),
  hashes: z.object({ emailSha256: z.string(), emailBytes: z.int(), rawSha256: z.string() }),
  message: messageView,
})
export type ItemFacts = z.infer<typeof itemFacts>

/** A search whose hits are marked: its id. */
const markedQuery = z.object({ search: z.uuid().optional() })

export const itemEndpoints = defineEndpoints({
  readItem: {
    method: 'GET',
    path: '/api/items/:id',
    summary: 'An item whole: message, participants, mapping, hashes.',
    access: ['Preview'],
    audit: 'open-item',
    params: itemParams,
    query: markedQuery,
    answer: itemFacts,
  },
  readConversation: {
    method: 'GET',
    path: '/api/items/:id/conversation',
    summary:
      'The conversation around an item, as far as this mailbox has it. Every message shown is audited.',
    access: ['Preview'],
    audit: 'open-conversation',
    params: itemParams,
    query: markedQuery.extend({
      before: z.coerce.number().int().min(0).max(100).default(25),
      after: z.coerce.number().int().min(0).max(100).default(25),
    }),
    answer: conversationView,
  },
  readEmail: {
    method: 'GET',
    path: '/api/items/:id/email',
    summary: 'Headers and plain text of the e-mail, to be read; the e-mail itself is `item.eml`.',
    access: ['Preview'],
    audit: 'open-item',
    params: itemParams,
    answer: z.object({
      headers: z.array(z.object({ name: z.string(), value: z.string() })),
      text: z.string(),
      textTruncated: z.boolean(),
      parts: z.array(z.object({ type: z.string(), name: z.string().nullable(), bytes: z.int() })),
    }),
  },
  readRaw: {
    method: 'GET',
    path: '/api/items/:id/raw',
    summary: 'The record as captured, to be read: as text where it is text, else as hexadecimal.',
    access: ['Preview'],
    audit: 'open-item',
    params: itemParams,
    answer: z.object({
      source: z.string(),
      place: z.string().nullable(),
      bytes: z.int(),
      sha256: z.string(),
      form: z.enum(['text', 'hexadecimal']),
      content: z.string(),
      truncated: z.boolean(),
    }),
  },
  downloadEmail: {
    method: 'GET',
    path: '/api/items/:id/item.eml',
    summary: 'The e-mail, byte for byte as stored.',
    access: ['Export'],
    audit: 'export-item',
    params: itemParams,
    answer: 'bytes',
  },
  downloadRaw: {
    method: 'GET',
    path: '/api/items/:id/record',
    summary: "The source's record, byte for byte as captured.",
    access: ['Export'],
    audit: 'export-item',
    params: itemParams,
    answer: 'bytes',
  },
  readAttachment: {
    method: 'GET',
    path: '/api/items/:id/attachments/:place',
    summary:
      'An attachment. `shown=true` lets pictures, sound and film of safe types be shown; ranges are answered.',
    access: ['Preview'],
    audit: 'open-attachment',
    params: itemParams.extend({ place: z.coerce.number().int().min(0) }),
    query: z.object({ shown: z.stringbool().default(false) }),
    answer: 'bytes',
  },
})
