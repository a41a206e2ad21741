import { AppError } from './errors.ts'

/**
 * The text of a small file an operator hands in, whatever program saved it: UTF-8, UTF-16 (with or without
 * a byte order mark), GB18030 (Excel in China) or Windows-1252 (Excel in western Europe).
 * @throws AppError `unsupported-encoding` for a workbook or anything else that is not text.
 */
export function decodeText(bytes: Uint8Array, file: string): string {
  if (bytes[0] === 0x50 && bytes[1] === 0x4b && bytes[2] === 3 && bytes[3] === 4) {
    throw refused(file, 'is a zip file or an Excel workbook; save the sheet as CSV (UTF-8) and try again')
  }
  const text = new TextDecoder(encodingOf(bytes)).decode(bytes)
  if (text.includes('\0')) throw refused(file, 'is not a text file; save it as CSV (UTF-8) and try again')
  return text
}

function refused(file: string, why: string): AppError {
  return new AppError('unsupported-encoding', `${file} ${why}.`, { details: { file } })
}

function encodingOf(bytes: Uint8Array): string {
  if (bytes[0] === 0xff && bytes[1] === 0xfe) return 'utf-16le'
  if (bytes[0] === 0xfe && bytes[1] === 0xff) return 'utf-16be'
  const wide = wideEncodingOf(bytes)
  if (wide !== null) return wide
  if (decodes(bytes, 'utf-8')) return 'utf-8'
  return looksDoubleByte(bytes) && decodes(bytes, 'gb18030') ? 'gb18030' : 'windows-1252'
}

/** UTF-16 without a mark shows as zeros in every other byte of its ASCII characters. */
function wideEncodingOf(bytes: Uint8Array): string | null {
  const sample = bytes.subarray(0, 4096)
  const zeros = [0, 0]
  for (const [index, byte] of sample.entries()) if (byte === 0) zeros[index % 2]! += 1
  const enough = sample.length / 8
  if (zeros[1]! > enough && zeros[0] === 0) return 'utf-16le'
  if (zeros[0]! > enough && zeros[1] === 0) return 'utf-16be'
  return null
}

function decodes(bytes: Uint8Array, encoding: string): boolean {
  try {
    new TextDecoder(encoding, { fatal: true }).decode(bytes)
    return true
  } catch {
    return false
  }
}

/** Chinese text has its high bytes in pairs; western accents stand alone between ASCII letters. */
function looksDoubleByte(bytes: Uint8Array): boolean {
  let pairs = 0
  let single = 0
  for (let index = 0; index < bytes.length; index += 1) {
    if (bytes[index]! < 0x80) continue
    if ((bytes[index + 1] ?? 0) >= 0x80) {
      pairs += 1
      index += 1
    } else single += 1
  }
  return pairs > single
}
