import { readFile } from 'node:fs/promises'
import { AppError } from '../../domain/errors.ts'
import type { Config } from '../../platform/config.ts'
import { openEscrowStore } from '../../platform/escrow-store/open-escrow-store.ts'
import { parsePublicKey } from '../../platform/sealing/index.ts'
import { isBegun } from './head.ts'
import type { EscrowParts } from './parts.ts'

/**
 * The escrow that the settings name. Null where none is set up or, unless `toBegin`, none was begun. Throws
 * `escrow-refused` without the officer's public key or for another one than it was begun with, and what opening the
 * storage throws.
 */
export async function openEscrow(
  centre: Omit<EscrowParts, 'escrow' | 'officerKey'>,
  settings: Config['escrow'],
  options: { readonly toBegin?: boolean } = {},
): Promise<EscrowParts | null> {
  if (settings === null) return null
  const { publicKeyFile } = settings
  if (publicKeyFile === null)
    throw new AppError('escrow-refused', "Set HOLDFAST_ESCROW_PUBLIC_KEY_FILE to the officer's public key.")
  const text = await readFile(publicKeyFile, 'utf8').catch((cause: unknown) => {
    throw new AppError('escrow-refused', `The officer's public key ${publicKeyFile} cannot be read.`, {
      cause,
    })
  })
  const officerKey = parsePublicKey(text, publicKeyFile)
  if (!options.toBegin && !(await isBegun({ pool: centre.pool, officerKey }))) return null
  return { ...centre, officerKey, escrow: (await openEscrowStore(settings))! }
}
