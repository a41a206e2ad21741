/** Answers WeCom's calls: proves that they are WeCom's, begins a pull, keeps what tells something. */
import type { Clock } from '../../../platform/clock.ts'
import type { ReceiveAnswer, ReceivedCall } from '../../live-source.ts'
import { isSigned, openCallback } from './callback-crypto.ts'
import { childText, readCallbackXml } from './callback-xml.ts'
import type { WecomLiveSecret, WecomLiveSettings } from './settings.ts'

export interface CallbackGiven {
  readonly settings: Pick<WecomLiveSettings, 'corpId'>
  readonly secret: Pick<WecomLiveSecret, 'callback'>
  readonly clock: Clock
}

/** A call that was signed longer ago, or is from the future, may be a replay. */
const replayWindowMs = 5 * 60_000

/** Messages that can be pulled; tells nothing else. */
const hint = 'msgaudit_notify'

/**
 * GET: the verification when the receiver is set up; POST: an event. What is not WeCom's, for another company or out of
 * its time is refused. The answer is the same, whatever was wrong: a stranger learns nothing.
 */
export function receiveCallback(given: CallbackGiven, call: ReceivedCall): ReceiveAnswer {
  const { callback } = given.secret
  if (callback === undefined) return refused('no-receiver')
  // Base64 has no blanks: one is a `+` that was decoded once too often on its way.
  const encrypted = call.method === 'GET' ? call.query.echostr?.replaceAll(' ', '+') : encryptedIn(call.body)
  if (encrypted === undefined || encrypted === '') return refused('not-a-callback')
  const { msg_signature: signature = '', timestamp = '', nonce = '' } = call.query
  if (!isSigned(signature, [callback.token, timestamp, nonce, encrypted])) return refused('wrong-signature')
  const signedAt = /^\d{1,12}$/.test(timestamp) ? Number(timestamp) * 1000 : Number.NaN
  if (!(Math.abs(given.clock.now() - signedAt) <= replayWindowMs)) return refused('out-of-time')
  const opened = openCallback(callback.encodingAesKey, encrypted)
  if (opened === null) return refused('undecryptable')
  if (opened.receiver !== given.settings.corpId) return refused('other-company')
  if (call.method === 'GET')
    return { status: 200, text: opened.content.toString('utf8'), mediaType: 'text/plain' }
  return answerEvent(opened.content)
}

/** WeCom takes `success` as received; without it the event comes again. */
function answerEvent(content: Buffer): ReceiveAnswer {
  const received = { status: 200, text: 'success', mediaType: 'text/plain' }
  const event = readCallbackXml(content.toString('utf8'))
  if (event !== null && childText(event, 'Event') === hint) return { ...received, wake: true }
  return { ...received, keep: Buffer.from(content) }
}

function encryptedIn(body: Uint8Array): string | undefined {
  const document = readCallbackXml(Buffer.from(body).toString('utf8'))
  return document === null ? undefined : childText(document, 'Encrypt')
}

function refused(refusal: string): ReceiveAnswer {
  return { status: 403, text: 'refused', mediaType: 'text/plain', refusal }
}
