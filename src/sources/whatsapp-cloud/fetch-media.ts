/**
 * Media by their id: Meta answers an address that lives five minutes and needs the token; what comes is checked against
 * the hash of the webhook. Ids of webhooks live seven days (Meta, "Media").
 */
import { createHash } from 'node:crypto'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { AppError } from '../../domain/errors.ts'
import { textOf } from '../formats/raw-json.ts'
import { callGraph, GraphError, type GraphGiven, openUrl } from './graph-client.ts'
import { hexOf, type Media } from './media.ts'

/** Codes by which Meta says that a file is gone, or was too large for it. Code 100 may be a right that is missing. */
const goneCodes: ReadonlySet<string> = new Set(['131052', '131053'])

/**
 * The file's bytes; the stream fails at its end when they are not those that the webhook names. Throws `media-lost` when
 * Meta has it no more, `vendor-unreachable` and `vendor-refused` for what may pass.
 */
export async function fetchMedia(given: GraphGiven, media: Media, phoneNumberId: string): Promise<Readable> {
  if (given.secret.accessToken === undefined)
    throw new AppError('media-lost', `File ${media.id} cannot be fetched: the route has no access token.`)
  const response = await openMediaAt(given, media, phoneNumberId).catch((error: unknown) => {
    // An address that has ended is asked for once more; a second 404 is tried again later.
    if (error instanceof GraphError && error.refusal.status === 404)
      return openMediaAt(given, media, phoneNumberId)
    throw error
  })
  return Readable.from(checked(Readable.fromWeb(response.body as ReadableStream), media))
}

async function openMediaAt(given: GraphGiven, media: Media, phoneNumberId: string): Promise<Response> {
  const scope = phoneNumberId === '' ? '' : `?phone_number_id=${encodeURIComponent(phoneNumberId)}`
  const facts = await callGraph(given, `/${encodeURIComponent(media.id)}${scope}`).catch((error: unknown) => {
    if (error instanceof GraphError && isGone(error)) throw lost(media, error)
    throw error
  })
  const named = hexOf(textOf(facts, 'sha256'))
  if (named !== '' && media.sha256 !== '' && named !== media.sha256)
    throw new AppError(
      'media-damaged',
      `Meta names another hash for file ${media.id} than its webhook did; it is tried again.`,
    )
  return openUrl(given, textOf(facts, 'url'), `file ${media.id}`)
}

function isGone({ refusal }: GraphError): boolean {
  return refusal.status === 404 || (refusal.status === 400 && goneCodes.has(refusal.code))
}

function lost(media: Media, cause: unknown): AppError {
  return new AppError('media-lost', `Meta no longer has file ${media.id}.`, { cause })
}

async function* checked(bytes: AsyncIterable<Uint8Array>, media: Media): AsyncGenerator<Uint8Array> {
  const digest = createHash('sha256')
  for await (const chunk of bytes) {
    digest.update(chunk)
    yield chunk
  }
  if (media.sha256 !== '' && digest.digest('hex') !== media.sha256)
    throw new AppError(
      'media-damaged',
      `File ${media.id} is not what its webhook names (its SHA-256 differs); it is fetched again.`,
    )
}
