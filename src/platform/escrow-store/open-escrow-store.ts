import type { Config } from '../config.ts'
import { accessOf } from '../object-store/open-object-store.ts'
import { createAzureEscrowStore } from './azure-escrow-store.ts'
import type { EscrowStore } from './escrow-store.ts'
import { createLocalEscrowStore } from './local-escrow-store.ts'

/** The escrow the configuration names; null: none. Throws the AppErrors of either adapter. */
export async function openEscrowStore(
  config: Config['escrow'],
  options: { readonly readOnly?: boolean } = {},
): Promise<EscrowStore | null> {
  if (config === null) return null
  const { store, lock } = config
  if (store.type === 'folder') return createLocalEscrowStore({ folder: store.folder, ...options })
  const { container, cloud, endpointSuffix } = store
  return createAzureEscrowStore({ container, cloud, endpointSuffix, access: accessOf(store), mode: lock })
}
