/** A whole pull of WeCom's session archive: a real child process, and a C library in it. */
import { readdirSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import type { CapturedRecord } from '../../src/sources/source.ts'
import { wecomArchive } from '../../src/sources/wecom-archive/index.ts'
import {
  companyOf,
  contact,
  customerRoomId,
  innerRoom,
  messageId,
  newFolder,
  registered,
  textMessage,
} from '../wecom/company.ts'
import { createJournal } from '../wecom/journal.ts'
import { childOf, readOf } from '../wecom/processes.ts'
import { dayMs, describeArchive, live, numbersIn, upTo } from '../wecom/scene.ts'
import { startQyapiServer } from '../wecom/server.ts'
import { type Prepared, wrapKey } from '../wecom/stand-in.ts'

describeArchive('the session archive through a C library', (scene) => {
  describe('a pull', () => {
    test('brings every message once, exactly as it was decrypted, and frees what it used', async () => {
      const control = textMessage(7).replace('消息 7', 'tab\there\u0001')
      const messages = scene.prepared(2_345, (number) => ({
        key: number <= 1_000 ? scene.older : scene.newer,
        ...(number === 7 ? { plain: control } : {}),
      }))
      scene.standIn.handOut(messages)
      const journal = createJournal(live)
      await journal.pull(scene.route())
      expect(numbersIn(journal)).toEqual(upTo(2_345))
      expect(journal.duplicates).toBe(0)
      expect([...journal.open.keys()]).toEqual([])
      expect(journal.cursor).toMatchObject({ seq: '2345' })
      for (const [index, record] of [...journal.records.values()].entries())
        expect(Buffer.from(record.bytes).toString()).toBe(messages[index]!.plain)
      const seventh = [...journal.records.values()][6]!
      const decoded = wecomArchive.decode({ ...seventh, attachments: [] })
      expect(decoded.decoded && decoded.message.text).toMatch(/^tab\there\u0001/)
      const { calls, live: left } = scene.standIn.counters()
      expect(calls).toMatchObject({ init: 1, chat: 4, decrypt: 2_345 })
      expect(left).toEqual({ slices: 0, media: 0, sdks: 1 })
    })

    test('goes on where it was, with numbers of 64 bits', async () => {
      const start = 18_446_744_073_709_550_000n
      const messages = scene.prepared(30, (number) => ({ seq: start + BigInt(number) }))
      scene.standIn.handOut(messages.slice(0, 20))
      const journal = createJournal(live)
      const given = scene.route()
      await journal.pull(given)
      scene.standIn.handOut(messages)
      // WeCom's session with the library ends after two hours.
      scene.time += dayMs / 12
      await journal.pull(given)
      expect(scene.standIn.counters()).toMatchObject({ calls: { init: 2 }, live: { sdks: 1 } })
      expect(numbersIn(journal)).toEqual(upTo(30))
      expect(journal.duplicates).toBe(0)
      expect([...journal.open.keys()]).toEqual([])
      expect(journal.cursor).toMatchObject({ seq: String(start + 30n) })
    })

    test('names groups and people, and knows whose message it is', async () => {
      const plain = (number: number) =>
        textMessage(
          number,
          number === 1
            ? { roomid: innerRoom }
            : { roomid: customerRoomId, from: contact, tolist: ['WangWu', 'x'] },
        )
      scene.standIn.handOut(scene.prepared(3, (number) => (number === 3 ? {} : { plain: plain(number) })))
      const journal = createJournal(live)
      await journal.pull(scene.route({ registeredUsers: registered }))
      const records = [...journal.records.values()]
      expect(records.map(({ custodian }) => custodian)).toEqual([
        '+447700900001',
        '+447700900003',
        '+447700900001',
      ])
      const decoded = records.map((record) => {
        const result = wecomArchive.decode({ ...record, attachments: [] })
        return result.decoded ? result.message : undefined
      })
      expect(decoded.map((message) => message?.conversation.name)).toEqual([
        '项目组',
        'Customers of the north',
        undefined,
      ])
      expect(decoded[1]).toMatchObject({ channel: 'wechat', sender: { name: '王小姐' } })
    })

    test('tells of contacts who refused to be archived, and that they agreed', async () => {
      const plain = textMessage(1, { from: contact, tolist: ['ZhangSan'] })
      scene.standIn.handOut(scene.prepared(2, (number) => (number === 1 ? { plain } : {})))
      const journal = createJournal(live)
      const folder = newFolder()
      await journal.pull(scene.route({ folder }))
      expect([...journal.open.values()]).toEqual([
        expect.stringMatching(/did not agree that messages with ZhangSan are archived/),
      ])
      const company = companyOf(scene.standIn.secret)
      const agreeing = await startQyapiServer({ ...company, disagreed: new Set() })
      scene.standIn.handOut(scene.prepared(1, () => ({ plain, seq: 3n })))
      scene.time += dayMs
      scene.stop.abort()
      scene.stop = new AbortController()
      await journal.pull(scene.route({ origin: agreeing.origin, folder }))
      await agreeing.close()
      expect([...journal.open.keys()].filter((key) => key.startsWith('no-consent'))).toEqual([])
    })

    test('keeps a recall that comes before its original, and each record of one call', async () => {
      const recall = textMessage(1, {
        action: 'recall',
        msgtype: 'revoke',
        text: undefined,
        revoke: { pre_msgid: messageId(2) },
      })
      const call = (number: number) =>
        textMessage(number, {
          msgtype: 'voiptext',
          text: undefined,
          info: { callduration: 72, invitetype: 4 },
        })
      scene.standIn.handOut(
        scene.prepared(4, (number) =>
          number === 1 ? { plain: recall } : number === 2 ? {} : { plain: call(number) },
        ),
      )
      const journal = createJournal(live)
      await journal.pull(scene.route())
      const [first, , third] = [...journal.records.values()] as [
        CapturedRecord,
        CapturedRecord,
        CapturedRecord,
      ]
      expect(first.refersTo).toBe(messageId(2))
      expect(numbersIn(journal)).toEqual([1, 2, 3, 4])
      const decoded = wecomArchive.decode({ ...third, attachments: [] })
      expect(decoded.decoded && decoded.message.notes?.join()).toMatch(/once per participant/)
    })
  })

  describe('keys', () => {
    test('a version that is missing: messages are kept sealed, and read when the key is added', async () => {
      const messages = scene.prepared(500, (number) => (number % 2 === 0 ? { key: scene.older } : {}))
      scene.standIn.handOut(messages)
      const folder = newFolder()
      const journal = createJournal(live)
      await journal.pull(scene.route({ keys: [scene.newer], folder }))
      expect(numbersIn(journal)).toHaveLength(250)
      expect(journal.records.size).toBe(500)
      expect([...journal.open]).toEqual([
        [
          'key-version-missing 1/2',
          expect.stringMatching(/version 1 is not among the keys .* from seq 2 on/),
        ],
      ])
      const sealed = [...journal.records.values()].find(({ bytes }) =>
        Buffer.from(bytes).includes('encrypt_chat_msg'),
      )!
      expect(Buffer.from(sealed.bytes).toString()).toMatch(/^\{"seq":2,"msgid":.*\}$/)
      // WeCom hands them out no more.
      scene.standIn.handOut([])
      await journal.pull(scene.route({ keys: [scene.newer], folder }))
      expect(journal.open.size).toBe(1)
      // A route that is changed is begun anew.
      scene.stop.abort()
      scene.stop = new AbortController()
      await journal.pull(scene.route({ keys: [scene.newer, scene.older], folder }))
      expect(numbersIn(journal).sort((a, b) => a - b)).toEqual(upTo(500))
      expect([...journal.open.keys()]).toEqual([])
      expect(journal.closed.get('key-version-missing 1/2')).toMatch(/was added/)
      await journal.pull(scene.route({ keys: [scene.newer, scene.older], folder }))
      expect(readdirSync(folder)).not.toContain('sealed-messages.txt')
    })

    test('one message whose random key is damaged is kept sealed, by itself', async () => {
      const wrappedKey = wrapKey(scene.older, 'k')
      scene.standIn.handOut(scene.prepared(3, (number) => (number === 2 ? { wrappedKey } : {})))
      const journal = createJournal(live)
      await journal.pull(scene.route())
      expect(numbersIn(journal)).toEqual([1, 3])
      expect([...journal.open.values()].join()).toMatch(/seq 2\) could not be decrypted/)
    })

    test('a wrong key under the right version is noticed at once', async () => {
      scene.standIn.handOut(scene.prepared(3))
      const folder = newFolder()
      const journal = createJournal(live)
      const wrong = { ...scene.newer, privateKey: scene.older.privateKey }
      await journal.pull(scene.route({ keys: [scene.older, wrong], folder }))
      expect([...journal.open.keys()]).toEqual(['key-version-wrong 2/1'])
      expect(journal.records.size).toBe(3)
      scene.standIn.handOut([])
      scene.stop.abort()
      scene.stop = new AbortController()
      await journal.pull(scene.route({ keys: [scene.older, scene.newer], folder }))
      expect([...journal.open.keys()]).toEqual([])
      expect(journal.closed.get('key-version-wrong 2/1')).toMatch(/was added/)
    })
  })

  describe('time', () => {
    test('messages that expired while nobody pulled are a gap; the lag is told and closed', async () => {
      scene.standIn.handOut(scene.prepared(10))
      const journal = createJournal(live)
      const given = scene.route()
      await journal.pull(given)
      scene.time += 6 * dayMs
      scene.standIn.handOut(
        scene
          .prepared(60, () => ({}))
          .slice(40)
          .map((message) => ({ ...message, plain: late(message) })),
      )
      await journal.pull(given)
      expect([...journal.open.values()]).toEqual([
        expect.stringMatching(/^30 messages between seq 11 and seq 40 .* five days/),
      ])
      expect(journal.closed.has('lagging seq 10')).toBe(true)
    })
    const late = ({ seq }: Prepared) => textMessage(Number(seq), { msgtime: scene.time - 5 * dayMs })
  })

  test('the child has no environment, and no secret on its command line', async () => {
    scene.standIn.handOut(scene.prepared(5))
    await createJournal(live).pull(scene.route())
    const child = childOf(process.pid)!
    expect(readOf(child, 'cmdline')).not.toContain(scene.standIn.secret)
    const names = readOf(child, 'environ')
      .split('\0')
      .flatMap((line) => (line === '' ? [] : [line.split('=')[0]!]))
    expect(names.filter((name) => name !== 'LANG' && !name.startsWith('NODE_CHANNEL_'))).toEqual([])
  })

  test('the connection is tried without capturing: people found, people outside the archive', async () => {
    scene.standIn.handOut(scene.prepared(5))
    const findings = await live.test!(scene.route({ registeredUsers: registered }))
    expect(findings.map(({ check, problem }) => [check, problem])).toEqual([
      ['library and session archive', undefined],
      ['event receiver', expect.stringContaining('every five minutes')],
      ['look-up of registered users', undefined],
      ['look-up: Zhang San is ZhangSan', undefined],
      ['look-up: Li Si is lisi', undefined],
      ['users whose messages are archived', expect.stringMatching(/does not archive Li Si\./)],
    ])
    scene.standIn.setFaults('GetChatData * 10009')
    await scene.server.close()
    const failing = await live.test!(scene.route({ registeredUsers: registered }))
    expect(failing.filter(({ problem }) => problem !== undefined)).toHaveLength(4)
  })
})
