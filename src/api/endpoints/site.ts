/** The archiver site that runs in the same installation: accounts, registered users, captures, journal. */
import { z } from 'zod'
import { defineEndpoints } from '../endpoint.ts'
import { fileProblem, idParams, rowId, time } from '../values.ts'

const siteRoles = ['Data Connector Admin', 'Mailbox Import Export'] as const

const familyFacts = z.object({
  records: z.int(),
  lastSequence: z.int(),
  acknowledgedSequence: z.int(),
})

export const accountFacts = z.object({
  id: z.int(),
  name: z.string(),
  username: z.string(),
  createdAt: time,
  keyFingerprint: z.string(),
  registeredUsers: z.int(),
  records: z.int(),
  lastSequence: z.int(),
  byFamily: z.object({ whatsapp: familyFacts, wechat: familyFacts }),
  attachments: z.int(),
  sealedBytes: z.int(),
  lastCapturedAt: time.nullable(),
  gaps: z.int(),
})

export const registeredUserFacts = z.object({
  id: z.int(),
  name: z.string(),
  mobile: z.string(),
  email: z.string(),
  wecomUserid: z.string().nullable(),
  validFrom: time.nullable(),
  validTo: time.nullable(),
  /** What a careful administrator looks at: the same e-mail twice, an address that is no mailbox … */
  warnings: z.array(z.enum(['email-is-no-mailbox', 'mailbox-inactive', 'email-shared', 'name-shared'])),
  /** From what was imported: the last message this person took part in, and how many. */
  lastMessageAt: time.nullable(),
  status: z.enum(['capturing', 'quiet', 'never', 'former']),
})

const userInput = z.object({
  name: z.string().trim().min(1).max(200),
  mobile: z.string().trim().min(3).max(40),
  email: z.string().trim().min(3).max(254),
  wecomUserid: z.string().trim().max(64).nullable().default(null),
})

export const sourceFacts = z.object({
  name: z.string(),
  title: z.string(),
  channels: z.array(z.string()),
  /** The options of a capture, as a JSON schema a form is made from. */
  settings: z.record(z.string(), z.unknown()),
})

export const captureFacts = z.object({
  captured: z.int(),
  duplicates: z.int(),
  attachments: z.int(),
  gaps: z.array(z.object({ reason: z.string(), explanation: z.string() })),
})

const accountUserParams = z.object({ id: rowId, user: rowId })

export const siteEndpoints = defineEndpoints({
  listAccounts: {
    method: 'GET',
    path: '/api/site/accounts',
    summary: 'Accounts of the archiver site with what their journals hold.',
    access: [...siteRoles],
    audit: { none: 'names and counts of our own accounts' },
    answer: z.array(accountFacts),
  },
  createAccount: {
    method: 'POST',
    path: '/api/site/accounts',
    summary: 'Makes an account and its key pair; the password is shown this once.',
    access: [...siteRoles],
    audit: 'create-account',
    dangerous: true,
    body: z.object({ name: z.string().trim().min(1).max(100) }),
    answer: z.object({ id: z.int(), account: z.string(), username: z.string(), password: z.string() }),
  },
  readAccount: {
    method: 'GET',
    path: '/api/site/accounts/:id',
    summary: 'One account.',
    access: [...siteRoles],
    audit: { none: 'names and counts of our own accounts' },
    params: idParams,
    answer: accountFacts,
  },
  listRegisteredUsers: {
    method: 'GET',
    path: '/api/site/accounts/:id/users',
    summary: 'Registered users with their capture status.',
    access: [...siteRoles],
    audit: 'view-users',
    params: idParams,
    answer: z.array(registeredUserFacts),
  },
  addRegisteredUser: {
    method: 'POST',
    path: '/api/site/accounts/:id/users',
    summary: 'Registers one user.',
    access: [...siteRoles],
    audit: 'change-user',
    params: idParams,
    body: userInput,
    answer: registeredUserFacts,
  },
  changeRegisteredUser: {
    method: 'PUT',
    path: '/api/site/accounts/:id/users/:user',
    summary: 'Corrects a registered user; another e-mail address for the number means that it passed on.',
    access: [...siteRoles],
    audit: 'change-user',
    params: accountUserParams,
    body: userInput,
    answer: registeredUserFacts,
  },
  endRegisteredUser: {
    method: 'POST',
    path: '/api/site/accounts/:id/users/:user/end',
    summary: 'The person no longer has this number from now on; what was captured stays his.',
    access: [...siteRoles],
    audit: 'change-user',
    params: accountUserParams,
    answer: registeredUserFacts,
  },
  uploadRegisteredUsers: {
    method: 'PUT',
    path: '/api/site/accounts/:id/users',
    summary: 'Registered users as CSV: name,mobile,email[,wecom_userid]; all or nothing.',
    access: [...siteRoles],
    audit: 'import-users',
    params: idParams,
    query: z.object({ name: z.string().max(200).default('users.csv') }),
    body: 'bytes',
    bodyBytesMax: 64 * 1024 * 1024,
    answer: z.union([
      z.object({
        taken: z.literal(true),
        added: z.int(),
        changed: z.int(),
        passedOn: z.int(),
        unchanged: z.int(),
      }),
      z.object({ taken: z.literal(false), problems: z.array(fileProblem) }),
    ]),
  },
  listGaps: {
    method: 'GET',
    path: '/api/site/accounts/:id/gaps',
    summary: 'Known gaps, counted by reason and source. Their sentences are sealed to the centre.',
    access: [...siteRoles],
    audit: { none: 'counts' },
    params: idParams,
    answer: z.array(z.object({ reason: z.string(), source: z.string(), count: z.int(), lastFoundAt: time })),
  },
  listCaptures: {
    method: 'GET',
    path: '/api/site/accounts/:id/captures',
    summary: 'The last hundred captures, newest first.',
    access: [...siteRoles],
    audit: { none: 'counts of our own captures' },
    params: idParams,
    answer: z.array(
      z.object({
        id: z.int(),
        source: z.string(),
        startedAt: time,
        finishedAt: time.nullable(),
        captured: z.int(),
        duplicates: z.int(),
        attachments: z.int(),
      }),
    ),
  },
  listSources: {
    method: 'GET',
    path: '/api/site/sources',
    summary: 'The ways in for messages, with the options each takes.',
    access: [...siteRoles],
    audit: { none: 'what the program can do' },
    answer: z.array(sourceFacts),
  },
  captureFile: {
    method: 'POST',
    path: '/api/site/accounts/:id/captures',
    summary:
      'Captures an uploaded file into the journal; `settings` is a JSON object of the source’s options.',
    access: [...siteRoles],
    audit: 'capture',
    params: idParams,
    query: z.object({
      source: z.string().max(100),
      name: z.string().min(1).max(255),
      settings: z.string().max(4000).default('{}'),
    }),
    body: 'bytes',
    bodyBytesMax: 16 * 1024 * 1024 * 1024,
    answer: captureFacts,
  },
})
