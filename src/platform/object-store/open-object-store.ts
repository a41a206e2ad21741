import type { AzureObjectStoreConfig, Config } from '../config.ts'
import { createAzureObjectStore } from './azure-object-store.ts'
import type { AzureAccess } from './azure-service.ts'
import { createLocalObjectStore } from './local-object-store.ts'
import type { ObjectStore } from './object-store.ts'

/** The object store the configuration names; `folder` is the local one's. Throws the AppErrors of either. */
export async function openObjectStore(config: Config['objectStore'], folder: string): Promise<ObjectStore> {
  if (config.type === 'local') return createLocalObjectStore({ folder })
  const { container, cloud, endpointSuffix, archiveTier } = config
  return createAzureObjectStore({ container, cloud, endpointSuffix, archiveTier, access: accessOf(config) })
}

/** Who we are to the storage account of a setting. */
export function accessOf(
  config: Pick<AzureObjectStoreConfig, 'connectionString' | 'account' | 'key'>,
): AzureAccess {
  if (config.connectionString)
    return { kind: 'connection-string', connectionString: config.connectionString.reveal() }
  const account = config.account!
  return config.key
    ? { kind: 'account-key', account, key: config.key.reveal() }
    : { kind: 'identity', account }
}
