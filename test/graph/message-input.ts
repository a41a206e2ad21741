/** A message as it is posted, checked as strictly as the documentation lets a reader believe. */
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import { type FilesKept, parseAttachment } from './attachments.ts'
import { type GraphCall, jsonBody, Refusal } from './call.ts'
import { isPropertyValue, propertyKey } from './extended-property.ts'
import type { StoredMessage } from './state.ts'

/** Bits of PidTagMessageFlags (MS-OXCMSG 2.2.1.6): "unsent" is what makes a draft of a message. */
const readFlag = 1
const unsentFlag = 8
/** "Maximum number of headers in one message should be less than or equal to 5", says the service. */
const headersMax = 5
/** As the error of the service for a longer one says. */
const headerValueMax = 995
const recipientsMax = 500

const person = z.strictObject({
  emailAddress: z.strictObject({ name: z.string().optional(), address: z.string().optional() }),
})
const property = z.strictObject({ id: z.string(), value: z.string() })
const message = z.strictObject({
  subject: z.string().max(255).default(''),
  body: z
    .strictObject({ contentType: z.string().regex(/^(html|text)$/i), content: z.string() })
    .default({ contentType: 'text', content: '' }),
  from: person.optional(),
  sender: person.optional(),
  toRecipients: z.array(person).max(recipientsMax).default([]),
  ccRecipients: z.array(person).max(recipientsMax).optional(),
  internetMessageId: z
    .string()
    .regex(/^<[^<>@\s]+@[^<>@\s]+>$/)
    .optional(),
  internetMessageHeaders: z.array(z.strictObject({ name: z.string(), value: z.string() })).optional(),
  singleValueExtendedProperties: z.array(property).default([]),
  attachments: z.array(z.unknown()).default([]),
  isRead: z.boolean().optional(),
  importance: z.string().optional(),
  categories: z.array(z.string()).optional(),
})

export function parseMessage(call: GraphCall, now: number, kept: FilesKept): StoredMessage {
  const parsed = message.safeParse(jsonBody(call, Object.keys(message.shape)))
  if (!parsed.success) throw new Refusal(400, 'RequestBodyRead', issuesOf(parsed.error))
  const { from, sender, internetMessageHeaders, singleValueExtendedProperties, attachments, ...rest } =
    parsed.data
  checkHeaders(internetMessageHeaders)
  const properties = propertiesOf(singleValueExtendedProperties)
  const flags = properties.get('integer 0x0e07')
  const madeAt = new Date(now).toISOString()
  return {
    ...{ id: `AAM${randomUUID()}=`, folderId: '', properties },
    ...{ subject: rest.subject, body: rest.body, toRecipients: rest.toRecipients },
    from: from ?? sender ?? null,
    internetMessageId: rest.internetMessageId ?? `<${randomUUID()}@graph.test>`,
    internetMessageHeaders: internetMessageHeaders ?? [],
    isDraft: flags === undefined || (Number(flags) & unsentFlag) !== 0,
    sentDateTime: properties.get('systemtime 0x0039') ?? madeAt,
    receivedDateTime: properties.get('systemtime 0x0e06') ?? madeAt,
    itemClass: properties.get('string 0x001a') ?? 'IPM.Note',
    isRead: rest.isRead ?? (flags !== undefined && (Number(flags) & readFlag) !== 0),
    attachments: attachments.map((attachment) => parseAttachment(attachment, kept)),
  }
}

function checkHeaders(headers: readonly { name: string; value: string }[] | undefined): void {
  if (headers === undefined) return
  if (headers.length < 1 || headers.length > headersMax)
    throw new Refusal(
      400,
      'InvalidInternetMessageHeaderCollection',
      `Maximum number of headers in one message should be less than or equal to ${headersMax}.`,
    )
  for (const { name, value } of headers) {
    if (!/^x-[\x21-\x39\x3b-\x7e]+$/i.test(name))
      throw new Refusal(
        400,
        'InvalidInternetMessageHeader',
        `The internet message header name '${name}' should start with 'x-' or 'X-'.`,
      )
    if (value.length > headerValueMax || /[\r\n]/.test(value))
      throw new Refusal(400, 'InvalidInternetMessageHeader', `The value of '${name}' is not valid.`)
  }
}

function propertiesOf(given: readonly { id: string; value: string }[]): Map<string, string> {
  const properties = new Map<string, string>()
  for (const { id, value } of given) {
    const key = propertyKey(id)
    if (key === null || properties.has(key) || !isPropertyValue(id, value))
      throw new Refusal(400, 'ErrorInvalidProperty', `The extended property '${id}' is not valid.`)
    properties.set(key, value)
  }
  return properties
}

const change = z.strictObject({
  isDraft: z.boolean().optional(),
  isRead: z.boolean().optional(),
  categories: z.array(z.string()).optional(),
  singleValueExtendedProperties: z.array(property).default([]),
})

/**
 * PATCH of a message that is there. Whether it is a draft was settled as it was made: the service answers 200 to
 * `isDraft` and to PidTagMessageFlags and leaves both as they are, as several public programs found out.
 */
export function changeMessage(message: StoredMessage, call: GraphCall): void {
  const parsed = change.safeParse(jsonBody(call, Object.keys(change.shape)))
  if (!parsed.success) throw new Refusal(400, 'RequestBodyRead', issuesOf(parsed.error))
  const { isRead, singleValueExtendedProperties } = parsed.data
  message.isRead = isRead ?? message.isRead
  const settled = ['integer 0x0e07', 'systemtime 0x0e06', 'systemtime 0x0039', 'string 0x001a']
  for (const [key, value] of propertiesOf(singleValueExtendedProperties))
    if (!settled.includes(key)) message.properties.set(key, value)
}

function issuesOf({ issues }: z.ZodError): string {
  return issues.map(({ path, message }) => `${path.join('.')}: ${message}`).join('; ')
}

/** A message posted as base64 MIME with `text/plain` ("Create message"): kept, always as a draft. */
export function parseMimeMessage(call: GraphCall, now: number): StoredMessage {
  const text = call.body.toString('latin1')
  if (!/^[A-Za-z0-9+/\r\n]+={0,2}\s*$/.test(text))
    throw new Refusal(400, 'ErrorMimeContentInvalidBase64String', 'Invalid base64 string for MIME content.')
  const mime = Buffer.from(text, 'base64').toString('utf8')
  const madeAt = new Date(now).toISOString()
  return {
    ...{ id: `AAM${randomUUID()}=`, folderId: '', properties: new Map() },
    ...{ isDraft: true, isRead: true, itemClass: 'IPM.Note' },
    subject: /^Subject: (.*)$/im.exec(mime)?.[1]?.trim() ?? '',
    body: { contentType: 'text', content: mime },
    ...{ from: null, toRecipients: [], internetMessageHeaders: [], attachments: [] },
    ...{ sentDateTime: madeAt, receivedDateTime: madeAt },
    internetMessageId: /^Message-ID: (<[^>]+>)/im.exec(mime)?.[1] ?? `<${randomUUID()}@graph.test>`,
  }
}
