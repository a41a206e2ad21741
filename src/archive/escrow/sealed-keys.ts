/**
 * What a copy in the escrow holds: keys with everything that is needed to read e-mails by them without a database, sealed
 * to the officer's public key. Whoever puts it there cannot read it afterwards.
 */
import { z } from 'zod'
import type { RandomSource } from '../../platform/random.ts'
import { compress, decompress, openWithPrivateKey, sealToPublicKey } from '../../platform/sealing/index.ts'

const form = 'holdfast-escrow/1'
const bytesMax = 256 * 1024 * 1024

const base64 = z.string()
const id = z.string().regex(/^\d+$/)

const message = z.object({
  place: z.int(),
  id,
  /** Of the e-mail. */
  sha256: base64,
  bytes: z.int(),
  mailboxes: z.array(z.string()),
  /** Entries of the integrity log that entered it, as far as there were any then. */
  leaves: z.array(z.int()),
  /** Large attachments by their place: which objects they are. */
  attachments: z.record(z.string(), z.string()),
})

const content = z.object({
  form: z.literal(form),
  blocks: z.array(
    z.object({
      id,
      object: z.string(),
      offset: z.int(),
      bytes: z.int(),
      key: base64,
      messages: z.array(message),
    }),
  ),
  attachments: z.array(z.object({ id, object: z.string(), key: base64 })),
})

export type EscrowedMessage = z.infer<typeof message>
export type EscrowedKeys = Omit<z.infer<typeof content>, 'form'>
export type EscrowedBlock = EscrowedKeys['blocks'][number]

export async function sealKeys(
  keys: EscrowedKeys,
  officerKey: Uint8Array,
  random: RandomSource,
): Promise<Buffer> {
  const text = JSON.stringify({ form, ...keys })
  return sealToPublicKey(officerKey, compress(Buffer.from(text)), random)
}

/** Throws `key-refused` where it is of another officer, or was altered. */
export function openKeys(sealed: Uint8Array, privateKey: Uint8Array, name: string): EscrowedKeys {
  const plain = decompress(openWithPrivateKey(privateKey, sealed, name), { bytesMax, name })
  return content.parse(JSON.parse(Buffer.from(plain).toString()))
}
