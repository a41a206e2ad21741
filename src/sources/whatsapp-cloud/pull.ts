/**
 * Reconciliation: Meta lists, per business number, what became of the webhook of each message (`message_history` and its
 * `events`, Graph API v23). It gives no content, so what it failed to deliver is a gap, which the message closes.
 */

import { isRaw, objectOf, objectsOf, type Raw, textOf } from '../formats/raw-json.ts'
import type { Pulled, RouteGiven } from '../live-source.ts'
import { callGraph } from './graph-client.ts'
import type { WhatsappCloudRouteSettings, WhatsappCloudSecret } from './settings.ts'

type Given = RouteGiven<WhatsappCloudRouteSettings, WhatsappCloudSecret> & { readonly cursor: unknown }

const pagesMax = 500
const eventsPagesMax = 20
/** The cursor holds, per number, where the list was left. Nothing without an access token or numbers. */
export async function* pullHistory(given: Given): AsyncIterable<Pulled> {
  const { settings, secret } = given
  if (secret.accessToken === undefined) return
  const places: Record<string, string> = isRaw(given.cursor)
    ? { ...(given.cursor as Record<string, string>) }
    : {}
  for (const number of settings.phoneNumberIds) {
    for (let page = 0; page < pagesMax; page++) {
      const after = places[number] === undefined ? '' : `&after=${encodeURIComponent(places[number])}`
      const answer = await callGraph(given, `/${number}/message_history?limit=100${after}`)
      for (const entry of objectsOf(answer, 'data')) yield* gapsOf(given, entry)
      const next = textOf(objectOf(objectOf(answer, 'paging'), 'cursors'), 'after')
      if (next === '' || next === places[number]) break
      places[number] = next
      yield { cursor: { ...places } }
    }
  }
}

async function* gapsOf(given: Given, entry: Raw): AsyncIterable<Pulled> {
  const messageId = textOf(entry, 'message_id')
  const events = isRaw(entry.events)
    ? objectsOf(entry.events, 'data')
    : await eventsOf(given, textOf(entry, 'id'))
  // One that is still being tried may fail when nobody asks any more; the message closes the gap when it comes.
  const failed = events.find((event) => textOf(event, 'webhook_update_state') !== 'DELIVERED')
  if (!failed || messageId === '') return
  const why = textOf(failed, 'error_description')
  yield {
    gap: {
      ...{ reason: 'webhook-not-delivered', key: messageId, messageId },
      explanation: `Meta did not deliver the webhook of message ${messageId} (${textOf(failed, 'webhook_update_state')})${why === '' ? '' : `: ${why}`}.`,
    },
  }
}

async function eventsOf(given: Given, historyId: string): Promise<readonly Raw[]> {
  const events: Raw[] = []
  let after = ''
  for (let page = 0; historyId !== '' && page < eventsPagesMax; page++) {
    const place = after === '' ? '' : `&after=${encodeURIComponent(after)}`
    const answer = await callGraph(given, `/${historyId}/events?limit=100${place}`)
    events.push(...objectsOf(answer, 'data'))
    const next = textOf(objectOf(objectOf(answer, 'paging'), 'cursors'), 'after')
    if (next === '' || next === after) break
    after = next
  }
  return events
}
