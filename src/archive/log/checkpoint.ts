/**
 * Checkpoints: the size and root of the log in a note that the centre signs (C2SP tlog-checkpoint, signed-note). Any
 * later state of the log can be held against one.
 */
import { hash, verify as verifySignature } from 'node:crypto'
import { AppError } from '../../domain/errors.ts'
import { faultPoint } from '../../platform/faults.ts'
import { deriveSigningKey, ed25519PublicKey, type SigningKey } from '../../platform/keys/signing-key.ts'
import { integrate, openTiles } from './integrate.ts'
import { rootOf } from './merkle.ts'
import type { LogParts } from './parts.ts'
import { logFolder } from './tiles.ts'

export interface Checkpoint {
  readonly size: bigint
  readonly root: Buffer
  /** The signed note. */
  readonly note: string
  /** ISO time, UTC. */
  readonly at: string
}

export interface LogKey extends SigningKey {
  /** Names the log: nobody else's bears it. */
  readonly origin: string
  /** `<origin>+<key id>+<base64>`, as C2SP signed-note has them: what a verifier is given. */
  readonly verifierKey: string
}

const ed25519Type = 1

export async function logKey({ vault }: Pick<LogParts, 'vault'>): Promise<LogKey> {
  const key = await deriveSigningKey(vault, 'integrity-log')
  const origin = `holdfast.invalid/log/${hash('sha256', key.publicKey, 'hex').slice(0, 16)}`
  const typed = Buffer.concat([Buffer.from([ed25519Type]), key.publicKey])
  const id = keyId(origin, key.publicKey).toString('hex')
  return { ...key, origin, verifierKey: `${origin}+${id}+${typed.toString('base64')}` }
}

/** The first four bytes of SHA-256(name ‖ 0x0A ‖ type ‖ public key). */
function keyId(name: string, publicKey: Uint8Array): Buffer {
  const typed = Buffer.concat([Buffer.from(`${name}\n`), Buffer.from([ed25519Type]), publicKey])
  return hash('sha256', typed, 'buffer').subarray(0, 4)
}

/** Signs a text that ends with a line feed. */
export function signNote(text: string, name: string, key: SigningKey): string {
  const signature = Buffer.concat([keyId(name, key.publicKey), key.sign(Buffer.from(text))])
  return `${text}\n— ${name} ${signature.toString('base64')}\n`
}

/**
 * The text of a note that the key's holder signed. Throws `verification-failed`, or `bad-public-key` for what is no
 * verifier key.
 */
export function openNote(note: string, verifierKey: string): string {
  const [name, id, encoded] = splitKey(verifierKey)
  const typed = Buffer.from(encoded, 'base64')
  const publicKey = typed.subarray(1)
  if (
    typed[0] !== ed25519Type ||
    publicKey.byteLength !== 32 ||
    keyId(name, publicKey).toString('hex') !== id
  )
    throw badKey()
  const end = note.lastIndexOf('\n\n')
  const text = note.slice(0, end + 1)
  for (const line of note.slice(end + 2).split('\n')) {
    const [dash, signer, signature] = line.split(' ')
    if (dash !== '—' || signer !== name || signature === undefined) continue
    const bytes = Buffer.from(signature, 'base64')
    // Bits that the coding leaves unused must not be a place to change something in.
    if (bytes.toString('base64') !== signature) continue
    if (!bytes.subarray(0, 4).equals(Buffer.from(id, 'hex'))) continue
    if (end > 0 && verifySignature(null, Buffer.from(text), ed25519PublicKey(publicKey), bytes.subarray(4)))
      return text
  }
  throw refused('The checkpoint was changed, or another key signed it.')
}

/** A name may hold neither blanks nor `+`, base64 may hold both `+` and `/`. */
function splitKey(verifierKey: string): [name: string, id: string, encoded: string] {
  const match = /^([^\s+]+)\+([0-9a-f]{8})\+([A-Za-z0-9+/=]+)$/.exec(verifierKey.trim())
  if (!match) throw badKey()
  return [match[1]!, match[2]!, match[3]!]
}

function badKey(): AppError {
  return new AppError('bad-public-key', 'This is no key of an integrity log; "holdfast log key" prints one.')
}

/** What a checkpoint's text says. Throws `verification-failed`. */
export function readCheckpoint(text: string): { origin: string; size: bigint; root: Buffer } {
  const [origin, size, root, rest] = text.split('\n')
  if (origin === undefined || !/^(0|[1-9]\d*)$/.test(size ?? '') || !root || rest === undefined)
    throw refused('The checkpoint does not have the form of one.')
  return { origin, size: BigInt(size!), root: Buffer.from(root, 'base64') }
}

/** Where a checkpoint's note lies for others to fetch. */
export function checkpointName(size: bigint): string {
  return `${logFolder}checkpoints/${size}`
}

/** Enters what waits, and signs the log as it is then; the last checkpoint where nothing came since. */
export async function signCheckpoint(parts: LogParts): Promise<Checkpoint> {
  await integrate(parts)
  const tiles = await openTiles(parts)
  const known = await lastCheckpoint(parts)
  if (known && known.size === tiles.written) return known
  const root = await rootOf(tiles.written, tiles.readNode)
  const key = await logKey(parts)
  const note = signNote(`${key.origin}\n${tiles.written}\n${root.toString('base64')}\n`, key.origin, key)
  const at = new Date(parts.clock.now())
  await parts.objects.put(checkpointName(tiles.written), Buffer.from(note))
  faultPoint('log.checkpoint-written')
  await parts.queries
    .insertInto('log_checkpoint')
    .values({ size: tiles.written, at, root, note })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
  return { size: tiles.written, root, note, at: at.toISOString() }
}

export async function lastCheckpoint({ queries }: Pick<LogParts, 'queries'>): Promise<Checkpoint | null> {
  const row = await queries
    .selectFrom('log_checkpoint')
    .select(['size', 'root', 'note', 'at'])
    .orderBy('size', 'desc')
    .limit(1)
    .executeTakeFirst()
  return row ? { ...row, at: row.at.toISOString() } : null
}

function refused(message: string): AppError {
  return new AppError('verification-failed', message)
}
