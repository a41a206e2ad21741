/** What becomes of a record whose attachment a vendor does not hand over. */
import { isAppError } from '../../domain/errors.ts'
import type { CapturedAttachment, CapturedGap, CapturedRecord } from '../../sources/source.ts'
import type { AttachmentFailure } from '../journal-attachments.ts'

/** The vendor has it no more, or had its time: the record is kept without, and the ledger says so. */
export function lostMedia(
  record: CapturedRecord,
  attachment: CapturedAttachment,
): ReturnType<AttachmentFailure> {
  const messageId = record.identity.type === 'vendor-id' ? record.identity.messageId : undefined
  const gap: CapturedGap = {
    gap: {
      reason: 'media-lost',
      key: `${messageId ?? ''}/${attachment.reference}`,
      explanation: `The vendor no longer has ${attachment.name} (${attachment.reference})${
        messageId === undefined ? '' : ` of message ${messageId}`
      }.`,
      place: record.place,
      ...(record.custodian === undefined ? {} : { custodian: record.custodian }),
    },
  }
  return { keep: 'without', gap }
}

export function isLostForGood(error: unknown): boolean {
  return isAppError(error, 'media-lost')
}
