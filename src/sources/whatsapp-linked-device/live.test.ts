import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { systemRandom } from '../../platform/random.ts'
import type { Found, RouteGiven } from '../live-source.ts'
import {
  client,
  custodian,
  everyKind,
  group,
  info,
  lid,
  lines,
  originalKey,
  photo,
  upsert,
} from './fixtures.ts'
import { whatsappLinkedDevice } from './index.ts'
import { signatureOf } from './receive.ts'
import {
  type LinkedDeviceRouteSettings,
  type LinkedDeviceSecret,
  linkedDeviceRouteSettings,
} from './settings.ts'

const live = whatsappLinkedDevice.live!
const now = Date.parse('2026-03-20T12:00:00Z')
const secret: LinkedDeviceSecret = { sharedKey: '0123456789abcdef0123456789abcdef' }
const givenWith = (settings: object = {}): RouteGiven<LinkedDeviceRouteSettings, LinkedDeviceSecret> => ({
  settings: linkedDeviceRouteSettings.parse({ custodian, ...settings }),
  ...{ secret, registeredUsers: [], clock: { now: () => now }, random: systemRandom },
  ...{ signal: new AbortController().signal, folder: '' },
})
const split = (body: Buffer, settings: object = {}): Promise<Found[]> =>
  Array.fromAsync(live.split!(givenWith(settings), { bytes: body, receivedAt: now }))
const recordsOf = (found: readonly Found[]) => found.flatMap((one) => ('identity' in one ? [one] : []))
const gapsOf = (found: readonly Found[]) => found.flatMap((one) => ('gap' in one ? [one.gap] : []))
const closuresOf = (found: readonly Found[]) => found.flatMap((one) => ('closed' in one ? [one.closed] : []))

describe('a call of the plug-in', () => {
  const call = (body: Buffer, time: string, signature: string) =>
    live.receive!(givenWith(), {
      method: 'POST',
      query: {},
      body,
      headers: { 'x-holdfast-time': time, 'x-holdfast-signature': signature },
    })

  it('is kept when it is signed under the shared key, and refused when it is altered, unsigned or old', () => {
    const body = lines(everyKind)
    const time = String(now)
    const signature = signatureOf(secret.sharedKey, time, body)
    expect(call(body, time, signature)).toEqual({ status: 200, keep: body })
    expect(call(lines(everyKind, 2), time, signature)).toMatchObject({ status: 401 })
    expect(call(body, String(now + 1), signature)).toMatchObject({ refusal: 'signature-wrong' })
    const old = String(now - 31 * 24 * 60 * 60_000)
    expect(call(body, old, signatureOf(secret.sharedKey, old, body))).toMatchObject({ refusal: 'time-wrong' })
    const code = Buffer.from('2@REF,PUB,ID,SECRET')
    const told = {
      'x-holdfast-time': time,
      'x-holdfast-signature': signatureOf(secret.sharedKey, time, code),
    }
    const shown = live.receive!(givenWith(), {
      ...{ method: 'POST', query: {}, body: code },
      headers: { ...told, 'x-holdfast-kind': 'qr' },
    })
    expect(shown).toMatchObject({ status: 200, show: { custodian, text: code.toString() } })
    expect(shown.keep).toBeUndefined()
    expect(live.receive!(givenWith(), { method: 'POST', query: {}, body, headers: {} })).toMatchObject({
      refusal: 'signature-missing',
    })
  })
})

describe('events', () => {
  it('give the same records each time, and a history that has a message again gives the same one', async () => {
    const first = recordsOf(await split(lines(everyKind)))
    const again = recordsOf(await split(lines(everyKind)))
    expect(again.map(({ identity }) => identity)).toEqual(first.map(({ identity }) => identity))
    const message = info({ conversation: 'once' })
    const [one] = recordsOf(await split(lines([upsert(message)])))
    const [two] = recordsOf(
      await split(
        lines([{ event: 'messaging-history.set', data: { messages: [{ ...message, status: 3 }] } }], 9),
      ),
    )
    expect(two!.identity).toEqual(one!.identity)
  })

  it('that change a message are records of their own which name it, by whichever key it is named', async () => {
    const records = recordsOf(await split(lines(everyKind)))
    const original = records[0]!.identity
    const referring = records.filter(({ refersTo }) => refersTo !== undefined)
    expect(referring.length).toBeGreaterThanOrEqual(7)
    for (const { refersTo } of referring) expect(original).toMatchObject({ messageId: refersTo })
  })

  it('of a group follow a LID to its number, and an administrator’s deletion to whose message it was', async () => {
    const key = { remoteJid: group, participant: lid, participantAlt: '447700900123@s.whatsapp.net' }
    const said = info({ conversation: 'hello' }, {}, key)
    const deletion = info(
      { protocolMessage: { key: said.key, type: 0 } },
      {},
      { remoteJid: group, participant: '1@lid' },
    )
    const [first, second] = recordsOf(await split(lines([upsert(said), upsert(deletion)])))
    expect(second!.refersTo).toBe((first!.identity as { messageId: string }).messageId)
    const result = whatsappLinkedDevice.decode({ ...first!, attachments: [] })
    expect(result).toMatchObject({
      message: {
        sender: { identity: { type: 'phone', value: '+447700900123' } },
        conversation: { id: group, type: 'group' },
      },
    })
  })

  it('of somebody who goes by LID alone are his whose number the plug-in knew, originals and quotes as well', async () => {
    const key = { remoteJid: group, participant: `${lid.replace('@', ':7@')}` }
    const said = info({ conversation: 'hello' }, {}, key)
    const reply = info(
      {
        extendedTextMessage: {
          text: 'yes',
          contextInfo: { stanzaId: (said.key as { id: string }).id, participant: lid },
        },
      },
      {},
      { ...key, fromMe: true },
    )
    const phones = { [lid]: client, '1@lid': 'nobody', 'a@g.us': client }
    const [first, second] = recordsOf(await split(lines([{ ...upsert(said, reply), phones }])))
    const inGroup = { ...key, participant: client }
    const [byNumber] = recordsOf(
      await split(lines([upsert({ ...said, key: { ...(said.key as object), ...inGroup } })])),
    )
    expect(first!.identity).toEqual(byNumber!.identity)
    expect(second!.refersTo).toBe((byNumber!.identity as { messageId: string }).messageId)
    expect(first!.context.phones).toEqual({ [lid]: client })
    expect(Buffer.from(first!.bytes).toString()).toContain('@lid')
    expect(whatsappLinkedDevice.decode({ ...first!, attachments: [] })).toMatchObject({
      message: { sender: { identity: { type: 'phone', value: '+447700900123' } } },
    })
  })

  it('that the library replayed after a deletion leave what was captured before them', async () => {
    // A buffer merges both into one event whose message is gone; the journal has both, as they were told.
    const said = info({ conversation: 'the deal is on' })
    const found = recordsOf(
      await split(
        lines([
          upsert(said),
          {
            event: 'messages.update',
            data: [{ key: said.key, update: { message: null, messageStubType: 1 } }],
          },
        ]),
      ),
    )
    expect(Buffer.from(found[0]!.bytes).toString()).toContain('the deal is on')
    expect(new Set(found.map(({ identity }) => JSON.stringify(identity))).size).toBe(2)
  })
})

it('numbers of the protocol are read by their names too', async () => {
  const stub = info(null, { messageStubType: 'CIPHERTEXT', messageStubParameters: ['No session'] })
  expect(gapsOf(await split(lines([upsert(stub)])))).toMatchObject([{ reason: 'undecryptable' }])
  const edit = info({
    protocolMessage: { key: originalKey, type: 'MESSAGE_EDIT', editedMessage: { conversation: 'sell' } },
  })
  const [record] = recordsOf(await split(lines([upsert(edit)])))
  expect(whatsappLinkedDevice.decode({ ...record!, attachments: [] })).toMatchObject({
    message: { event: 'edited', text: 'sell' },
  })
})

describe('what is known to be missing', () => {
  it('is a session that was closed, until it is open again', async () => {
    const close = {
      event: 'connection.update',
      data: { connection: 'close', lastDisconnect: { error: { output: { statusCode: 401 } } } },
    }
    const [gap] = gapsOf(await split(lines([close])))
    expect(gap).toMatchObject({ reason: 'disconnected', custodian })
    expect(gap!.explanation).toContain('link it again')
    expect(
      closuresOf(await split(lines([{ event: 'connection.update', data: { connection: 'open' } }]))),
    ).toContainEqual(expect.objectContaining({ reason: 'disconnected', custodian }))
  })

  it('is a phone that was not seen for ten days', async () => {
    expect(gapsOf(await split(lines([{ event: 'session', data: { silentDays: 10 } }])))).toMatchObject([
      { reason: 'phone-silent' },
    ])
  })

  it('is a message nobody could decrypt, until it comes with the same id', async () => {
    const stub = info(null, { messageStubType: 2, messageStubParameters: ['No session record'] })
    const [gap] = gapsOf(await split(lines([upsert(stub)])))
    const [late] = recordsOf(
      await split(lines([upsert({ ...info({ conversation: 'late' }), key: stub.key })])),
    )
    expect(gap).toMatchObject({
      reason: 'undecryptable',
      messageId: (late!.identity as { messageId: string }).messageId,
    })
  })

  it('is an event of the plug-in that never came', async () => {
    const jump = Buffer.concat([lines([everyKind[1]!], 5), Buffer.from('\n'), lines([everyKind[2]!], 9)])
    expect(gapsOf(await split(jump))).toMatchObject([{ reason: 'sequence-jump', key: '6-8' }])
  })
})

describe('a file', () => {
  const withHost = async (
    use: (host: string, served: { body: Buffer; status: number; paths: string[] }) => Promise<void>,
  ) => {
    const served = { body: photo.file, status: 200, paths: [] as string[] }
    const server = createServer((request, response) => {
      served.paths.push(request.url!)
      response.writeHead(served.status).end(served.body)
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    await use(`127.0.0.1:${(server.address() as AddressInfo).port}`, served)
    server.close()
  }
  const photoOf = async (host: string) => {
    const event = upsert(
      info({
        imageMessage: { ...photo.fields, url: 'https://stranger.example/photo.enc', mimetype: 'image/jpeg' },
      }),
    )
    return recordsOf(await split(lines([event]), { mediaHosts: [host], mediaProtocol: 'http' }))[0]!
      .attachments[0]!
  }

  it('is fetched from WhatsApp’s hosts alone, opened and checked', async () => {
    await withHost(async (host, served) => {
      expect((await buffer(await (await photoOf(host)).open())).toString()).toMatch(/^pixels pixels/)
      expect(served.paths).toEqual(['/v/t62/photo.enc'])
      served.body = Buffer.from(photo.file)
      served.body[20]! ^= 1
      await expect((async () => buffer(await (await photoOf(host)).open()))()).rejects.toMatchObject({
        code: 'media-damaged',
      })
      served.body = photo.file.subarray(0, 5)
      await expect((async () => buffer(await (await photoOf(host)).open()))()).rejects.toMatchObject({
        code: 'media-damaged',
      })
      served.status = 503
      await expect((await photoOf(host)).open()).rejects.toMatchObject({ code: 'vendor-refused' })
      served.status = 410
      await expect((await photoOf(host)).open()).rejects.toMatchObject({ code: 'media-lost' })
    })
  })
})

it('an edit names the message it changes, from either side', async () => {
  const mine = { ...originalKey, id: 'MINE', fromMe: true }
  const [own, edit] = recordsOf(
    await split(
      lines([
        upsert(info({ conversation: 'mine' }, {}, mine)),
        upsert(
          info(
            { protocolMessage: { key: mine, type: 14, editedMessage: { conversation: 'changed' } } },
            {},
            { fromMe: true },
          ),
        ),
      ]),
    ),
  )
  expect(edit!.refersTo).toBe((own!.identity as { messageId: string }).messageId)
})
