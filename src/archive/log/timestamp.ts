/** RFC 3161: a third party says that it saw a hash at a time. The answer is kept as it is; openssl checks it. */
import { AppError } from '../../domain/errors.ts'

const sha256AlgorithmId = Buffer.from('300d06096086480165030402010500', 'hex')
const certificateRequested = Buffer.from('0101ff', 'hex')
const answerMsMax = 20_000
const answerBytesMax = 64 * 1024

/** The DER of a TimeStampReq over a SHA-256, asking for the authority's certificate (RFC 3161 §2.4.1). */
export function timestampQuery(sha256: Uint8Array): Buffer {
  const imprint = der(0x30, sha256AlgorithmId, der(0x04, sha256))
  return der(0x30, der(0x02, Buffer.from([1])), imprint, certificateRequested)
}

/** Answers the TimeStampResp (DER) that the authority gave. Throws `timestamp-refused`. */
export async function requestTimestamp(url: string, sha256: Uint8Array): Promise<Buffer> {
  let bytes: Buffer
  try {
    const answer = await fetch(url, {
      method: 'POST',
      headers: { 'content-type': 'application/timestamp-query' },
      body: new Uint8Array(timestampQuery(sha256)),
      redirect: 'error',
      signal: AbortSignal.timeout(answerMsMax),
    })
    if (!answer.ok) throw new Error(`it answered ${answer.status}`)
    bytes = Buffer.from(await answer.arrayBuffer())
  } catch (cause) {
    throw refused(
      `The timestamp authority gave no timestamp: ${cause instanceof Error ? cause.message : cause}.`,
      cause,
    )
  }
  if (bytes.byteLength > answerBytesMax || !isGranted(bytes) || bytes.indexOf(sha256) < 0)
    throw refused('The timestamp authority refused, or answered about something else.')
  return bytes
}

/** PKIStatusInfo begins the answer; 0 is granted, 1 granted with modifications. */
function isGranted(answer: Buffer): boolean {
  const status = contentOf(answer, 0x30)
  const info = status && contentOf(status, 0x30)
  return !!info && info[0] === 0x02 && info[1] === 1 && (info[2] === 0 || info[2] === 1)
}

/** What the first element holds; null where it is of another kind. */
function contentOf(bytes: Buffer, tag: number): Buffer | null {
  if (bytes[0] !== tag || bytes.byteLength < 2) return null
  const short = bytes[1]!
  if (short < 0x80) return bytes.subarray(2, 2 + short)
  const octets = short & 0x7f
  if (octets === 0 || octets > 4 || bytes.byteLength < 2 + octets) return null
  return bytes.subarray(2 + octets, 2 + octets + bytes.readUIntBE(2, octets))
}

/** One element; none here is as long as 128 bytes. */
function der(tag: number, ...parts: readonly Uint8Array[]): Buffer {
  const content = Buffer.concat(parts)
  return Buffer.concat([Buffer.from([tag, content.byteLength]), content])
}

function refused(message: string, cause?: unknown): AppError {
  return new AppError('timestamp-refused', message, { cause })
}
