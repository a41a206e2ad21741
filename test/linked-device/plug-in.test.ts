/** The plug-in's own parts, without the library it speaks through: what must be on disk before what. */
import { appendFileSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { journalFirst } from '../../plugins/whatsapp-linked-device/emit-first.ts'
import { type Journal, openJournal } from '../../plugins/whatsapp-linked-device/journal.ts'
import { phonesIn } from '../../plugins/whatsapp-linked-device/phones.ts'
import { openPlaintexts } from '../../plugins/whatsapp-linked-device/plaintext.ts'
import { afterClose, silentDays } from '../../plugins/whatsapp-linked-device/reconnect.ts'
import { sendJournal } from '../../plugins/whatsapp-linked-device/send.ts'
import { seal, unseal } from '../../plugins/whatsapp-linked-device/session-seal.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { whatsappLinkedDevice } from '../../src/sources/whatsapp-linked-device/index.ts'
import type { LinkedDeviceSecret } from '../../src/sources/whatsapp-linked-device/settings.ts'

let folder: string
let journal: Journal
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-plug-in-'))
  journal = openJournal(join(folder, 'journal'), () => 1_772_280_000_000)
})
afterEach(() => {
  journal.close()
  rmSync(folder, { recursive: true })
})

const client = '447700900123@s.whatsapp.net'
const upsert = (id: string, text: string) => ({
  messages: [
    {
      key: { remoteJid: client, id, fromMe: false },
      messageTimestamp: 1_772_280_000,
      message: { conversation: text },
    },
  ],
  type: 'notify',
})
const linesOf = (body: Buffer) =>
  body
    .toString()
    .trimEnd()
    .split('\n')
    .map((line) => JSON.parse(line) as { sequence: number; event: string; data: unknown })

const secret: LinkedDeviceSecret = { sharedKey: '0123456789abcdef0123456789abcdef' }
const given = {
  settings: { custodian: '+447700900001', mediaHosts: [], mediaProtocol: 'https' as const },
  ...{ secret, registeredUsers: [], clock: { now: () => Date.now() }, random: systemRandom },
  ...{ signal: new AbortController().signal, folder: '' },
}

describe('the journal', () => {
  it('has an event before the library goes on with it, as it was told, and no code that links a device', () => {
    const heard: string[] = []
    const emitter = {
      emit(event: string, data: unknown) {
        heard.push(`${event} after ${linesOf(journal.oldest()!.body).length}`)
        // The library's buffer changes what it holds.
        ;(data as { messages: { message: unknown }[] }).messages[0]!.message = null
        return true
      },
    }
    journalFirst(emitter, journal)
    emitter.emit('messages.upsert', upsert('A', 'the deal is on'))
    expect(heard).toEqual(['messages.upsert after 1'])
    const silent = { emit: () => true }
    journalFirst(silent, journal)
    const tell: (event: string, data: unknown) => boolean = silent.emit
    tell('connection.update', { qr: '2@SECRET' })
    tell('creds.update', { noiseKey: 'SECRET' })
    const body = journal.oldest()!.body.toString()
    expect(body).toContain('the deal is on')
    expect(body).not.toContain('SECRET')
  })

  it('has the numbers and bytes of the protocol as they are, and none of the phone’s own keys', () => {
    class Info {
      readonly messageStubType = 2
      readonly key = { id: 'A', bytes: Buffer.from([1]) }
      static toObject = ({ messageStubType, key }: Info) => ({ messageStubType, key })
      toJSON = () => ({ messageStubType: 'CIPHERTEXT' })
    }
    const emitter = { emit: (_event: string, _data: unknown) => true }
    journalFirst(emitter, journal)
    const keys = { message: { protocolMessage: { appStateSyncKeyShare: { keys: ['SECRET'] } } } }
    emitter.emit('messages.upsert', { messages: [new Info(), keys], type: 'notify' })
    const told = { messageStubType: 2, key: { id: 'A', bytes: { type: 'Buffer', data: 'AQ==' } } }
    expect(linesOf(journal.oldest()!.body)[0]).toMatchObject({ data: { messages: [told] } })
    expect(journal.oldest()!.body.toString()).not.toContain('SECRET')
  })

  it('says beside an event whose numbers it knows, and leaves the event as it is', () => {
    const phonesOf = (data: unknown) =>
      phonesIn(data, (user) => (user === '9876543210' ? '447700900123' : null))
    const emitter = { emit: (_event: string, _data: unknown) => true }
    journalFirst(emitter, journal, () => {}, phonesOf)
    const key = { remoteJid: '1203@g.us', participant: '9876543210:4@lid', id: 'A' }
    emitter.emit('messages.upsert', { messages: [{ key, message: { conversation: 'hi 55555@lid' } }] })
    emitter.emit('messages.upsert', upsert('B', 'by number'))
    const [first, second] = linesOf(journal.oldest()!.body)
    expect(first).toMatchObject({ data: { messages: [{ key }] }, phones: { '9876543210@lid': client } })
    expect(Object.keys(first!)).toHaveLength(5)
    expect(second).not.toHaveProperty('phones')
    expect(phonesOf(Buffer.from('\n\x0e9876543210@lid'))).toEqual({ '9876543210@lid': client })
  })

  it('counts on after a restart, keeps bytes exact, and does not tell a line that was cut off', () => {
    journal.append('a', { key: Buffer.from([0, 255]) })
    journal.append('b', 1)
    journal.close()
    const [file] = readdirSync(join(folder, 'journal'))
    appendFileSync(join(folder, 'journal', file!), '{"sequence":3,"ev')
    journal = openJournal(join(folder, 'journal'), () => 0)
    journal.append('c', 2)
    const told = readdirSync(join(folder, 'journal'))
      .sort()
      .flatMap((name) =>
        readFileSync(join(folder, 'journal', name), 'utf8')
          .split('\n')
          .filter((line) => line.endsWith('}'))
          .map((line) => JSON.parse(line) as { sequence: number }),
      )
    expect(told.map(({ sequence }) => sequence)).toEqual([1, 2, 3])
    expect(told[0]).toMatchObject({ data: { key: { type: 'Buffer', data: 'AP8=' } } })
  })
})

describe('what was decrypted', () => {
  const plaintext = Buffer.concat([Buffer.from([0x0a, 0x02, 0x68, 0x69]), Buffer.alloc(4, 4)])
  it('is told after a crash as the message that it is, and not when its event came', async () => {
    const keeper = openPlaintexts(join(folder, 'plaintext'))
    for (const id of ['A', 'B']) {
      keeper.expect({ id, remoteJid: client, timestamp: 1_772_280_000 }, [Buffer.from(`cipher ${id}`)])
      keeper.keep(Buffer.from(`cipher ${id}`), plaintext)
    }
    keeper.told('A')
    writeFileSync(join(folder, 'plaintext', 'cut-off'), '{"id"')
    openPlaintexts(join(folder, 'plaintext')).tellLeft(journal)
    const { body } = journal.oldest()!
    const found = await Array.fromAsync(
      whatsappLinkedDevice.live!.split!(given, { bytes: body, receivedAt: 0 }),
    )
    expect(found).toHaveLength(1)
    const [record] = found.flatMap((one) => ('identity' in one ? [one] : []))
    expect(whatsappLinkedDevice.decode({ ...record!, attachments: [] })).toMatchObject({
      message: { text: 'hi', vendorId: 'B' },
    })
    journal.append('messages.upsert', upsert('B', 'hi'))
    const live = linesOf(journal.oldest()!.body).at(-1)!
    const again = await Array.fromAsync(
      whatsappLinkedDevice.live!.split!(given, { bytes: Buffer.from(JSON.stringify(live)), receivedAt: 0 }),
    )
    expect(again.flatMap((one) => ('identity' in one ? [one.identity] : []))).toEqual([record!.identity])
  })
})

it('the journal is handed over signed, again after each refusal, until the site has it', async () => {
  const bodies: Buffer[] = []
  const answers = [503, 401, 200]
  const arrived = Promise.withResolvers<void>()
  const server = createServer(async (request, response) => {
    const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>))
    const answer = whatsappLinkedDevice.live!.receive!(given, {
      method: 'POST',
      headers: request.headers,
      query: {},
      body,
    })
    expect(answer).toMatchObject({ status: 200 })
    const status = answers.shift() ?? 200
    if (status === 200) bodies.push(body)
    response.writeHead(status).end()
    if (status === 200) arrived.resolve()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  journal.append('messages.upsert', upsert('A', 'once'))
  const stop = new AbortController()
  const site = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  const troubles: string[] = []
  const sending = sendJournal(journal, { site, sharedKey: secret.sharedKey }, stop.signal, (why) =>
    troubles.push(why),
  )
  await arrived.promise
  while (journal.oldest() !== null) await new Promise((resolve) => setTimeout(resolve, 10))
  stop.abort()
  await sending
  server.close()
  expect(troubles).toEqual(['the site answered 503', 'the site answered 401'])
  expect(linesOf(bodies[0]!)).toMatchObject([{ sequence: 1, event: 'messages.upsert' }])
  journal.append('b', 1)
  expect(linesOf(journal.oldest()!.body)[0]!.sequence).toBe(2)
})

it('an entry of the session is sealed under its name, and is not read when it was altered or put under another', () => {
  const key = Buffer.alloc(32, 7)
  const sealed = seal(key, 'creds', Buffer.from('noise key'))
  expect(sealed.includes('noise')).toBe(false)
  expect(unseal(key, 'creds', sealed).toString()).toBe('noise key')
  expect(() => unseal(key, 'other', sealed)).toThrow()
  expect(() => unseal(Buffer.alloc(32, 8), 'creds', sealed)).toThrow()
  sealed[sealed.length - 1]! ^= 1
  expect(() => unseal(key, 'creds', sealed)).toThrow()
})

it('a closed connection is made again, but not where that would do harm', () => {
  expect(afterClose(515, 0)).toEqual({ what: 'connect', afterMs: 0 })
  expect(afterClose(428, 0)).toEqual({ what: 'connect', afterMs: 2_000 })
  expect(afterClose(undefined, 99)).toEqual({ what: 'connect', afterMs: 300_000 })
  for (const code of [401, 403, 411, 440, 500]) expect(afterClose(code, 0)).toMatchObject({ what: 'stop' })
  expect(silentDays(0, 9.9 * 86_400_000)).toBeNull()
  expect(silentDays(0, 10 * 86_400_000)).toBe(10)
})
