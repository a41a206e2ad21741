/**
 * Decrypting a message uses up its key, and the library tells the sender that it arrived before it tells us. So what was
 * decrypted is on disk before that; it is forgotten once the event is in the journal, and told after a crash.
 */
import { hash } from 'node:crypto'
import {
  closeSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeSync,
} from 'node:fs'
import { join } from 'node:path'
import type { Journal } from './journal.ts'
import type { Phones } from './phones.ts'

export interface Stanza {
  readonly id: string
  readonly remoteJid: string
  readonly participant?: string
  /** Seconds. */
  readonly timestamp: number
}

export interface PlaintextKeeper {
  /** A stanza came whose encrypted parts are these. */
  expect(stanza: Stanza, ciphertexts: readonly Uint8Array[]): void
  /** Returns when the plaintext is on disk; padding is taken off. */
  keep(ciphertext: Uint8Array, padded: Uint8Array): void
  /** The message's event is in the journal. */
  told(id: string): void
  /** What a crash left: goes into the journal as events of their own. */
  tellLeft(journal: Journal, phonesOf?: (data: unknown) => Phones): number
}

const expectedMax = 10_000

export function openPlaintexts(folder: string): PlaintextKeeper {
  mkdirSync(folder, { recursive: true, mode: 0o700 })
  const expected = new Map<string, Stanza>()
  const fileOf = (id: string) => join(folder, hash('sha256', id))
  return {
    expect(stanza, ciphertexts) {
      for (const ciphertext of ciphertexts) expected.set(hash('sha256', ciphertext), stanza)
      for (const oldest of expected.keys()) {
        if (expected.size <= expectedMax) break
        expected.delete(oldest)
      }
    },
    keep(ciphertext, padded) {
      const key = hash('sha256', ciphertext)
      const stanza = expected.get(key)
      expected.delete(key)
      if (!stanza) return
      const descriptor = openSync(fileOf(stanza.id), 'w', 0o600)
      writeSync(
        descriptor,
        JSON.stringify({ ...stanza, plaintext: Buffer.from(unpadded(padded)).toString('base64') }),
      )
      fsyncSync(descriptor)
      closeSync(descriptor)
    },
    told: (id) => rmSync(fileOf(id), { force: true }),
    tellLeft(journal, phonesOf = () => ({})) {
      const left = readdirSync(folder)
      for (const name of left) {
        const kept = readKept(join(folder, name))
        if (kept) journal.append('plaintext', kept, phonesOf(kept))
        rmSync(join(folder, name), { force: true })
      }
      return left.length
    },
  }
}

function readKept(file: string): object | null {
  try {
    const { id, remoteJid, participant, timestamp, plaintext } = JSON.parse(
      readFileSync(file, 'utf8'),
    ) as Stanza & { plaintext: string }
    const key = { remoteJid, id, fromMe: false, ...(participant === undefined ? {} : { participant }) }
    return { key, messageTimestamp: timestamp, plaintext: { type: 'Buffer', data: plaintext } }
  } catch {
    // Cut off by the crash: the key was not used up then, and the sender's phone sends the message again.
    return null
  }
}

/** The last byte says how many were added, 1 to 16. */
function unpadded(padded: Uint8Array): Uint8Array {
  const added = padded.at(-1) ?? 0
  return added >= 1 && added <= 16 && added <= padded.byteLength
    ? padded.subarray(0, padded.byteLength - added)
    : padded
}
