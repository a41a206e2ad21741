/** What the listener keeps of an e-mail: one line of JSON about its envelope, then its exact bytes. */
import { hash } from 'node:crypto'
import { z } from 'zod'
import type { Found, KeptBody, RouteGiven } from '../../live-source.ts'
import { contextName, readingOf } from '../context.ts'
import { emailRecord, unreadRecord } from '../record.ts'
import type { EmailDropRouteSettings, EmailDropSecret } from './route-settings.ts'

export interface SmtpEnvelope {
  readonly from: string
  readonly to: readonly string[]
  readonly client: string
}

const envelopeSchema = z.object({ from: z.string(), to: z.array(z.string()), client: z.string() })
const envelopeBytesMax = 8 * 1024
const recipientsShownMax = 50

export function keptEmail({ from, to, client }: SmtpEnvelope, email: Buffer): Buffer {
  const shown = to.slice(0, recipientsShownMax).map((one) => one.slice(0, 100))
  const line = JSON.stringify({ from: from.slice(0, 320), to: shown, client })
  return Buffer.concat([Buffer.from(`${line}\n`), email])
}

/** One record; where the bytes are no e-mail they are one all the same: the sender was told that they are safe. */
export function* splitKept(
  given: Pick<RouteGiven<EmailDropRouteSettings, EmailDropSecret>, 'settings' | 'registeredUsers'>,
  { bytes, receivedAt }: KeptBody,
): Iterable<Found> {
  const { settings, registeredUsers } = given
  const { envelope, email } = unwrap(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength))
  const origin = {
    ...{ settings, registeredUsers, place: { offset: 0 } },
    context: {
      ...{ sha256: hash('sha256', email), receivedAt: new Date(receivedAt).toISOString() },
      ...(envelope
        ? { envelope: { from: contextName(envelope.from), to: envelope.to, client: envelope.client } }
        : {}),
      ...readingOf(settings),
    },
  }
  yield emailRecord(email, origin) ?? unreadRecord(email, origin)
}

function unwrap(body: Buffer): { readonly envelope: SmtpEnvelope | null; readonly email: Buffer } {
  const newline = body.subarray(0, envelopeBytesMax).indexOf(10)
  try {
    const envelope = envelopeSchema.parse(JSON.parse(body.toString('utf8', 0, Math.max(newline, 0))))
    return { envelope, email: body.subarray(newline + 1) }
  } catch {
    return { envelope: null, email: body }
  }
}
