import type { ByteRange } from '../../archive/index.ts'

/**
 * The piece a `Range` header asks for, both ends included, of a file of `bytes`; null for the whole. What is no single
 * range that can be met is answered by the whole, as RFC 9110 §14.2 allows.
 */
export function byteRange(header: string | undefined, bytes: number): ByteRange | null {
  const match = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(header?.trim() ?? '')
  if (!match || bytes === 0) return null
  const [, first = '', last = ''] = match
  if (first === '') {
    const length = Number(last)
    return last === '' || length === 0 ? null : { from: Math.max(0, bytes - length), to: bytes - 1 }
  }
  const from = Number(first)
  const to = last === '' ? bytes - 1 : Math.min(Number(last), bytes - 1)
  return from > to ? null : { from, to }
}
