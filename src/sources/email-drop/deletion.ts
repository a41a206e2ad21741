/**
 * Copies of deleted messages. TeleMessage's archiver sends one more e-mail when a message is deleted, whose subject says
 * so and whether it had been read; its files are not in it (Smarsh, "Handling deleted messages").
 */
import type { CardField } from '../../domain/message.ts'

const mark = /^\W{0,10}DELETED\b(.{0,60}?)\b(READ|UNREAD|UNKNOWN)\b/

/** Null where the subject does not speak of a deletion. */
export function deletionOf(subject: string): { readonly fields: readonly CardField[] } | null {
  const match = mark.exec(subject)
  if (!match) return null
  const scope = /for (me|all|everyone)/i.exec(subject.slice(0, 200))?.[1]
  return {
    fields: [
      { label: 'deleted', value: match[2]!.toLowerCase() },
      ...(scope === undefined ? [] : [{ label: 'deleted for', value: scope.toLowerCase() }]),
    ],
  }
}
