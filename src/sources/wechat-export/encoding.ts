/** The encodings exports come in: UTF-8 from the tools; GB18030 after a Chinese spreadsheet or editor saved them. */
import { isAscii, isUtf8 } from 'node:buffer'

export const encodings = ['utf-8', 'gb18030'] as const
export type Encoding = (typeof encodings)[number]

export interface EncodingEvidence {
  /** One record's bytes. */
  add(bytes: Uint8Array): void
  /** `damaged` counts records with bytes that are wrong in the encoding decided on. */
  decide(): { readonly encoding: Encoding; readonly damaged: number }
}

/** GB18030 when every record that is not UTF-8 reads as it and they outnumber those that are; else UTF-8. */
export function createEncodingEvidence(): EncodingEvidence {
  let [good, bad] = [0, 0]
  let readsAsChinese = true
  return {
    add(bytes) {
      if (isAscii(bytes)) return
      if (isUtf8(bytes)) {
        good++
        return
      }
      bad++
      readsAsChinese &&= isGb18030(bytes)
    },
    decide() {
      if (bad > good && readsAsChinese) return { encoding: 'gb18030', damaged: 0 }
      return { encoding: 'utf-8', damaged: bad }
    },
  }
}

function isGb18030(bytes: Uint8Array): boolean {
  try {
    new TextDecoder('gb18030', { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

const chinese = new TextDecoder('gb18030')

/** Text of the bytes; damaged sequences become U+FFFD (the bytes themselves are kept with the record). */
export function decodeBytes(bytes: Uint8Array, encoding: Encoding): string {
  if (encoding === 'gb18030') return chinese.decode(bytes)
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('utf8')
}
