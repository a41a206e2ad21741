/** What may be missing from a drop, in one place. Keys make the same gap the same each time. */
import type { GapReason } from '../../../domain/gap-reasons.ts'
import type { CapturedGap } from '../../source.ts'

export function gapOf(
  reason: GapReason,
  key: string,
  explanation: string,
  facts: { readonly messageId?: string } = {},
): CapturedGap {
  return { gap: { reason, key, explanation, ...facts } }
}

export function tooLarge(file: string, bytesMax: number, size = 0): CapturedGap {
  const megabytes = Math.floor(bytesMax / (1024 * 1024))
  return gapOf(
    'email-too-large',
    `${file}/${size}`,
    `${file} is larger than ${megabytes} MiB, the largest e-mail that is taken: raise the limit and bring it again.`,
  )
}

export function emptyFile(file: string): CapturedGap {
  return gapOf('file-empty', file, `${file} is empty: have it sent again.`)
}

export function notAnEmail(file: string): CapturedGap {
  return gapOf(
    'not-an-email',
    file,
    `${file} is no e-mail, zip or mbox that can be read: look at it and bring it as EML.`,
  )
}
