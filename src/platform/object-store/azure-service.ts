import type { ContainerClient, StoragePipelineOptions } from '@azure/storage-blob'
import { AppError } from '../../domain/errors.ts'
import { type CloudName, clouds } from '../clouds.ts'

/** Who we are to the storage account. Secrets are given, never read from the environment here. */
export type AzureAccess =
  | { readonly kind: 'connection-string'; readonly connectionString: string }
  | { readonly kind: 'account-key'; readonly account: string; readonly key: string }
  /** A managed or workload identity, else what `az login` left; `clientId` picks a user-assigned one. */
  | { readonly kind: 'identity'; readonly account: string; readonly clientId?: string }

export interface AzureObjectStoreOptions {
  readonly container: string
  readonly access: AzureAccess
  /** Default `worldwide`. Decides where tokens come from and, unless `endpointSuffix` does, where the account is. */
  readonly cloud?: CloudName
  /** `core.windows.net` and the like: the account answers at `https://ACCOUNT.blob.SUFFIX`. */
  readonly endpointSuffix?: string
  /** How often a request is tried and how long we wait between tries, at most; defaults 5 and 8,000 ms. */
  readonly tries?: number
  readonly retryDelayMsMax?: number
  /** The access tier of what the archive area alone holds; default `Cool`. Both are read at once, unlike Azure's tier Archive. */
  readonly archiveTier?: 'Cool' | 'Cold'
}

/** A client of the container; nothing is sent yet. Throws AppError `bad-config`. */
export async function azureContainer(options: AzureObjectStoreOptions): Promise<ContainerClient> {
  checkContainerName(options.container)
  const storage = await import('@azure/storage-blob')
  const pipeline = pipelineOptions(options)
  const { access } = options
  if (access.kind === 'connection-string') {
    const service = parsed(() =>
      storage.BlobServiceClient.fromConnectionString(access.connectionString, pipeline),
    )
    return encrypted(service.getContainerClient(options.container))
  }
  const url = accountUrl(options, access.account)
  const credential =
    access.kind === 'account-key'
      ? parsed(() => new storage.StorageSharedKeyCredential(access.account, access.key))
      : await identity(access.clientId, clouds[options.cloud ?? 'worldwide'].login)
  return new storage.BlobServiceClient(url, credential, pipeline).getContainerClient(options.container)
}

/** Where the account answers. Throws AppError `bad-config` for a name or a suffix that is none. */
export function accountUrl(
  options: Pick<AzureObjectStoreOptions, 'cloud' | 'endpointSuffix'>,
  account: string,
): string {
  const suffix = options.endpointSuffix ?? clouds[options.cloud ?? 'worldwide'].storageSuffix
  if (!/^[a-z0-9]{3,24}$/.test(account))
    throw badConfig(`${account} is not the name of a storage account: 3 to 24 small letters and digits`)
  if (!/^[a-z0-9-]+(\.[a-z0-9-]+)+$/.test(suffix))
    throw badConfig(`${suffix} is not an endpoint suffix, which looks like core.windows.net`)
  return `https://${account}.blob.${suffix}`
}

async function identity(clientId: string | undefined, authorityHost: string) {
  const { DefaultAzureCredential } = await import('@azure/identity')
  return clientId === undefined
    ? new DefaultAzureCredential({ authorityHost })
    : new DefaultAzureCredential({
        authorityHost,
        managedIdentityClientId: clientId,
        workloadIdentityClientId: clientId,
      })
}

function pipelineOptions({
  tries = 5,
  retryDelayMsMax = 8000,
}: AzureObjectStoreOptions): StoragePipelineOptions {
  return {
    retryOptions: {
      maxTries: tries,
      retryDelayInMs: Math.min(500, retryDelayMsMax),
      maxRetryDelayInMs: retryDelayMsMax,
      tryTimeoutInMs: 120_000,
    },
    userAgentOptions: { userAgentPrefix: 'holdfast' },
  }
}

/** Microsoft's rule for container names. */
function checkContainerName(container: string): void {
  if (!/^(?=.{3,63}$)[a-z0-9]+(-[a-z0-9]+)*$/.test(container))
    throw badConfig(`${container} is not a container name: 3 to 63 small letters, digits and single hyphens`)
}

/** Plain HTTP is for an emulator on this machine only. */
function encrypted(container: ContainerClient): ContainerClient {
  const { protocol, hostname } = new URL(container.url)
  if (protocol === 'https:' || ['127.0.0.1', 'localhost', '[::1]'].includes(hostname)) return container
  throw badConfig('the connection string asks for plain HTTP; set DefaultEndpointsProtocol=https')
}

/** The cause is left out on purpose: the library's message may repeat the string with its key. */
function parsed<T>(make: () => T): T {
  try {
    return make()
  } catch {
    throw badConfig(
      'the connection string or the key cannot be read. Copy it again from "Access keys" in the portal',
    )
  }
}

function badConfig(why: string): AppError {
  return new AppError('bad-config', `The settings for Azure Blob Storage cannot be used: ${why}.`)
}
