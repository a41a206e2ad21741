/**
 * Calls of the plug-in: JSON lines of events, signed `X-Holdfast-Signature: sha256=…` (HMAC-SHA256 under the shared key
 * over `X-Holdfast-Time`, a line feed, and the body as it came). A body may come again: its records are the same ones.
 */
import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import { z } from 'zod'
import type { ReceiveAnswer, ReceivedCall } from '../live-source.ts'
import type { LinkedDeviceRouteSettings, LinkedDeviceSecret } from './settings.ts'

/** The plug-in keeps what was not taken for as long; its clock may be wrong by less. Milliseconds. */
const oldestMs = 30 * 24 * 60 * 60 * 1000
const aheadMs = 10 * 60 * 1000

/** Codes change about every twenty seconds; the first one lives a minute. */
const codeMs = 60_000

export function receive(
  { secret, settings, clock }: ReceiveGiven,
  { method, headers, body }: ReceivedCall,
): ReceiveAnswer {
  // The plug-in looks whether its site is there.
  if (method === 'GET') return { status: 200, text: 'ready' }
  const time = headers['x-holdfast-time']
  const signature = headers['x-holdfast-signature']
  if (typeof time !== 'string' || typeof signature !== 'string')
    return { status: 401, refusal: 'signature-missing' }
  if (!isSigned(secret.sharedKey, time, body, signature)) return { status: 401, refusal: 'signature-wrong' }
  const sentMs = Number(time)
  const now = clock.now()
  if (!(sentMs > now - oldestMs && sentMs < now + aheadMs)) return { status: 401, refusal: 'time-wrong' }
  // Whoever has the code can link a device: it is shown to the phone's owner, and kept nowhere.
  if (headers['x-holdfast-kind'] === 'qr') {
    const text = Buffer.from(body).toString('utf8')
    return { status: 200, show: { custodian: settings.custodian, text, forMs: codeMs } }
  }
  if (headers['x-holdfast-kind'] === 'session') return sessionCall(body, now - sentMs)
  return { status: 200, keep: body }
}

/** An old one that comes again would bring back keys that were used up. */
const sessionOldestMs = 10 * 60 * 1000

const sessionBody = z.union([
  z.strictObject({ read: z.literal(true) }),
  z.strictObject({
    generation: z.int().positive(),
    anew: z.boolean().default(false),
    write: z.record(z.string().regex(/^[\da-f]{64}$/), z.base64().nullable()),
  }),
])

function sessionCall(body: Uint8Array, ageMs: number): ReceiveAnswer {
  if (ageMs > sessionOldestMs) return { status: 401, refusal: 'time-wrong' }
  const asked = sessionBody.safeParse(jsonOf(body)).data
  if (!asked) return { status: 400, refusal: 'session-malformed' }
  if ('read' in asked) return { status: 200, session: { what: 'read' } }
  const { generation, anew, write } = asked
  const entries = new Map(Object.entries(write))
  return { status: 200, session: { what: 'write', generation, anew, entries } }
}

function jsonOf(body: Uint8Array): unknown {
  try {
    return JSON.parse(Buffer.from(body).toString('utf8'))
  } catch {
    return null
  }
}

interface ReceiveGiven {
  readonly secret: LinkedDeviceSecret
  readonly settings: Pick<LinkedDeviceRouteSettings, 'custodian'>
  readonly clock: { now(): number }
}

/** The header's value for a body. */
export function signatureOf(sharedKey: string, time: string, body: Uint8Array): string {
  return `sha256=${createHmac('sha256', sharedKey).update(`${time}\n`).update(body).digest('hex')}`
}

function isSigned(sharedKey: string, time: string, body: Uint8Array, signature: string): boolean {
  const expected = signatureOf(sharedKey, time, body)
  return timingSafeEqual(hash('sha256', signature, 'buffer'), hash('sha256', expected, 'buffer'))
}
