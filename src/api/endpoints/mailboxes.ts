/** The mailbox directory, and what lies in the mailboxes. */
import { z } from 'zod'
import { areaNames, folderNames } from '../../domain/codes.ts'
import { channels, messageEvents, messageKinds } from '../../domain/message.ts'
import { defineEndpoints } from '../endpoint.ts'
import { fileProblem, idParams, pageOf, time } from '../values.ts'

/** Who may see the directory: those who run it, those who map to it, those who search it. */
const directoryRoles = [
  'Mail Recipients',
  'Data Connector Admin',
  'Mailbox Import Export',
  'Compliance Search',
  'Preview',
  'Role Management',
] as const

export const mailboxFacts = z.object({
  id: z.int(),
  address: z.string(),
  name: z.string(),
  mobile: z.string().nullable(),
  department: z.string().nullable(),
  active: z.boolean(),
  /** Where its owner's records belong. */
  region: z.string(),
  activeFrom: time.nullable(),
  activeTo: time.nullable(),
  folders: z.array(
    z.object({
      folder: z.enum(folderNames),
      area: z.enum(areaNames),
      items: z.int(),
      newest: time.nullable(),
    }),
  ),
  /** False where a search filter keeps whoever asks from reading it. */
  readable: z.boolean(),
})

export const itemRow = z.object({
  id: z.string(),
  mailbox: z.string(),
  folder: z.enum(folderNames),
  area: z.enum(areaNames),
  kind: z.enum(messageKinds),
  event: z.enum(messageEvents),
  channel: z.enum(channels),
  sentAt: time,
  /** `Name <identity>`; null for what nobody says. */
  from: z.string().nullable(),
  /** The first ten; `recipients` is how many there are. */
  to: z.array(z.string()),
  recipients: z.int(),
  subject: z.string(),
  snippet: z.string(),
  /** Hits in the snippet, as [start, end) in UTF-16 units. */
  highlights: z.array(z.tuple([z.int(), z.int()])),
  hasAttachments: z.boolean(),
})
export type ItemRow = z.infer<typeof itemRow>

const folderQuery = z.object({
  folder: z.enum(folderNames).optional(),
  area: z.enum(areaNames).default('primary'),
})

export const mailboxEndpoints = defineEndpoints({
  listMailboxes: {
    method: 'GET',
    path: '/api/mailboxes',
    summary: 'The directory, a page at a time, filtered by name, address or department.',
    access: [...directoryRoles],
    audit: 'view-mailboxes',
    query: z.object({
      find: z.string().max(200).optional(),
      active: z.stringbool().optional(),
      cursor: z.string().max(300).optional(),
      limit: z.coerce.number().int().min(1).max(500).default(100),
    }),
    answer: pageOf(mailboxFacts).extend({ total: z.int() }),
  },
  readMailbox: {
    method: 'GET',
    path: '/api/mailboxes/:id',
    summary: 'One mailbox with its folders.',
    access: [...directoryRoles],
    audit: 'view-mailboxes',
    params: idParams,
    answer: mailboxFacts,
  },
  createMailbox: {
    method: 'POST',
    path: '/api/mailboxes',
    summary: 'Adds a mailbox to the directory.',
    access: ['Mail Recipients'],
    audit: 'change-mailbox',
    body: z.object({
      address: z.string().trim().min(3).max(254),
      name: z.string().trim().min(1).max(200),
      mobile: z.string().max(40).nullable().default(null),
      department: z.string().max(200).nullable().default(null),
    }),
    answer: mailboxFacts,
  },
  changeMailbox: {
    method: 'PATCH',
    path: '/api/mailboxes/:id',
    summary: 'Name, mobile, department; deactivating keeps every item and still takes those sent before.',
    access: ['Mail Recipients'],
    audit: 'change-mailbox',
    params: idParams,
    body: z.object({
      name: z.string().trim().min(1).max(200).optional(),
      mobile: z.string().max(40).nullable().optional(),
      department: z.string().max(200).nullable().optional(),
      active: z.boolean().optional(),
    }),
    answer: mailboxFacts,
  },
  uploadMailboxes: {
    method: 'PUT',
    path: '/api/mailboxes',
    summary:
      'The directory as CSV: address,name[,mobile,department,active]; all or nothing, nobody is deleted.',
    access: ['Mail Recipients'],
    audit: 'import-mailboxes',
    query: z.object({ name: z.string().max(200).default('mailboxes.csv') }),
    body: 'bytes',
    bodyBytesMax: 64 * 1024 * 1024,
    answer: z.union([
      z.object({ taken: z.literal(true), added: z.int(), changed: z.int(), unchanged: z.int() }),
      z.object({ taken: z.literal(false), problems: z.array(fileProblem) }),
    ]),
  },
  readTimeline: {
    method: 'GET',
    path: '/api/mailboxes/:id/timeline',
    summary: 'How many items a folder holds of each month, newest first: the ruler of the item list.',
    access: ['Preview', 'Compliance Search'],
    audit: 'list-items',
    params: idParams,
    query: folderQuery,
    answer: z.object({
      items: z.int(),
      /** `month` as 2026-03 (UTC). */
      months: z.array(z.object({ month: z.string(), items: z.int() })),
    }),
  },
  listItems: {
    method: 'GET',
    path: '/api/mailboxes/:id/items',
    summary: 'Items of a folder, newest first: the ones from `offset` on within a month.',
    access: ['Preview'],
    audit: 'list-items',
    params: idParams,
    query: folderQuery.extend({
      month: z.string().regex(/^\d{4}-\d{2}$/),
      offset: z.coerce.number().int().min(0).default(0),
      limit: z.coerce.number().int().min(1).max(200).default(100),
    }),
    answer: z.object({ items: z.array(itemRow) }),
  },
})
