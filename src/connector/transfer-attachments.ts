/**
 * Large attachments in transfer: each is fetched once, opened, hashed, sealed again under a key of ours, and at
 * the same time runs through the e-mail that carries it, whose SHA-256 is only then known. Nothing is held whole.
 */
import { contentFrameBytesMax } from '../archive/index.ts'
import { AppError } from '../domain/errors.ts'
import { digestOf, emailStream, withDigest } from '../email/index.ts'
import { faultPoint } from '../platform/faults.ts'
import { createChunkOpener, createChunkSealer, decompress, throughChunks } from '../platform/sealing/index.ts'
import type { FeedClient } from './feed-client.ts'
import type { ConnectorParts } from './parts.ts'
import type { PendingEmail, PreparedPage } from './prepare-page.ts'
import type { StagedAttachment, StagedCatalogue } from './staged-catalogue.ts'

export interface StagedObject {
  readonly name: string
  readonly sha256: string
  readonly bytes: number
  readonly key: Uint8Array
}

export interface StagedAttachments {
  readonly objects: readonly StagedObject[]
  /** SHA-256 (hex) of the completed e-mails, by their place in the catalogue. */
  readonly lateSha256: Record<string, string>
}

/** Stores the large attachments of a page and completes the hashes of its e-mails. */
export async function stageAttachments(
  parts: ConnectorParts,
  { feed }: { readonly feed: FeedClient },
  segmentName: string,
  page: PreparedPage,
): Promise<StagedAttachments> {
  const lateSha256: Record<string, string> = {}
  const objects = new Map<string, StagedObject>()
  if (page.pending.length === 0) return { objects: [], lateSha256 }
  const folder = `${segmentName}.attachments/`
  const { messages } = JSON.parse(
    decompress(page.catalogue, { bytesMax: contentFrameBytesMax, name: segmentName }).toString(),
  ) as StagedCatalogue
  for (const pending of page.pending) {
    const { attachments } = messages[pending.message]!
    lateSha256[pending.message] = await completeEmail(parts, feed, folder, pending, attachments, objects)
  }
  // In one order everywhere: two transfers that stage the same files wait for each other, and never in a circle.
  const sorted = [...objects.values()].sort((a, b) => (a.sha256 < b.sha256 ? -1 : 1))
  return { objects: sorted, lateSha256 }
}

async function completeEmail(
  parts: ConnectorParts,
  feed: FeedClient,
  folder: string,
  { skeleton, holes }: PendingEmail,
  attachments: readonly StagedAttachment[],
  objects: Map<string, StagedObject>,
): Promise<string> {
  for (const { attachmentIndex } of holes) {
    const attachment = attachments[attachmentIndex]!
    if (!objects.has(attachment.sha256))
      objects.set(attachment.sha256, await storeAttachment(parts, feed, folder, attachment))
  }
  const { sha256 } = await digestOf(
    emailStream(skeleton, holes, async (place) => {
      const object = objects.get(attachments[place]!.sha256)!
      const sealed = await parts.objects.getStream(object.name)
      return throughChunks(createChunkOpener({ key: object.key, name: object.name }), sealed)
    }),
  )
  return sha256
}

async function storeAttachment(
  parts: ConnectorParts,
  feed: FeedClient,
  folder: string,
  { name: shown, sha256, bytes, remote }: StagedAttachment,
): Promise<StagedObject> {
  if (!remote) throw new Error('a small attachment lies in its e-mail, not in an object')
  const key = parts.random.bytes(32)
  const name = `${folder}${parts.random.bytes(16).toString('hex')}`
  const opener = createChunkOpener({ key: Buffer.from(remote.key, 'base64'), name: remote.object })
  const { stream, digest } = withDigest(throughChunks(opener, feed.attachment(remote.object)))
  await parts.objects.putStream(name, throughChunks(createChunkSealer({ key, random: parts.random }), stream))
  faultPoint('transfer.attachment-written')
  const found = digest()
  if (found.sha256 !== sha256 || found.bytes !== bytes) {
    throw new AppError(
      'content-damaged',
      `The attachment "${shown}" is not what was captured (its SHA-256 differs); restore the site's journal from a backup.`,
    )
  }
  return { name, sha256, bytes, key }
}
