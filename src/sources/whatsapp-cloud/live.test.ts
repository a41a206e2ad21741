import { hash } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { startGraph } from '../../../test/whatsapp-cloud/server.ts'
import { systemRandom } from '../../platform/random.ts'
import type { Found, RouteGiven } from '../live-source.ts'
import {
  business,
  everyKind,
  historyChunk,
  listOf,
  message,
  metadata,
  secret,
  signed,
  webhook,
} from './fixtures.ts'
import { whatsappCloud } from './index.ts'
import { requestSyncs } from './onboarding.ts'
import {
  type WhatsappCloudRouteSettings,
  type WhatsappCloudSecret,
  whatsappCloudRouteSettings,
} from './settings.ts'

const live = whatsappCloud.live!
let graph: Awaited<ReturnType<typeof startGraph>>
let now = 0
let given: RouteGiven<WhatsappCloudRouteSettings, WhatsappCloudSecret>

beforeEach(async () => {
  now = Date.parse('2026-03-20T12:00:00Z')
  graph = await startGraph({ token: secret.accessToken!, now: () => now, onboardedAt: now })
  given = {
    settings: whatsappCloudRouteSettings.parse({
      graphUrl: graph.url,
      phoneNumberIds: [metadata.phone_number_id],
    }),
    ...{ secret, registeredUsers: [], clock: { now: () => now }, random: systemRandom },
    ...{ signal: new AbortController().signal, folder: '' },
  }
})
afterEach(() => graph.close())

const bytesOf = (body: object) => Buffer.from(JSON.stringify(body))
const split = async (body: object | Buffer): Promise<Found[]> => {
  const bytes = Buffer.isBuffer(body) ? body : bytesOf(body)
  return Array.fromAsync(live.split!(given, { bytes, receivedAt: now }))
}
const recordsOf = (found: readonly Found[]) => found.flatMap((one) => ('identity' in one ? [one] : []))
const gapsOf = (found: readonly Found[]) => found.flatMap((one) => ('gap' in one ? [one.gap] : []))

describe('a call from outside', () => {
  const post = (body: Buffer, header: string | undefined) =>
    live.receive!(given, { method: 'POST', headers: { 'x-hub-signature-256': header }, query: {}, body })
  const verify = (query: Record<string, string>) =>
    live.receive!(given, { method: 'GET', headers: {}, query, body: Buffer.alloc(0) })

  it('verifies the address with the word Meta was given, and with no other', () => {
    const query = {
      'hub.mode': 'subscribe',
      'hub.verify_token': secret.verifyToken,
      'hub.challenge': '1158201444',
    }
    expect(verify(query)).toMatchObject({ status: 200, text: '1158201444' })
    expect(verify({ ...query, 'hub.verify_token': 'guess' })).toMatchObject({ status: 403 })
    expect(verify({ ...query, 'hub.challenge': '<script>' })).toMatchObject({ status: 400 })
    expect(verify({})).toMatchObject({ status: 400 })
  })

  it('is kept when it is signed over its exact bytes, also with the secret before, and refused else', () => {
    const body = Buffer.from('{"object":"ż 😀"}')
    expect(post(body, signed(body))).toEqual({ status: 200, keep: body })
    expect(post(body, undefined)).toEqual({ status: 401, refusal: 'signature-missing' })
    expect(post(body, signed(body).slice(0, -1))).toMatchObject({ refusal: 'signature-wrong' })
    expect(post(Buffer.from('{"object":"z 😀"}'), signed(body))).toMatchObject({ refusal: 'signature-wrong' })
    given = { ...given, secret: { ...secret, previousAppSecret: 'abcdefabcdefabcdef' } }
    expect(post(body, signed(body, 'abcdefabcdefabcdef'))).toMatchObject({ status: 200 })
  })
})

describe('a webhook', () => {
  it('gives each message its exact bytes, and the same identity whenever and in whatever company it comes', async () => {
    const one = message('text', { body: '买入 \u2028' })
    const two = message('image', { id: '1', mime_type: 'image/png', sha256: '', url: 'https://a.example/1' })
    const pretty = Buffer.from(JSON.stringify(listOf('messages', [one, two]), null, 2))
    const [first] = recordsOf(await split(pretty))
    expect(pretty.includes(Buffer.from(first!.bytes))).toBe(true)
    expect(JSON.parse(Buffer.from(first!.bytes).toString())).toEqual(one)
    const later = { ...two, image: { ...(two.image as object), url: 'https://b.example/2' } }
    const again = recordsOf(await split(listOf('messages', [later, one])))
    const before = recordsOf(await split(pretty))
    expect(again.map(({ identity }) => identity).reverse()).toEqual(before.map(({ identity }) => identity))
    expect(first).toMatchObject({ custodian: business })
  })

  it('of a thousand messages gives a thousand records, each with its own contact only', async () => {
    const messages = Array.from({ length: 1_000 }, (_, place) =>
      message('text', { body: String(place) }, { from: `4477009${String(place).padStart(5, '0')}` }),
    )
    const contacts = messages.map(({ from }) => ({ wa_id: from, profile: { name: `N${String(from)}` } }))
    const found = recordsOf(await split(webhook({ metadata, contacts, messages })))
    expect(found).toHaveLength(1_000)
    expect(found[999]!.context.contacts).toEqual([contacts[999]])
  })

  it('is read as far as it can be: damage in one change, or nesting nobody reads, costs nothing else', async () => {
    const good = listOf('messages', [message('text', { body: 'good' })])
    const entry = [...(good.entry as object[]), { id: '1', changes: [{ field: 'messages' }] }, 7]
    const found = recordsOf(await split({ ...good, entry }))
    expect(found.map(({ identity }) => identity.type)).toEqual(['vendor-id', 'bytes', 'bytes'])
    const deep = `{"entry":[{"id":"1","changes":[{"field":"messages","value":{"messages":[${'['.repeat(2e5)}${']'.repeat(2e5)}]}}]}]}`
    expect(recordsOf(await split(Buffer.from(deep)))).toHaveLength(1)
    const odd = webhook(
      { metadata, history: [{ metadata: { phase: 0 }, threads: ['?', { id: 'x' }] }, 'new'] },
      'history',
    )
    expect(recordsOf(await split(odd)).map(({ bytes }) => Buffer.from(bytes).toString())).toEqual([
      '"?"',
      '{"id":"x"}',
      '"new"',
    ])
  })

  it('that is no JSON, or of a kind nobody knows, is a record too', async () => {
    expect(recordsOf(await split(Buffer.from('{"half'))).map(({ identity }) => identity.type)).toEqual([
      'bytes',
    ])
    const records = recordsOf(await split(everyKind.at(-1)!))
    expect(records).toHaveLength(1)
    expect(whatsappCloud.decode({ ...records[0]!, attachments: [] })).toMatchObject({
      decoded: true,
      message: { kind: 'unknown', fields: [{ label: 'anything', value: 'new' }] },
    })
  })

  it('of an edit, a deletion, a reaction or a receipt is an event of its own that names its original', async () => {
    const body = listOf('messages', [
      message('edit', { original_message_id: 'wamid.O', message: { type: 'text', text: { body: 'sell' } } }),
      message('revoke', { original_message_id: 'wamid.O' }),
      message('reaction', { message_id: 'wamid.O', emoji: '👎' }),
    ])
    const records = [...recordsOf(await split(body)), ...recordsOf(await split(everyKind[1]!))]
    expect(records.map(({ refersTo }) => refersTo)).toEqual(['wamid.O', 'wamid.O', 'wamid.O', 'wamid.M1'])
    expect(new Set(records.map(({ identity }) => JSON.stringify(identity))).size).toBe(4)
  })
})

describe('what is known to be missing', () => {
  it('is named for what Meta does not hand over, and for a disconnected account until it is back', async () => {
    const unsupported = listOf('messages', [
      message('unsupported', {}, { errors: [{ code: 131060, title: 'Unavailable' }] }),
    ])
    expect(gapsOf(await split(unsupported))).toMatchObject([
      { reason: 'unsupported-message', custodian: business },
    ])
    const removed = webhook({ event: 'PARTNER_REMOVED', phone_number: '447700900001' }, 'account_update', 1)
    expect(gapsOf(await split(removed))).toMatchObject([{ reason: 'disconnected' }])
    const back = await split(webhook({ event: 'ACCOUNT_RECONNECTED' }, 'account_update', 2))
    expect(back.find((one) => 'closed' in one)).toMatchObject({ closed: { reason: 'disconnected' } })
  })

  it('of a history is each chunk that has not come, whatever the order, and the whole until 100', async () => {
    const ledger = new Map<string, boolean>()
    const apply = async (...chunks: object[]) => {
      for (const chunk of chunks)
        for (const one of await split(chunk)) {
          if ('gap' in one && !ledger.has(one.gap.key!)) ledger.set(one.gap.key!, true)
          if ('closed' in one) ledger.set(one.closed.key!, false)
        }
      return [...ledger].flatMap(([key, open]) => (open ? [key] : []))
    }
    expect(await apply(historyChunk(0, 1, 20, []), historyChunk(0, 3, 50, []))).toEqual([
      `${business}/whole`,
      `${business}/0/2`,
    ])
    expect(await apply(historyChunk(2, 1, 100, []))).toEqual([`${business}/0/2`])
    expect(await apply(historyChunk(0, 2, 40, []))).toEqual([])
    const refused = webhook(
      { metadata, history: [{ errors: [{ code: 2593109, title: 'turned off' }] }] },
      'history',
    )
    expect(gapsOf(await split(refused))).toMatchObject([{ reason: 'history-refused' }])
  })

  it('of a file of the history closes with the message that has it', async () => {
    const placeholder = {
      from: '447700900123',
      id: 'wamid.F',
      timestamp: '1739230957',
      type: 'media_placeholder',
    }
    const found = await split(historyChunk(0, 1, 100, [placeholder]))
    expect(gapsOf(found)).toMatchObject([{ reason: 'media-lost', messageId: 'wamid.F' }])
    const followUp = recordsOf(
      await split(listOf('messages', [{ ...message('image', { id: '5' }), id: 'wamid.F' }], 'history')),
    )
    expect(followUp[0]!.identity).toMatchObject({ messageId: 'wamid.F' })
    expect(recordsOf(found)[0]!.identity).toMatchObject({ messageId: 'wamid.F#placeholder' })
  })

  it('by Meta’s own account is asked for page by page, and never twice from the start', async () => {
    graph.history.push(
      { messageId: 'wamid.1', state: 'DELIVERED' },
      { messageId: 'wamid.2', state: 'FAILED' },
      { messageId: 'wamid.3', state: 'RETRYING' },
      { messageId: 'wamid.4', state: 'FAILED' },
    )
    const pulled = await Array.fromAsync(live.pull!({ ...given, cursor: null }))
    expect(pulled.flatMap((one) => ('gap' in one ? [one.gap.messageId] : []))).toEqual([
      'wamid.2',
      'wamid.3',
      'wamid.4',
    ])
    const cursor = pulled.flatMap((one) => ('cursor' in one ? [one.cursor] : [])).at(-1)!
    expect(await Array.fromAsync(live.pull!({ ...given, cursor }))).toEqual([])
  })
})

describe('a file', () => {
  const content = Buffer.from('pixels '.repeat(10_000))
  const withFile = async (more: object = {}) => {
    graph.files.set('77', { content, sha256: hash('sha256', content), mediaType: 'image/jpeg' })
    const body = listOf('messages', [
      message('image', { id: '77', mime_type: 'image/jpeg', sha256: hash('sha256', content), ...more }),
    ])
    return recordsOf(await split(body))[0]!.attachments[0]!
  }

  it('is fetched by its id with the token, and is what its webhook names', async () => {
    const file = await withFile()
    expect(hash('sha256', await buffer(await file.open()))).toBe(hash('sha256', content))
    expect(graph.requests[0]).toBe(`GET /v23.0/77?phone_number_id=${metadata.phone_number_id}`)
  })

  it('is asked for again when its address has ended', async () => {
    const file = await withFile()
    graph.troubles.push(404)
    expect((await buffer(await file.open())).byteLength).toBe(content.byteLength)
  })

  it('is lost when Meta has it no more, but not when Meta is in trouble', async () => {
    const file = await withFile()
    graph.troubles.push(503)
    await expect(file.open()).rejects.toMatchObject({ code: 'vendor-unreachable' })
    // It may be a right that is missing, too: that is tried again, as long as media live.
    graph.files.clear()
    await expect(file.open()).rejects.toMatchObject({ code: 'vendor-refused' })
    graph.gone.add('77')
    await expect(file.open()).rejects.toMatchObject({ code: 'media-lost' })
    given = { ...given, secret: { appSecret: secret.appSecret, verifyToken: secret.verifyToken } }
    await expect((await withFile()).open()).rejects.toMatchObject({ code: 'media-lost' })
  })

  it('that is another than its webhook names is not taken', async () => {
    const file = await withFile({ sha256: hash('sha256', 'another') })
    await expect(file.open()).rejects.toMatchObject({ code: 'media-damaged' })
    graph.files.set('77', { content: Buffer.from('pixelz'), sha256: '', mediaType: 'image/jpeg' })
    await expect((async () => buffer(await (await withFileAs('pixelz')).open()))()).rejects.toMatchObject({
      code: 'media-damaged',
    })
  })
  const withFileAs = async (served: string) => {
    const file = await withFile()
    graph.files.set('77', { content: Buffer.from(served), sha256: '', mediaType: 'image/jpeg' })
    return file
  }

  it('elsewhere than on Meta’s hosts gets no token', async () => {
    given = { ...given, settings: { ...given.settings, graphUrl: graph.url, mediaHosts: [] } }
    const file = await withFile()
    graph.files.set('77', { content, sha256: hash('sha256', content), mediaType: 'image/jpeg' })
    expect((await buffer(await file.open())).byteLength).toBe(content.byteLength)
    const stranger = await startGraph({ token: secret.accessToken!, now: () => now })
    given = {
      ...given,
      settings: { ...given.settings, graphUrl: stranger.url.replace('127.0.0.1', 'localhost') },
    }
    stranger.files.set('77', { content, sha256: '', mediaType: 'image/jpeg' })
    await expect((await withFile()).open()).rejects.toMatchObject({ code: 'vendor-refused' })
    await stranger.close()
  })
})

describe('after a sign-up', () => {
  const number = () => ({ phoneNumberId: metadata.phone_number_id, onboardedAt: now, now })
  it('contacts and then the history are asked for, once each, and go on where they stopped', async () => {
    const told: object[] = []
    const done = await requestSyncs(given, number(), {}, async (requests) => void told.push(requests))
    expect(graph.syncs).toEqual(['smb_app_state_sync', 'history'])
    expect(told).toHaveLength(2)
    await requestSyncs(given, number(), done, async () => {})
    expect(graph.syncs).toHaveLength(2)
  })

  it('it is too late after a day', async () => {
    const late = { ...number(), onboardedAt: now - 25 * 60 * 60_000 }
    await expect(requestSyncs(given, late, {}, async () => {})).rejects.toThrow('within 24 hours')
  })

  it('a route asks for each number once, remembers it, and says when it is too late', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-sync-'))
    try {
      given = { ...given, folder }
      const number = metadata.phone_number_id
      const asked = [
        { check: `contacts of number ${number}`, result: 'asked for at 2026-03-20T12:00:00.000Z' },
        { check: `history of number ${number}`, result: 'asked for at 2026-03-20T12:00:00.000Z' },
      ]
      expect(await live.sync!(given)).toEqual(asked)
      now += 30 * 60 * 60_000
      expect(await live.sync!(given)).toEqual(asked)
      expect(graph.syncs).toEqual(['smb_app_state_sync', 'history'])
      await rm(join(folder, 'sync-requests.json'))
      graph.syncs.length = 0
      given = { ...given, secret: { ...secret, accessToken: 'expired-token' } }
      expect(await live.sync!(given)).toMatchObject([
        { check: `contacts of number ${number}`, problem: expect.stringMatching(/token/) },
      ])
      now += 30 * 60 * 60_000
      const [late] = await live.sync!({ ...given, secret })
      expect(late!.problem).toMatch(/within 24 hours/)
      expect(graph.syncs).toEqual([])
      const { accessToken: _none, ...without } = secret
      expect((await live.sync!({ ...given, secret: without }))[0]!.problem).toMatch(/token/)
    } finally {
      await rm(folder, { recursive: true })
    }
  })

  it('a test says what is wrong with token and number', async () => {
    expect(await live.test!(given)).toEqual([{ check: `number ${metadata.phone_number_id}` }])
    given = { ...given, secret: { ...secret, accessToken: 'expired-token' } }
    expect((await live.test!(given))[0]!.problem).toContain('Invalid OAuth access token')
  })
})
