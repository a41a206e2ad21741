import { AppError } from '../../domain/errors.ts'
import type { Queries } from '../postgres/index.ts'
import { createKeyFileVault, type KeyFileVault } from './key-file-vault.ts'

/**
 * The vault whose keys this database was filled under. At the first start the key file is made and noted; from
 * then on a missing file is an error instead of a new one that opens nothing, and so is the file of another
 * installation. Throws `key-missing`, `key-refused` and what `createKeyFileVault` throws.
 */
export async function openRememberedVault(
  queries: Queries,
  role: 'site' | 'centre',
  file: string,
): Promise<KeyFileVault> {
  const name = `${role}-vault`
  const noted = await queries
    .selectFrom('installation')
    .select('value')
    .where('name', '=', name)
    .executeTakeFirst()
  const vault = await createKeyFileVault({ file, mayCreate: noted === undefined })
  if (noted === undefined) {
    await queries
      .insertInto('installation')
      .values({ name, value: vault.vault })
      .onConflict((conflict) => conflict.doNothing())
      .execute()
  } else if (noted.value !== vault.vault) {
    throw new AppError(
      'key-refused',
      `The key file ${file} belongs to another installation: it opens nothing that this database holds. Put the right file in its place, from its backup.`,
    )
  }
  return vault
}
