/**
 * Meta's calls: the verification of the address (GET) and signed webhooks (POST), as its page "Webhooks: getting started"
 * has them. The signature is HMAC-SHA256 under the app's secret over the bytes as they came.
 */
import { createHmac, hash, timingSafeEqual } from 'node:crypto'
import type { ReceiveAnswer, ReceivedCall, RouteGiven } from '../live-source.ts'
import type { WhatsappCloudRouteSettings, WhatsappCloudSecret } from './settings.ts'

type Given = RouteGiven<WhatsappCloudRouteSettings, WhatsappCloudSecret>

/** Answers in the vendor's way; what is signed is kept whatever it says. */
export function receive({ secret }: Pick<Given, 'secret'>, call: ReceivedCall): ReceiveAnswer {
  return call.method === 'GET' ? verify(secret, call.query) : takeWebhook(secret, call)
}

function verify({ verifyToken }: WhatsappCloudSecret, query: ReceivedCall['query']): ReceiveAnswer {
  const challenge = query['hub.challenge']
  if (query['hub.mode'] !== 'subscribe' || challenge === undefined)
    return { status: 400, refusal: 'not-a-verification' }
  if (!isSame(query['hub.verify_token'] ?? '', verifyToken))
    return { status: 403, refusal: 'wrong-verify-token' }
  // The challenge is a number; anything else would let a caller have us say what he likes.
  return /^[\w-]{1,200}$/.test(challenge)
    ? { status: 200, text: challenge, mediaType: 'text/plain' }
    : { status: 400, refusal: 'not-a-verification' }
}

function takeWebhook(secret: WhatsappCloudSecret, { headers, body }: ReceivedCall): ReceiveAnswer {
  const header = headers['x-hub-signature-256']
  if (typeof header !== 'string') return { status: 401, refusal: 'signature-missing' }
  if (!isSigned(secret, body, header)) return { status: 401, refusal: 'signature-wrong' }
  return { status: 200, keep: body }
}

/** Whether the header is the signature of the body under the secret, or the one before it. */
export function isSigned(
  { appSecret, previousAppSecret }: Pick<WhatsappCloudSecret, 'appSecret' | 'previousAppSecret'>,
  body: Uint8Array,
  header: string,
): boolean {
  const secrets = previousAppSecret === undefined ? [appSecret] : [appSecret, previousAppSecret]
  return secrets.some((key) =>
    isSame(header, `sha256=${createHmac('sha256', key).update(body).digest('hex')}`),
  )
}

/** In a time that tells nothing of where they differ. */
function isSame(given: string, expected: string): boolean {
  return timingSafeEqual(hash('sha256', given, 'buffer'), hash('sha256', expected, 'buffer'))
}
