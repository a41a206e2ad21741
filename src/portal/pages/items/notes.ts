import type { Message } from './answers.ts'

/** Notes that every one of several messages has: they are said once. */
export function notesOfAll(messages: readonly Pick<Message, 'notes'>[]): ReadonlySet<string> {
  const [first, ...others] = messages
  if (first === undefined || others.length === 0) return new Set()
  return new Set(first.notes.filter((note) => others.every(({ notes }) => notes.includes(note))))
}
