import { hash } from 'node:crypto'
import type { Message } from '../domain/message.ts'

/**
 * What two exports of one chat have in common for one message: its minute and its words. Exports have no ids, so
 * equal keys only make a pair worth scoring.
 */
export function linkKeyOf(message: Message): string | null {
  if (message.vendorId !== undefined || message.sender === null) return null
  const minute = Math.floor(message.sentAt.utc / 60_000)
  return hash('sha256', `${minute}\n${message.text.trim()}`, 'hex').slice(0, 16)
}
