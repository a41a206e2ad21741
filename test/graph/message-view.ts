/** Messages and attachments as they are given back. */
import { pick, Refusal } from './call.ts'
import { propertyKey, propertyValue, shortPropertyId } from './extended-property.ts'
import type { StoredAttachment, StoredMessage } from './state.ts'

export const messageProperties = [
  ...['id', 'subject', 'body', 'from', 'toRecipients', 'internetMessageId', 'internetMessageHeaders'],
  ...['isDraft', 'isRead', 'sentDateTime', 'receivedDateTime', 'hasAttachments', 'parentFolderId'],
]
/** "Returned only on applying a $select query option" (message resource type): headers are asked for or absent. */
export const defaultProperties = messageProperties.filter((name) => name !== 'internetMessageHeaders')
/** Without a `$select` the contents come along too. */
export const attachmentProperties = ['id', 'name', 'contentType', 'size', 'isInline', 'contentBytes']

export interface Expansion {
  /** Ids of extended properties, as they were asked for. */
  readonly properties: readonly string[]
  readonly attachments: readonly string[] | null
}

/** `$expand` with extended properties by id, and attachments with a `$select`. Anything else is refused. */
export function parseExpand(expand: string | null): Expansion {
  let rest = expand ?? ''
  let properties: readonly string[] = []
  let attachments: readonly string[] | null = null
  while (rest !== '') {
    const [whole, name, option] = /^(\w+)\((\$[^()]+)\)(?:,|$)/.exec(rest) ?? []
    if (whole === undefined) throw badExpand(rest)
    if (name === 'singleValueExtendedProperties') properties = propertyIds(option!)
    else if (name === 'attachments') attachments = attachmentSelect(option!)
    else throw badExpand(name!)
    rest = rest.slice(whole.length)
  }
  return { properties, attachments }
}

function propertyIds(option: string): readonly string[] {
  if (!option.startsWith('$filter=')) throw badExpand(option)
  return option
    .slice('$filter='.length)
    .split(' or ')
    .map((part) => {
      const id = /^id eq '([^']+)'$/.exec(part.trim())?.[1]
      if (id === undefined || propertyKey(id) === null) throw badExpand(part)
      return id
    })
}

function attachmentSelect(option: string): readonly string[] {
  const names = option.replace(/^\$select=/, '').split(',')
  for (const name of names) if (!attachmentProperties.includes(name)) throw badExpand(name)
  return names
}

function badExpand(what: string): Refusal {
  return new Refusal(400, 'BadRequest', `The query option $expand is not valid at '${what}'.`)
}

export function messageView(message: StoredMessage, names: readonly string[], expansion: Expansion) {
  const seconds = (text: string) => `${text.slice(0, 19)}Z`
  const view = {
    ...message,
    parentFolderId: message.folderId,
    sentDateTime: seconds(message.sentDateTime),
    receivedDateTime: seconds(message.receivedDateTime),
    hasAttachments: message.attachments.length > 0,
  }
  const properties = expansion.properties.flatMap((id) => {
    const value = propertyOf(message, id)
    return value === undefined ? [] : [{ id: shortPropertyId(id), value: propertyValue(id, value) }]
  })
  return {
    ...pick({ ...view }, ['id', ...names]),
    ...(properties.length > 0 ? { singleValueExtendedProperties: properties } : {}),
    ...(expansion.attachments === null
      ? {}
      : { attachments: message.attachments.map((one) => attachmentView(one, expansion.attachments!)) }),
  }
}

/** The class is what the store has, which need not be what was sent. */
export function propertyOf(message: StoredMessage, id: string): string | undefined {
  const key = propertyKey(id) ?? ''
  return key === 'string 0x001a' ? message.itemClass : message.properties.get(key)
}

/** The size counts the attachment's own properties, as in the examples of the documentation. */
export function attachmentView(attachment: StoredAttachment, names: readonly string[]) {
  const { id, name, contentType, bytes, content } = attachment
  const size = Math.ceil(bytes * 1.045) + 160
  const contentBytes = names.includes('contentBytes') ? content?.toString('base64') : undefined
  return {
    '@odata.type': '#microsoft.graph.fileAttachment',
    ...pick({ id, name, contentType, size, isInline: false, contentBytes }, names),
  }
}
