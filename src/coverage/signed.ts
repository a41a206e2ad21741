/** Statements that anybody can check: canonical JSON under an Ed25519 signature of the centre's. */
import { createHash, verify } from 'node:crypto'
import { z } from 'zod'
import { canonicalJson } from '../domain/canonical-json.ts'
import { AppError } from '../domain/errors.ts'
import type { KeyVault } from '../platform/keys/key-vault.ts'
import { deriveSigningKey, ed25519PublicKey } from '../platform/keys/signing-key.ts'

const keyBytes = 32
const keyWord = 'ed25519:'

export interface StatementKey {
  /** `ed25519:` and base64 of the 32 bytes, as RFC 8032 has them. */
  readonly publicKey: string
  sign(bytes: Uint8Array): Buffer
}

/** The key of this centre's statements: derived in its vault, the same for ever, and nowhere kept. */
export async function statementKey({ vault }: { readonly vault: KeyVault }): Promise<StatementKey> {
  const { publicKey, sign } = await deriveSigningKey(vault, 'coverage-statements')
  return { publicKey: keyWord + publicKey.toString('base64'), sign }
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
  return ed25519PublicKey(raw)
}

function refused(message: string): AppError {
  return new AppError('verification-failed', message)
}
