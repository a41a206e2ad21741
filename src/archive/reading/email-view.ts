import PostalMime, { decodeWords } from 'postal-mime'
import { AppError } from '../../domain/errors.ts'
import type { ItemKey } from '../item-id.ts'
import { cut } from './message-view.ts'
import { attachmentsOf } from './message-views.ts'
import { messageRecord, type ReadingParts } from './stored-message.ts'

export interface EmailView {
  /** In their order, unfolded, encoded words decoded. */
  readonly headers: { readonly name: string; readonly value: string }[]
  readonly text: string
  readonly textTruncated: boolean
  readonly parts: { readonly type: string; readonly name: string | null; readonly bytes: number }[]
}

const textLengthMax = 200_000
/** A list of ten thousand recipients is cut here. */
const headerLengthMax = 20_000

/**
 * Headers and plain text of an item's e-mail. Read from the e-mail without its large attachments, so that its length
 * is bounded; HTML is listed as a part and never shown.
 */
export async function readEmailView(
  parts: Pick<ReadingParts, 'db' | 'reader'>,
  { messageId }: ItemKey,
): Promise<EmailView> {
  const { email } = await messageRecord(parts, messageId)
  if (!email)
    throw new AppError(
      'content-damaged',
      `The record of message ${messageId} holds no e-mail; run "holdfast verify".`,
    )
  const parsed = await PostalMime.parse(email.skeleton, { maxHeadersSize: 64 * 1024 * 1024 })
  const [text, textTruncated] = cut(parsed.text ?? '', textLengthMax)
  const attachments = (await attachmentsOf(parts.db, [messageId])).get(messageId) ?? []
  return {
    headers: parsed.headers.map(({ originalKey, value }) => ({
      name: originalKey,
      value: cut(decodeWords(value), headerLengthMax)[0],
    })),
    text,
    textTruncated,
    parts: [
      { type: 'text/plain', name: null, bytes: Buffer.byteLength(parsed.text ?? '') },
      { type: 'text/html', name: null, bytes: Buffer.byteLength(parsed.html ?? '') },
      ...attachments.map(({ type, name, bytes }) => ({ type, name, bytes })),
    ],
  }
}
