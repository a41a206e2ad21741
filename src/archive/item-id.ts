import { AppError } from '../domain/errors.ts'

/**
 * The id by which people and programs name an item: the message's id and the mailbox's, both in base 36,
 * joined by `-` (`1f4jzq0c5s8w0-2a`). The same message in another mailbox is another item.
 */
export function itemIdOf(messageId: bigint, mailboxId: number): string {
  return `${messageId.toString(36)}-${mailboxId.toString(36)}`
}

export interface ItemKey {
  readonly messageId: bigint
  readonly mailboxId: number
}

const form = /^([0-9a-z]{1,13})-([0-9a-z]{1,6})$/
const messageIdMax = 2n ** 63n - 1n
const mailboxIdMax = 2 ** 31 - 1

/** Reads an id made by `itemIdOf`. Throws AppError `item-not-found` for anything else. */
export function parseItemId(id: string): ItemKey {
  const match = form.exec(id)
  if (match !== null) {
    let messageId = 0n
    for (const character of match[1]!) messageId = messageId * 36n + BigInt(Number.parseInt(character, 36))
    const mailboxId = Number.parseInt(match[2]!, 36)
    if (messageId <= messageIdMax && mailboxId <= mailboxIdMax) return { messageId, mailboxId }
  }
  throw new AppError('item-not-found', `"${id.slice(0, 40)}" is not an item's id; take one from a search.`)
}
