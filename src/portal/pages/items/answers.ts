import type { Answer } from '../../api/client.ts'

export type Item = Answer<'readItem'>
export type Conversation = Answer<'readConversation'>
export type Message = Conversation['messages'][number]

/** Where a message stands in the page, to go there from what refers to it. */
export function messageAnchor(id: string): string {
  return `message-${id}`
}
