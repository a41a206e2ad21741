import { mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { parseObject } from '../../formats/raw-json.ts'
import { expectMessage } from '../../source.contract.ts'
import type { CapturedRecord } from '../../source.ts'
import { wecomArchive } from '../index.ts'
import { receiveCallback } from './callback.ts'
import { splitCallback } from './callback-events.ts'
import { childText, readCallbackXml } from './callback-xml.ts'
import { chatRowOf } from './chat-page.ts'
import type { Qyapi } from './qyapi.ts'
import {
  agreementsOf,
  customerRoom,
  innerRoomName,
  permittedUsers,
  robotName,
  roomAgreements,
  userByEmail,
  userByMobile,
} from './qyapi-calls.ts'
import { openedRecord } from './records.ts'

const samples = process.env.HOLDFAST_SAMPLES
const at = (...path: readonly string[]) => join(samples!, 'wecom', ...path)

describe.skipIf(!samples)('samples of the archive (needs HOLDFAST_SAMPLES)', () => {
  test('encrypted callbacks are opened byte for byte, and refused with a flipped byte', async () => {
    const { url_verify: url, post } = JSON.parse(
      await readFile(at('callbacks/encrypted/go-workwx-vectors.json'), 'utf8'),
    ) as Record<string, Record<string, string>>
    const givenOf = (vector: Record<string, string>) => ({
      settings: { corpId: vector.receiveid! },
      secret: { callback: { token: vector.token!, encodingAesKey: vector.encodingAESKey! } },
      clock: { now: () => Number(vector.timestamp) * 1000 },
    })
    const queryOf = ({ msg_signature, timestamp, nonce, echostr }: Record<string, string>) => ({
      ...{ msg_signature: msg_signature!, timestamp: timestamp!, nonce: nonce! },
      ...(echostr === undefined ? {} : { echostr }),
    })
    const get = { method: 'GET', headers: {}, query: queryOf(url!), body: Buffer.alloc(0) } as const
    expect(receiveCallback(givenOf(url!), get)).toMatchObject({ status: 200, text: url!.plain })
    const call = {
      method: 'POST',
      headers: {},
      query: queryOf(post!),
      body: Buffer.from(post!.body!),
    } as const
    const answer = receiveCallback(givenOf(post!), call)
    expect(Buffer.from(answer.keep!).toString()).toBe(post!.plain)
    const flipped = Buffer.from(call.body)
    flipped[flipped.indexOf('<Encrypt>') + 40]! ^= 1
    expect(receiveCallback(givenOf(post!), { ...call, body: flipped }).status).toBe(403)
  })

  test('every plain callback is read; all but the hint are kept and become a message', async () => {
    const names = await readdir(at('callbacks/plain'))
    expect(names).toHaveLength(24)
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-wecom-samples-'))
    for (const name of names) {
      const bytes = await readFile(at('callbacks/plain', name))
      const event = readCallbackXml(bytes.toString('utf8'))
      if (event === null) throw new Error(name)
      if (childText(event, 'Event') === 'msgaudit_notify') continue
      const given = { folder, settings: { corpId: 'ww1' } }
      const body = { bytes, receivedAt: 0 }
      for await (const found of splitCallback(given, body)) {
        const record = { ...(found as CapturedRecord), attachments: [] }
        const result = wecomArchive.decode(record)
        if (!result.decoded) throw new Error(`${name}: ${result.explanation}`)
        expectMessage(result.message, wecomArchive, record)
        expect(result.message.fields?.length).toBeGreaterThan(2)
      }
    }
    await rm(folder, { recursive: true })
  })

  test('every message becomes a record with the identity and bytes of the file route', async () => {
    let messages = 0
    for (const folder of ['wxjava', 'documented-shapes']) {
      for (const name of await readdir(at('msgaudit', folder))) {
        const files = [at('msgaudit', folder, name)]
        const settings = wecomArchive.settings.parse({})
        for await (const found of wecomArchive.capture({ files, settings, registeredUsers: [] })) {
          if ('gap' in found) continue
          const bytes = Buffer.from(found.bytes)
          const page = {
            contextOf: () => ({}),
            custodians: new Map(),
            fetch: () => Promise.reject(new Error()),
          }
          const live = openedRecord(
            chatRowOf({}, 1, () => bytes),
            bytes,
            parseObject(bytes),
            page,
          )
          expect(live.identity, name).toEqual(found.identity)
          expect(live.channel).toBe(found.channel)
          expect(live.bytes).toBe(bytes)
          messages += 1
        }
      }
    }
    expect(messages).toBeGreaterThanOrEqual(50)
  })

  test('answers of the API are read', async () => {
    const answering = async (name: string): Promise<Qyapi> => {
      const text = await readFile(at('api', `Cgibin${name}Response.json`), 'utf8')
      return { call: async (_path, _given, { answer }) => answer.parse(JSON.parse(text)) }
    }
    expect(await permittedUsers(await answering('MessageAuditGetPermitUserList'))).toHaveLength(3)
    const pairs = [{ userid: 'a', externalId: 'b' }]
    expect(await agreementsOf(await answering('MessageAuditCheckSingleAgree'), pairs)).toHaveLength(3)
    expect(await roomAgreements(await answering('MessageAuditCheckRoomAgree'), 'r')).toHaveLength(3)
    expect(await innerRoomName(await answering('MessageAuditGroupChatGet'), 'r')).toBe('蓦然回首')
    expect((await customerRoom(await answering('ExternalContactGroupChatGet'), 'r'))?.members.size).toBe(2)
    expect(await robotName(await answering('MessageAuditGetRobotInfo'), 'w')).toBe('机器人A')
    expect(await userByMobile(await answering('UserGetUserId'), '1')).toBe('zhangsan')
    expect(await userByEmail(await answering('UserGetUserIdByEmail'), 'a@b.test')).toBe('zhangsan')
    for (const name of (await readdir(at('api'))).filter((one) => one.endsWith('.json')))
      expect(parseObject(await readFile(at('api', name))), name).toHaveProperty('raw')
  })
})
