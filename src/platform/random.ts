import { randomBytes } from 'node:crypto'

/** Randomness as an argument: features take a RandomSource, only `platform/` asks the machine's. */
export interface RandomSource {
  bytes(length: number): Buffer
}

export const systemRandom: RandomSource = { bytes: (length) => randomBytes(length) }

/** A random UUID (RFC 9562 version 4). */
export function uuidOf(random: RandomSource): string {
  const bytes = random.bytes(16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  return bytes.toString('hex').replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
