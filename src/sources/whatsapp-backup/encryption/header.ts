/** The head of an encrypted backup: its version, what its key must say, and where the ciphertext begins. */

export type BackupHeader = {
  readonly iv: Buffer
  /** Offset of the ciphertext. */
  readonly dataStart: number
  /** Bytes after the MD5: crypt12 ends in `--` and the last two digits of the phone's number. */
  readonly suffixBytes: number
  /** Last digits of the number the backup was made for, where the head says them. */
  readonly numberEnds?: string
} & (
  | { readonly version: 'crypt15' }
  | {
      readonly version: 'crypt12' | 'crypt14'
      readonly keyVersion: number
      readonly serverSalt: Buffer
      readonly googleId: Buffer
    }
)

/** No head is longer: one byte of length, a mark, and at most 255 bytes of protobuf. */
export const headerBytesMax = 257
const crypt12HeaderBytes = 67
const ivBytes = 16

/** `head`: the first `headerBytesMax` bytes, or all where there are fewer. Null for what is no encrypted backup. */
export function parseHeader(head: Buffer): BackupHeader | null {
  if (head[0] === 0 && head[1] === 1) return parseCrypt12(head)
  const length = head[0] ?? 0
  // The one-byte mark says that a table of features follows; databases have it, other files do not.
  for (const start of head[1] === 1 ? [2, 1] : [1]) {
    const fields = head.length >= start + length ? readFields(head.subarray(start, start + length)) : null
    const header = fields === null ? null : fromPrefix(fields, start + length)
    if (header !== null) return header
  }
  return null
}

function parseCrypt12(head: Buffer): BackupHeader | null {
  if (head.length < crypt12HeaderBytes || head[2]! < 1 || head[2]! > 3) return null
  return {
    version: 'crypt12',
    keyVersion: head[2]!,
    serverSalt: Buffer.from(head.subarray(3, 35)),
    googleId: Buffer.from(head.subarray(35, 51)),
    iv: Buffer.from(head.subarray(51, crypt12HeaderBytes)),
    dataStart: crypt12HeaderBytes,
    suffixBytes: 4,
  }
}

/** BackupPrefix: 2 {2 key version, 3 server salt, 4 Google id, 5 IV} for crypt14, 3 {1 IV} for crypt15, 4 {3 last digits}. */
function fromPrefix(fields: Fields, dataStart: number): BackupHeader | null {
  const info = inner(fields, 4)
  const ends = info?.get(3)?.toString('latin1')
  const common = { dataStart, suffixBytes: 0, ...(ends && /^\d+$/.test(ends) ? { numberEnds: ends } : {}) }
  const crypt15 = inner(fields, 3)?.get(1)
  if (crypt15?.length === ivBytes) return { version: 'crypt15', iv: crypt15, ...common }
  const crypt14 = inner(fields, 2)
  const [keyVersion, serverSalt, googleId, iv] = [2, 3, 4, 5].map((field) => crypt14?.get(field))
  if (iv?.length !== ivBytes || serverSalt?.length !== 32 || googleId?.length !== 16) return null
  const version = keyVersion === undefined ? 0 : Number(keyVersion.toString('latin1'))
  // Key versions are small numbers, written as a byte string of one byte.
  return {
    version: 'crypt14',
    keyVersion: version || keyVersion?.[0] || 0,
    serverSalt,
    googleId,
    iv,
    ...common,
  }
}

type Fields = ReadonlyMap<number, Buffer>

function inner(fields: Fields, field: number): Fields | null {
  const bytes = fields.get(field)
  return bytes === undefined ? null : readFields(bytes)
}

/** The length-delimited fields of a protobuf message, the last of each number; null where the bytes are none. */
function readFields(bytes: Buffer): Fields | null {
  const fields = new Map<number, Buffer>()
  let at = 0
  const varint = () => {
    let value = 0
    for (let shift = 0; shift < 35 && at < bytes.length; shift += 7) {
      const byte = bytes[at++]!
      value += (byte & 0x7f) * 2 ** shift
      if (byte < 0x80) return value
    }
    return -1
  }
  while (at < bytes.length) {
    const tag = varint()
    const wire = tag & 7
    const value = wire === 5 ? 4 : wire === 1 ? 8 : varint()
    if (tag < 8 || value < 0 || ![0, 1, 2, 5].includes(wire)) return null
    if (wire === 0) continue
    if (at + value > bytes.length) return null
    if (wire === 2) fields.set(tag >>> 3, Buffer.from(bytes.subarray(at, at + value)))
    at += value
  }
  return fields
}
