import { generateKeyPairSync } from 'node:crypto'
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import {
  companyOf,
  contact,
  corpId,
  customerRoomId,
  innerRoom,
  noon,
  registered,
  robotId,
} from '../../../../test/wecom/company.ts'
import { type QyapiServer, startQyapiServer } from '../../../../test/wecom/server.ts'
import { chatRowOf } from './chat-page.ts'
import { openConsents } from './consents.ts'
import { openNotices } from './notices.ts'
import { createQyapi } from './qyapi.ts'
import { openRoomNames } from './room-names.ts'
import { openSealedMessages } from './sealed-messages.ts'
import { noteRename, openUserIds } from './user-ids.ts'

const clock = { time: noon, now: () => clock.time }
let server: QyapiServer
let folder = ''
beforeAll(async () => {
  server = await startQyapiServer(companyOf('archive-secret'), { now: clock.now })
})
afterAll(() => server.close())
beforeEach(async () => {
  clock.time = noon
  folder = await mkdtemp(join(tmpdir(), 'holdfast-wecom-folder-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const apiOf = (secret: string) =>
  createQyapi({
    origin: server.origin,
    corpId,
    secret,
    clock,
    signal: new AbortController().signal,
    firstWaitMs: 1,
  })
const names = (customers = true) =>
  openRoomNames({
    ...{ folder, clock, archive: apiOf('archive-secret') },
    customers: customers ? apiOf('customers-secret') : undefined,
  })

describe('names', () => {
  test('are learned once, remembered, and asked for again after a day', async () => {
    const first = await names()
    const messages = [
      { roomid: innerRoom },
      { roomid: customerRoomId, from: robotId },
      { roomid: '', from: 'ZhangSan' },
    ]
    await first.learn(messages)
    const known = {
      [innerRoom]: '项目组',
      [customerRoomId]: 'Customers of the north',
      [contact]: '王小姐',
      zhangsan: '张三',
      [robotId]: 'Build robot',
    }
    expect(first.known()).toEqual(known)
    const calls = server.calls.length
    const second = await names()
    await second.learn(messages)
    expect(second.known()).toEqual(known)
    expect(server.calls.length).toBe(calls)
    clock.time += 25 * 60 * 60 * 1000
    await second.learn(messages)
    expect(server.calls.length).toBeGreaterThan(calls)
  })

  test('that cannot be had keep no message waiting, and are asked for later', async () => {
    const asked = await names()
    server.fail('msgaudit/groupchat/get', 'cut-off', 3)
    await asked.learn([{ roomid: innerRoom }])
    expect(asked.known()).toEqual({})
    await asked.learn([{ roomid: innerRoom }])
    expect(asked.known()).toEqual({})
    clock.time += 11 * 60 * 1000
    await asked.learn([{ roomid: innerRoom }])
    expect(asked.known()).toEqual({ [innerRoom]: '项目组' })
  })

  test('a damaged memory is begun anew', async () => {
    await writeFile(join(folder, 'names.json'), '{"x":')
    expect((await names(false)).known()).toEqual({})
  })
})

describe('userids', () => {
  const userIds = () => openUserIds(folder, clock, apiOf('contacts-secret'))

  test('of registered users are theirs by list, by look-up, and after a rename', async () => {
    const custodians = await (await userIds()).custodians(registered)
    expect(Object.fromEntries(custodians)).toEqual({
      zhangsan: '+447700900001',
      lisi: '+447700900099',
      wangwu: '+447700900003',
    })
    await noteRename(folder, 'WangWu', 'WangWu2')
    await noteRename(folder, 'WangWu', 'WangWu2')
    const calls = server.calls.length
    expect((await (await userIds()).custodians(registered)).get('wangwu2')).toBe('+447700900003')
    expect(server.calls.length).toBe(calls)
  })

  test('are those remembered while WeCom does not answer, and asked for later', async () => {
    const asked = await userIds()
    server.fail('user/getuserid', 'cut-off', 3)
    expect([...(await asked.custodians(registered)).keys()]).toEqual(['wangwu'])
    expect((await asked.custodians(registered)).size).toBe(1)
    clock.time += 11 * 60 * 1000
    expect((await asked.custodians(registered)).size).toBe(3)
  })
})

describe('consent', () => {
  const talk = [{ from: contact, tolist: ['ZhangSan', 'lisi'], roomid: '' }]

  test('that is refused is told each day until it is given, or given again', async () => {
    const consents = await openConsents(folder, clock, apiOf('archive-secret'))
    consents.see(talk)
    const told = await consents.check()
    expect(told).toMatchObject([
      { gap: { reason: 'no-consent', key: `ZhangSan ${contact}/${contact}/1772415000` } },
    ])
    consents.see(talk)
    expect(await consents.check()).toEqual([])
    clock.time += 24 * 60 * 60 * 1000
    const again = await openConsents(folder, clock, apiOf('archive-secret'))
    again.see(talk)
    expect(await again.check()).toEqual(told)
  })

  test('in groups is asked for once for all; among employees there is nothing to ask', async () => {
    const consents = await openConsents(folder, clock, apiOf('archive-secret'))
    const calls = server.calls.length
    consents.see([{ from: 'ZhangSan', tolist: ['lisi'], roomid: innerRoom }])
    expect(await consents.check()).toEqual([])
    expect(server.calls.length).toBe(calls)
    consents.see([{ from: contact, tolist: ['ZhangSan'], roomid: customerRoomId }])
    expect(await consents.check()).toEqual([])
    expect(server.calls.at(-1)?.path).toBe('msgaudit/check_room_agree')
  })
})

describe('notices', () => {
  const gap = (key: string) => ({ gap: { reason: 'sdk-crashed' as const, key, explanation: key } })

  test('wait until the journal has them, and those added meanwhile longer', async () => {
    const notices = openNotices(folder)
    expect(await notices.waiting()).toBeNull()
    await notices.add(gap('1'))
    const first = (await notices.waiting())!
    expect(first.notices).toEqual([gap('1')])
    await notices.add(gap('2'))
    await notices.forget(first.mark)
    const second = (await notices.waiting())!
    expect(second.notices).toEqual([gap('1'), gap('2')])
    await notices.forget(second.mark)
    expect(await notices.waiting()).toBeNull()
  })

  test('a line that was cut off hides no other', async () => {
    const notices = openNotices(folder)
    await notices.add(gap('1'))
    await appendFile(join(folder, 'notices.jsonl'), '{"gap":{"rea\n')
    await notices.add(gap('2'))
    expect((await notices.waiting())?.notices).toEqual([gap('1'), gap('2')])
  })
})

describe('sealed messages', () => {
  const pem = () =>
    generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey.export({
      type: 'pkcs8',
      format: 'pem',
    }) as string
  const row = (seq: number) => {
    const exact = Buffer.from(`{"seq":${seq},"msgid":"m${seq}", "publickey_ver":2}`)
    return chatRowOf(JSON.parse(exact.toString()) as object as never, 1, () => exact)
  }

  test('come back exactly, each once, and the mark changes with keys and messages', async () => {
    const one = pem()
    const sealed = openSealedMessages(folder, { 1: one })
    expect(await sealed.mark()).toBeUndefined()
    await sealed.add([row(1), row(2)])
    const mark = await sealed.mark()
    expect(await openSealedMessages(folder, { 1: one }).mark()).toBe(mark)
    expect(await openSealedMessages(folder, { 1: one, 2: pem() }).mark()).not.toBe(mark)
    await sealed.add([row(2), row(3)])
    expect(await sealed.mark()).not.toBe(mark)
    const read = (await Array.fromAsync(sealed.read())).flat()
    expect(read.map(({ seq, exact }) => [seq, Buffer.from(exact()).toString()])).toEqual(
      [1, 2, 3].map((seq) => [BigInt(seq), `{"seq":${seq},"msgid":"m${seq}", "publickey_ver":2}`]),
    )
    expect(await readFile(join(folder, 'sealed-messages.txt'), 'utf8')).not.toContain('msgid')
    await sealed.forget()
    expect(await sealed.mark()).toBeUndefined()
  })
})
