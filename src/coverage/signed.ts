/** Statements that anybody can check: canonical JSON under an Ed25519 signature of the centre's. */
import { createHash, createPrivateKey, createPublicKey, sign, verify } from 'node:crypto'
import { z } from 'zod'
import { AppError } from '../domain/errors.ts'
import type { KeyVault } from '../platform/keys/key-vault.ts'

// RFC 8410: the fixed DER before the 32 bytes of an Ed25519 key.
const pkcs8Head = Buffer.from('302e020100300506032b657004220420', 'hex')
const spkiHead = Buffer.from('302a300506032b6570032100', 'hex')
const keyBytes = 32
const keyWord = 'ed25519:'

export interface StatementKey {
  /** `ed25519:` and base64 of the 32 bytes, as RFC 8032 has them. */
  readonly publicKey: string
  sign(bytes: Uint8Array): Buffer
}

/** The key of this centre's statements: derived in its vault, the same for ever, and nowhere kept. */
export async function statementKey({ vault }: { readonly vault: KeyVault }): Promise<StatementKey> {
  const seed = await vault.derive('coverage-statements')
  const key = createPrivateKey({ key: Buffer.concat([pkcs8Head, seed]), format: 'der', type: 'pkcs8' })
  const raw = createPublicKey(key).export({ format: 'der', type: 'spki' }).subarray(-keyBytes)
  return { publicKey: keyWord + raw.toString('base64'), sign: (bytes) => sign(null, bytes, key) }
}

/** JSON with its names in the order of their UTF-16 units and no blanks: one text for one value (RFC 8785, whole numbers). */
export function canonicalJson(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonicalJson).join(',')}]`
  if (typeof value !== 'object' || value === null) return JSON.stringify(value)
  const named = Object.entries(value).filter(([, one]) => one !== undefined)
  const sorted = named.sort(([a], [b]) => (a < b ? -1 : 1))
  return `{${sorted.map(([name, one]) => `${JSON.stringify(name)}:${canonicalJson(one)}`).join(',')}}`
}

const signedDocument = z.object({
  publicKey: z.string(),
  signature: z.string(),
  statement: z.looseObject({ form: z.string() }),
})
export type Statement = z.infer<typeof signedDocument>['statement']

/** The document of a statement: `{"publicKey", "signature", "statement"}` on one line. */
export function signStatement(key: StatementKey, statement: object): string {
  const signature = key.sign(bytesOf(statement)).toString('base64')
  return `${canonicalJson({ publicKey: key.publicKey, signature, statement })}\n`
}

/**
 * The statement of a document that `publicKey` signed. Throws `verification-failed` where it is no such document, was
 * signed by another key, or where anything in it was changed afterwards.
 */
export function verifyStatement(document: string, publicKey: string): Statement {
  const key = publicKeyObject(publicKey)
  const read = signedDocument.safeParse(parsed(document))
  if (!read.success) throw refused('This is no signed statement of Holdfast’s: its form is another one.')
  const { statement, signature } = read.data
  if (normalised(read.data.publicKey) !== normalised(publicKey))
    throw refused('The statement names another key than the one given: it is not this centre’s.')
  if (!verify(null, bytesOf(statement), key, Buffer.from(signature, 'base64')))
    throw refused('The statement was changed after it was signed: its signature is not that of what it says.')
  return statement
}

/** SHA-256 of a document, in hex. */
export function documentHash(document: string): string {
  return createHash('sha256').update(document).digest('hex')
}

function bytesOf(statement: object): Buffer {
  return Buffer.from(canonicalJson(statement))
}

function parsed(document: string): unknown {
  try {
    return JSON.parse(document)
  } catch {
    return null
  }
}

function normalised(publicKey: string): string {
  return publicKey.trim().replace(keyWord, '')
}

function publicKeyObject(text: string) {
  const raw = Buffer.from(normalised(text), 'base64')
  if (raw.byteLength !== keyBytes)
    throw new AppError(
      'bad-public-key',
      'This is no public key of statements; it looks like ed25519: and 44 letters, and stands on the page Coverage.',
    )
  return createPublicKey({ key: Buffer.concat([spkiHead, raw]), format: 'der', type: 'spki' })
}

function refused(message: string): AppError {
  return new AppError('verification-failed', message)
}
