import { Readable } from 'node:stream'
import type { ContainerClient } from '@azure/storage-blob'
import { AppError } from '../../domain/errors.ts'
import { faultPoint } from '../faults.ts'
import { azureFailure, isNotFound, isPastEnd } from './azure-failure.ts'
import { type AzureObjectStoreOptions, azureContainer } from './azure-service.ts'
import {
  checkObjectName,
  checkObjectPrefix,
  checkRange,
  type ObjectRange,
  objectNotFound,
} from './object-name.ts'
import type { ObjectStore } from './object-store.ts'

/** A stream is staged in blocks of this size, this many on their way at once: 32 MiB of memory, 390 GiB an object. */
const stagedBlockBytes = 8 * 1024 * 1024
const stagedAtOnce = 4
/** How often a read that breaks off in the middle goes on from where it was. */
const readResumes = 5
const listPage = 5000

/**
 * Objects as block blobs of one private container, which is made when it is missing. Throws AppError
 * `object-store-unsafe` when the container allows public access, `object-store-unreachable`,
 * `object-store-refused`, `bad-config`.
 */
export async function createAzureObjectStore(options: AzureObjectStoreOptions): Promise<ObjectStore> {
  const container = await azureContainer(options)
  const asking = <T>(work: () => Promise<T>): Promise<T> => failingAs(options.container, work)
  await asking(() => makePrivate(container))
  const blob = (name: string) => {
    checkObjectName(name)
    return container.getBlockBlobClient(name)
  }

  return {
    put: (name, bytes) =>
      asking(async () => {
        const split = {
          blockSize: stagedBlockBytes,
          maxSingleShotSize: 8 * stagedBlockBytes,
          concurrency: stagedAtOnce,
        }
        faultPoint('object-store.before-name')
        await blob(name).uploadData(asBuffer(bytes), split)
        faultPoint('object-store.after-name')
      }),
    putStream: async (name, chunks) => stage(blob(name), chunks, options.container),
    get: (name, range = { offset: 0 }) => asking(() => download(blob(name), name, range).then(collect)),
    getStream: (name, range = { offset: 0 }) =>
      asking(async () => {
        const body = await download(blob(name), name, range)
        return Readable.from(toldInOurWords(body.stream, options.container), { objectMode: false })
      }),
    size: (name) => asking(() => sizeOf(blob(name))),
    delete: (name) =>
      asking(async () => {
        await blob(name).deleteIfExists({ deleteSnapshots: 'include' })
      }),
    makeCold: (name) =>
      asking(async () => {
        await blob(name)
          .setAccessTier(options.archiveTier ?? 'Cool')
          .catch((error: unknown) => {
            if (!isNotFound(error)) throw error
          })
      }),
    list(prefix) {
      checkObjectPrefix(prefix)
      return toldInOurWords(listPages(container, prefix), options.container)
    },
  }
}

type BlockBlob = ReturnType<ContainerClient['getBlockBlobClient']>

/** Asks before it makes: an identity may be allowed to write blobs and not to make containers. */
async function makePrivate(container: ContainerClient): Promise<void> {
  const found = await container.getProperties().catch((error: unknown) => {
    if (isNotFound(error)) return null
    throw error
  })
  if (found === null) {
    await container.createIfNotExists()
    return
  }
  if (found.blobPublicAccess === undefined) return
  throw new AppError(
    'object-store-unsafe',
    `The container ${container.containerName} lets anyone read it (public access "${found.blobPublicAccess}"). Set its access level to Private, then start again.`,
    { details: { container: container.containerName } },
  )
}

/**
 * Stages blocks and commits them at the end: until then, and after a failure, there is no object. A failure
 * of the source is thrown as it is, so that a feed that breaks off is not taken for an Azure that does.
 */
async function stage(blob: BlockBlob, chunks: AsyncIterable<Uint8Array>, container: string): Promise<number> {
  let written = 0
  let failure: { readonly error: unknown } | undefined
  const counted = async function* () {
    try {
      for await (const chunk of chunks) {
        written += chunk.length
        if (chunk.length > 0) yield asBuffer(chunk)
      }
    } catch (error) {
      failure = { error }
      throw error
    }
  }
  faultPoint('object-store.before-name')
  const source = Readable.from(counted(), { objectMode: false })
  try {
    await blob.uploadStream(source, stagedBlockBytes, stagedAtOnce)
  } catch (error) {
    throw failure === undefined ? azureFailure(error, container) : failure.error
  } finally {
    source.destroy()
  }
  faultPoint('object-store.after-name')
  return written
}

function asBuffer(bytes: Uint8Array): Buffer {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
}

interface Body {
  readonly stream: Readable
  readonly bytes: number
}

const emptyBody = (): Body => ({ stream: Readable.from([]), bytes: 0 })

async function download(blob: BlockBlob, name: string, range: ObjectRange): Promise<Body> {
  checkRange(range)
  if (range.length === 0) {
    if ((await sizeOf(blob)) === null) throw objectNotFound(name)
    return emptyBody()
  }
  try {
    const answer = await blob.download(range.offset, range.length, { maxRetryRequests: readResumes })
    return { stream: answer.readableStreamBody as Readable, bytes: answer.contentLength ?? 0 }
  } catch (error) {
    if (isNotFound(error)) throw objectNotFound(name)
    if (isPastEnd(error)) return emptyBody()
    throw error
  }
}

async function collect({ stream, bytes }: Body): Promise<Buffer> {
  const whole = Buffer.allocUnsafe(bytes)
  let at = 0
  for await (const piece of stream as AsyncIterable<Buffer>) at += piece.copy(whole, at)
  return whole.subarray(0, at)
}

async function sizeOf(blob: BlockBlob): Promise<number | null> {
  try {
    return (await blob.getProperties()).contentLength ?? 0
  } catch (error) {
    if (isNotFound(error)) return null
    throw error
  }
}

async function* listPages(
  container: ContainerClient,
  prefix: string,
): AsyncGenerator<{ name: string; bytes: number }> {
  for await (const page of container.listBlobsFlat({ prefix }).byPage({ maxPageSize: listPage }))
    for (const { name, properties } of page.segment.blobItems)
      yield { name, bytes: properties.contentLength ?? 0 }
}

async function failingAs<T>(container: string, work: () => Promise<T>): Promise<T> {
  try {
    return await work()
  } catch (error) {
    throw azureFailure(error, container)
  }
}

async function* toldInOurWords<T>(items: AsyncIterable<T>, container: string): AsyncGenerator<T> {
  try {
    yield* items
  } catch (error) {
    throw azureFailure(error, container)
  }
}
