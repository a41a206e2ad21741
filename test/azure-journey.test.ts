/** The whole journey with the object store on Azure Blob: stopped and taken up again there, and nothing readable in it. */
import { gunzipSync, zstdDecompressSync } from 'node:zlib'
import { BlobServiceClient } from '@azure/storage-blob'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createContentReader, openEmail } from '../src/archive/index.ts'
import { digestOf } from '../src/email/index.ts'
import type { FaultPlan } from '../src/platform/faults.ts'
import { createAzureObjectStore } from '../src/platform/object-store/azure-object-store.ts'
import { type Azurite, startAzurite } from './azurite.ts'
import { canary, chineseCanary } from './crash/corpus.ts'
import { endStateOf, leftOvers, verifyAll } from './crash/end-state.ts'
import { tellStory, tellUntilCrash } from './crash/story.ts'
import { openWorld, type Process, type World } from './crash/world.ts'

const container = 'journey'
let azurite: Azurite
let world: World
let process: Process

/** Each stops one process; the next goes on in the same container. */
const stops: readonly (readonly [point: string, pass: number])[] = [
  ['capture.attachment-written', 2],
  ['capture.before-commit', 2],
  ['transfer.segment-written', 1],
  ['transfer.attachment-written', 1],
  ['object-store.after-name', 3],
  ['import.before-commit', 1],
  ['import.committed', 1],
  ['dead-object.deleted', 1],
  ['reprocess.before-commit', 1],
]

beforeAll(async () => {
  azurite = await startAzurite()
  const access = { kind: 'connection-string', connectionString: azurite.connectionString } as const
  world = await openWorld({ objects: await createAzureObjectStore({ container, access }) })
  for (const [point, pass] of stops) {
    const plan: FaultPlan = { point, pass, how: 'throw' }
    expect(await tellUntilCrash(world, plan), point).toBe(true)
  }
  process = await world.open()
  await tellStory(process, world.corpus)
})
afterAll(async () => {
  await process?.close()
  await world?.close()
  await azurite.close()
})

describe('the journey on Azure Blob, stopped nine times', () => {
  it('ends as it does on local disk without a fault', async () => {
    const local = await openWorld()
    const undisturbed = await local.open()
    await tellStory(undisturbed, local.corpus)
    const expected = await endStateOf(undisturbed.centre.pool)
    await undisturbed.close()
    await local.close()

    expect(await leftOvers(process.centre.pool, world.objects)).toEqual([])
    expect(await endStateOf(process.centre.pool)).toEqual(expected)
    expect(await verifyAll(process)).toMatchObject({ ok: true, problems: [] })
  })

  it('gives e-mails with attachments over 64 KiB back byte for byte', async () => {
    const { rows } = await process.centre.pool.query<{ id: bigint; sha256: Buffer }>(
      `select distinct id, message.sha256 from message join message_attachment on message_id = id
        where attachment_id is not null`,
    )
    expect(rows.length).toBeGreaterThanOrEqual(4)
    const reader = createContentReader(process.centre)
    for (const { id, sha256 } of rows) {
      const { stream } = await openEmail(process.centre, reader, id)
      expect((await digestOf(stream)).sha256).toBe(sha256.toString('hex'))
    }
  })

  it('leaves a private container', async () => {
    const service = BlobServiceClient.fromConnectionString(azurite.connectionString)
    const properties = await service.getContainerClient(container).getProperties()
    expect(properties.blobPublicAccess).toBeUndefined()
    const [blob] = await blobs()
    const anonymous = await fetch(`${azurite.account.url}/${container}/${blob!.name}`)
    expect([401, 403, 404]).toContain(anonymous.status)
  })

  it('leaves no blob in which a captured word can be read', async () => {
    const found = await blobs()
    expect(found.some(({ name }) => name.startsWith('journal/'))).toBe(true)
    expect(found.some(({ name }) => name.startsWith('segments/'))).toBe(true)
    for (const { name, bytes } of found) {
      for (const readable of [bytes, ...unpacked(bytes)]) {
        for (const word of [canary, chineseCanary, 'Deal team', 'VID-2.mp4', '+447700900001']) {
          expect(readable.includes(word), `${word} in ${name}`).toBe(false)
          expect(readable.includes(Buffer.from(word, 'utf16le')), `${word} in ${name}`).toBe(false)
        }
      }
    }
  })
})

async function blobs(): Promise<{ name: string; bytes: Buffer }[]> {
  const client = BlobServiceClient.fromConnectionString(azurite.connectionString).getContainerClient(
    container,
  )
  const found: { name: string; bytes: Buffer }[] = []
  for await (const { name } of client.listBlobsFlat())
    found.push({ name, bytes: await client.getBlobClient(name).downloadToBuffer() })
  return found
}

const packings = [
  { magic: Buffer.from('28b52ffd', 'hex'), unpack: zstdDecompressSync },
  { magic: Buffer.from('1f8b08', 'hex'), unpack: gunzipSync },
]

/** What stands in it compressed, wherever a compressed frame seems to begin. */
function* unpacked(bytes: Buffer): Iterable<Buffer> {
  for (const { magic, unpack } of packings) {
    for (let at = bytes.indexOf(magic); at >= 0; at = bytes.indexOf(magic, at + 1)) {
      try {
        yield unpack(bytes.subarray(at))
      } catch {
        // Sealed bytes that happen to look like the beginning of a frame.
      }
    }
  }
}
