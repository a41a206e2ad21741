/** What the mailbox holds of an item, and in what it differs from what was sent. */

import type { BatchAnswer } from '../microsoft/index.ts'
import type { OutgoingItem } from '../outgoing-item.ts'
import type { Mailbox } from './mailbox.ts'
import type { Plan } from './plan.ts'
import { classProperty, type ExtendedProperty, itemProperty, propertyValue } from './properties.ts'
import { askTogether } from './together.ts'

export interface HeldMessage {
  readonly id: string
  readonly internetMessageId?: string | null
  readonly isDraft?: boolean
  readonly sentDateTime?: string
  readonly receivedDateTime?: string
  readonly hasAttachments?: boolean
  readonly singleValueExtendedProperties?: readonly ExtendedProperty[]
  readonly attachments?: readonly { readonly name?: string; readonly size?: number }[]
}

/** The query that reads a message so that it can be compared; without `attachments` for lists. */
export function readingQuery(attachments: boolean): Record<string, string> {
  const properties = `singleValueExtendedProperties($filter=id eq '${classProperty}' or id eq '${itemProperty}')`
  return {
    $select: 'id,internetMessageId,isDraft,sentDateTime,receivedDateTime,hasAttachments',
    $expand: attachments ? `${properties},attachments($select=id,name,size)` : properties,
  }
}

/** Answers in the order of the ids. */
export function readMessages(mailbox: Mailbox, ids: readonly string[]): Promise<BatchAnswer[]> {
  const query = new URLSearchParams(readingQuery(true))
  const requests = ids.map((id) => ({
    method: 'GET' as const,
    path: `${mailbox.path}/messages/${encodeURIComponent(id)}?${query}`,
  }))
  return askTogether(mailbox, { requests, repeatable: true })
}

/** What is otherwise than it was sent; empty for a good copy. Graph gives times in whole seconds. */
export function differencesOf(item: OutgoingItem, { files }: Plan, held: HeldMessage): string[] {
  const seconds = (text: string | undefined) => Math.floor(Date.parse(text ?? '') / 1000)
  const sent = Math.floor(item.sentAt / 1000)
  const itemClass = propertyValue(held.singleValueExtendedProperties, classProperty)
  return [
    ...(held.isDraft === false ? [] : ['it is a draft']),
    ...(held.internetMessageId === item.messageId ? [] : ['another Message-ID']),
    ...(seconds(held.sentDateTime) === sent ? [] : ['another time of sending']),
    ...(seconds(held.receivedDateTime) === sent ? [] : ['another time of delivery']),
    ...(itemClass?.toLowerCase() === item.itemClass.toLowerCase()
      ? []
      : [`the class ${itemClass ?? 'IPM.Note'}`]),
    ...(propertyValue(held.singleValueExtendedProperties, itemProperty) === item.id
      ? []
      : ["without the item's id"]),
    ...missingFiles(files, held.attachments ?? []),
  ]
}

/** Graph's size of an attachment counts its properties too, so that it is never less than the content's. */
function missingFiles(
  files: Plan['files'],
  held: readonly { readonly name?: string; readonly size?: number }[],
): string[] {
  const left = [...held]
  const differences = files.flatMap(({ name, bytes }) => {
    const at = left.findIndex((one) => one.name === name && (one.size ?? 0) >= bytes)
    if (at < 0) return [`"${name}" is not there with its ${bytes} bytes`]
    left.splice(at, 1)
    return []
  })
  return left.length > 0 ? [...differences, `${left.length} attachments too many`] : differences
}
