/**
 * Media of WhatsApp: AES-256-CBC under keys that HKDF-SHA256 derives from the message's media key, followed by the first
 * ten bytes of an HMAC-SHA256 over IV and ciphertext. The library does not check it; here a flipped byte anywhere fails.
 */
import { createDecipheriv, createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import { Readable } from 'node:stream'
import type { ReadableStream } from 'node:stream/web'
import { AppError } from '../../domain/errors.ts'
import type { RouteGiven } from '../live-source.ts'
import type { Media } from './media.ts'
import type { LinkedDeviceRouteSettings } from './settings.ts'

const macBytes = 10
const downloadMs = 30 * 60_000

/** Fetches and opens. Throws `media-lost` where WhatsApp has it no more, `vendor-unreachable` and `vendor-refused` else. */
export async function fetchMedia(
  { settings, signal }: Pick<RouteGiven<LinkedDeviceRouteSettings, unknown>, 'settings' | 'signal'>,
  media: Media,
): Promise<Readable> {
  const response = await fetch(addressOf(settings, media), {
    redirect: 'error',
    headers: { origin: 'https://web.whatsapp.com' },
    signal: AbortSignal.any([signal, AbortSignal.timeout(downloadMs)]),
  }).catch((cause: unknown) => {
    signal.throwIfAborted()
    throw new AppError(
      'vendor-unreachable',
      `WhatsApp's media host could not be reached for ${media.name}; it is tried again.`,
      { cause },
    )
  })
  if (response.status === 404 || response.status === 410)
    throw new AppError('media-lost', `WhatsApp no longer has ${media.name}; the phone may send it again.`)
  if (!response.ok || response.body === null)
    throw new AppError(
      'vendor-refused',
      `WhatsApp's media host refused ${media.name} (HTTP ${response.status}).`,
    )
  return openMedia(Readable.fromWeb(response.body as ReadableStream), media)
}

/** The path of the message, on a host of the route's: the message itself never chooses where we go. */
function addressOf(
  { mediaHosts, mediaProtocol }: LinkedDeviceRouteSettings,
  { url, reference }: Media,
): string {
  const named = url === '' ? null : new URL(url)
  const host = named !== null && mediaHosts.includes(named.host) ? named.host : mediaHosts[0]
  if (host === undefined)
    throw new AppError('media-lost', 'The route has no media host: name one in its settings.')
  const address = new URL(`${mediaProtocol}://${host}${reference.startsWith('/') ? '' : '/'}${reference}`)
  if (named !== null && address.search === '') address.search = named.search
  return address.href
}

/** Decrypts a stream of encrypted bytes; it fails at its end with `media-damaged` when any byte is not as it was sent. */
export function openMedia(encrypted: AsyncIterable<Uint8Array>, media: Media): Readable {
  return Readable.from(decrypted(encrypted, media), { objectMode: false })
}

async function* decrypted(encrypted: AsyncIterable<Uint8Array>, media: Media): AsyncGenerator<Buffer> {
  const keys = Buffer.from(hkdfSync('sha256', media.mediaKey, Buffer.alloc(0), media.info, 112))
  const [iv, cipherKey, macKey] = [keys.subarray(0, 16), keys.subarray(16, 48), keys.subarray(48, 80)]
  const decipher = createDecipheriv('aes-256-cbc', cipherKey, iv)
  const mac = createHmac('sha256', macKey).update(iv)
  const [whole, plain] = [createHash('sha256'), createHash('sha256')]
  // The last ten bytes are the MAC; what may be them is held back.
  let held = Buffer.alloc(0)
  for await (const chunk of encrypted) {
    whole.update(chunk)
    const bytes = Buffer.concat([held, chunk])
    const sure = Math.max(0, bytes.byteLength - macBytes)
    held = bytes.subarray(sure)
    if (sure === 0) continue
    mac.update(bytes.subarray(0, sure))
    const opened = decipher.update(bytes.subarray(0, sure))
    plain.update(opened)
    if (opened.byteLength > 0) yield opened
  }
  const last = held.byteLength === macBytes ? finalOf(decipher) : null
  const isWhole =
    last !== null &&
    timingSafeEqual(mac.digest().subarray(0, macBytes), held) &&
    isSame(whole.digest(), media.fileEncSha256) &&
    isSame(plain.update(last).digest(), media.fileSha256)
  if (!isWhole)
    throw new AppError(
      'media-damaged',
      `${media.name} is not as it was sent (its hash or MAC differs); it is fetched again.`,
    )
  yield last
}

function finalOf(decipher: ReturnType<typeof createDecipheriv>): Buffer | null {
  try {
    return decipher.final()
  } catch {
    return null
  }
}

function isSame(digest: Buffer, expected: Buffer | null): boolean {
  return expected === null || digest.equals(expected)
}
