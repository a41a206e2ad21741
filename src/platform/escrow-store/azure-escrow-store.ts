import type { BlockBlobClient, ContainerClient } from '@azure/storage-blob'
import { AppError } from '../../domain/errors.ts'
import { azureFailure, isNotFound } from '../object-store/azure-failure.ts'
import { type AzureObjectStoreOptions, azureContainer } from '../object-store/azure-service.ts'
import { checkObjectName, checkObjectPrefix, objectNotFound } from '../object-store/object-name.ts'
import {
  type EscrowLock,
  type EscrowObject,
  type EscrowStore,
  escrowLocked,
  laterOf,
} from './escrow-store.ts'

export interface AzureEscrowOptions extends AzureObjectStoreOptions {
  /** `locked`: the times can only be lengthened, by anybody, Microsoft's support included. */
  readonly mode: 'locked' | 'unlocked'
}

const policyModes = { locked: 'Locked', unlocked: 'Unlocked' } as const

/**
 * Copies as blobs of a container with version-level immutability: a time-based policy for what has an end, a legal hold
 * for what has none. The container is never made here, because its immutability is set when it is made. Throws
 * `escrow-refused` for a container without it or one that anybody reads, and what the object store throws.
 */
export async function createAzureEscrowStore(options: AzureEscrowOptions): Promise<EscrowStore> {
  const container = await azureContainer(options)
  const asking = async <T>(name: string, work: () => Promise<T>): Promise<T> => {
    try {
      return await work()
    } catch (error) {
      if (isKept(error)) throw escrowLocked(name, error)
      if (isNotFound(error)) throw objectNotFound(name)
      throw azureFailure(error, options.container)
    }
  }
  await asking(options.container, () => requireImmutability(container))
  const policyMode = policyModes[options.mode]
  const blob = (name: string) => {
    checkObjectName(name)
    return container.getBlockBlobClient(name)
  }
  const policyOf = (until: Date | null) =>
    until === null ? {} : { immutabilityPolicy: { expiriesOn: until, policyMode } }

  return {
    protection: options.mode,
    place: container.url,
    put: (name, bytes, { until, held }) =>
      asking(name, async () => {
        const body = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
        await blob(name).upload(body, body.byteLength, { ...policyOf(until), legalHold: held })
      }),
    relock: (name, { until, held }) =>
      asking(name, async () => {
        const known = await readLock(blob(name))
        const later = laterOf(known.until, until)
        if (later !== null && later.getTime() !== known.until?.getTime())
          await blob(name).setImmutabilityPolicy(policyOf(later).immutabilityPolicy!)
        if (held !== known.held) await blob(name).setLegalHold(held)
      }),
    lockOf: (name) =>
      asking(name, () =>
        readLock(blob(name)).catch((error: unknown) => {
          if (isNotFound(error)) return null
          throw error
        }),
      ),
    get: (name, version) =>
      asking(name, () =>
        (version === null ? blob(name) : blob(name).withVersion(version)).downloadToBuffer(),
      ),
    delete: (name) =>
      asking(name, async () => {
        // By its name alone a blob with versions only becomes an older version of itself.
        for await (const { name: found, version } of listVersions(container, name))
          if (found === name)
            await (version === null ? blob(name) : blob(name).withVersion(version)).deleteIfExists()
      }),
    list(prefix) {
      checkObjectPrefix(prefix)
      return listVersions(container, prefix)
    },
  }
}

async function requireImmutability(container: ContainerClient): Promise<void> {
  const { isImmutableStorageWithVersioningEnabled, blobPublicAccess } = await container.getProperties()
  if (blobPublicAccess !== undefined)
    throw refused(`The container ${container.containerName} lets anyone read it.`)
  if (isImmutableStorageWithVersioningEnabled) return
  throw refused(
    `The container ${container.containerName} has no version-level immutability: make one that has ("az storage container-rm create --enable-vlw").`,
  )
}

async function readLock(blob: BlockBlobClient): Promise<EscrowLock> {
  const { immutabilityPolicyExpiresOn, legalHold } = await blob.getProperties()
  return { until: immutabilityPolicyExpiresOn ?? null, held: legalHold ?? false }
}

async function* listVersions(container: ContainerClient, prefix: string): AsyncGenerator<EscrowObject> {
  for await (const { name, versionId, properties } of container.listBlobsFlat({
    prefix,
    includeVersions: true,
  }))
    yield { name, version: versionId ?? null, bytes: properties.contentLength ?? 0 }
}

/** Azure's word for what a policy or a legal hold keeps. */
function isKept(error: unknown): boolean {
  return /^Blob(ImmutableDueTo|.*LegalHold)/.test((error as { code?: string } | null)?.code ?? '')
}

function refused(message: string): AppError {
  return new AppError('escrow-refused', message)
}
