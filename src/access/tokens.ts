import { hash } from 'node:crypto'
import type { RandomSource } from '../platform/random.ts'

/** 256 random bits as text: what a cookie, a link or a program shows. Only its hash is kept. */
export function newToken(random: RandomSource): string {
  return random.bytes(32).toString('base64url')
}

/** What is kept of a token. It is random, so a plain hash is enough. */
export function tokenHash(token: string): Buffer {
  return hash('sha256', token, 'buffer')
}

/** A random UUID (version 4, RFC 9562). */
export function newUuid(random: RandomSource): string {
  const bytes = random.bytes(16)
  bytes[6] = (bytes[6]! & 0x0f) | 0x40
  bytes[8] = (bytes[8]! & 0x3f) | 0x80
  const hex = bytes.toString('hex')
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}
