import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Readable } from 'node:stream'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { z } from 'zod'
import { createTestDatabase, type TestDatabase } from '../../test/postgres.ts'
import { systemClock } from '../platform/clock.ts'
import { installFaults, SimulatedCrash } from '../platform/faults.ts'
import { createMemoryKeyVault } from '../platform/keys/index.ts'
import { createLocalObjectStore } from '../platform/object-store/local-object-store.ts'
import { createKysely } from '../platform/postgres/index.ts'
import { systemRandom } from '../platform/random.ts'
import { generateKeyPair } from '../platform/sealing/index.ts'
import type { CapturedGap, CapturedRecord, Source } from '../sources/source.ts'
import { accountByName, createAccount, type SiteAccount } from './accounts.ts'
import { capture } from './capture.ts'
import { readPage } from './feed.ts'
import { journalStatus } from './journal.ts'
import type { SiteParts } from './parts.ts'

let database: TestDatabase
let folder: string
let parts: SiteParts
let account: SiteAccount

beforeEach(async () => {
  database = await createTestDatabase()
  folder = mkdtempSync(join(tmpdir(), 'holdfast-site-'))
  parts = {
    database: createKysely(database.pool),
    pool: database.pool,
    objects: await createLocalObjectStore({ folder }),
    vault: createMemoryKeyVault(),
    clock: systemClock,
    random: systemRandom,
  }
  await createAccount(parts, { name: 'Firm', publicKey: generateKeyPair(systemRandom).publicKey })
  account = await accountByName(parts, 'Firm')
})

afterEach(async () => {
  await database.drop()
  rmSync(folder, { recursive: true })
})

type Found = CapturedRecord | CapturedGap

const captureAll = (found: readonly Found[]) => {
  const source: Source = {
    name: 'stub',
    title: 'Stub',
    channels: ['whatsapp', 'wecom'],
    settings: z.unknown(),
    async *capture() {
      yield* found
    },
    decode: () => ({ decoded: false, reason: 'undecodable', explanation: 'not asked for' }),
  }
  return capture(parts, { account, source, files: [], settings: {} })
}

/** An export: lines `author: body`, one a minute. */
function exported(chat: string, lines: readonly string[]): CapturedRecord[] {
  const said = lines.map((line) => line.split(': ') as [string, string])
  const context = { authors: [...new Set(said.map(([author]) => author))] }
  return said.map(([author, body], minute) => ({
    channel: 'whatsapp',
    bytes: Buffer.from(`${author}: ${body}`),
    place: { offset: minute },
    context,
    identity: {
      type: 'content',
      ...{ custodian: '+447700900001', chat, author, body, ordinal: 0, authorlessOrdinal: 0 },
      localTime: `2026-03-01T10:${String(minute).padStart(2, '0')}`,
    },
    attachments: [],
  }))
}

function fromVendor(messageId: string, says: string, observer = ''): CapturedRecord {
  return {
    channel: 'wecom',
    bytes: Buffer.from(says),
    place: { offset: 0 },
    context: {},
    identity: { type: 'vendor-id', messageId, observer, fingerprint: says },
    attachments: [],
  }
}

const talk = ['Ada: shall we sign?', 'Bo: yes, today', 'Ada: good', 'Bo: sent', 'Ada: thanks']

describe('capture', () => {
  it('adds nothing when the same is captured again, and only what is new of a longer export', async () => {
    expect(await captureAll(exported('Bo', talk))).toMatchObject({ captured: 5, duplicates: 0 })
    expect(await captureAll(exported('Bo', talk))).toMatchObject({ captured: 0, duplicates: 5 })
    expect(await captureAll(exported('Bo', [...talk, 'Bo: bye']))).toMatchObject({
      captured: 1,
      duplicates: 5,
    })
  })

  it('knows a chat again whose contact was renamed on the phone, as often as it comes', async () => {
    await captureAll(exported('Bo', talk))
    const renamed = [...talk.map((line) => line.replace('Bo:', 'Bo Li (broker):')), 'Bo Li (broker): bye']
    expect(await captureAll(exported('Bo Li (broker)', renamed))).toMatchObject({
      captured: 1,
      duplicates: 5,
    })
    expect(await captureAll(exported('Bo Li (broker)', renamed))).toMatchObject({
      captured: 0,
      duplicates: 6,
    })
    expect(await captureAll(exported('Bo', talk))).toMatchObject({ captured: 0, duplicates: 5 })
  })

  it('knows a group again whose subject was changed', async () => {
    const group = [...talk, 'Cy: hello all']
    await captureAll(exported('Deal team', group))
    expect(await captureAll(exported('Deal team (closed)', group))).toMatchObject({
      captured: 0,
      duplicates: 6,
    })
  })

  it('keeps two chats apart in which one person sent the same at the same time', async () => {
    const greetings = [
      'Ada: happy new year',
      'Ada: the office is closed',
      'Ada: see you on Monday',
      'Ada: bye',
    ]
    await captureAll(exported('Bo', greetings))
    expect(await captureAll(exported('Cy', greetings))).toMatchObject({ captured: 4, duplicates: 0 })
  })

  it('keeps both messages when a vendor gives one id twice, and knows both again', async () => {
    const two = [fromVendor('m1', 'first'), fromVendor('m1', 'second')]
    expect(await captureAll(two)).toMatchObject({ captured: 2, duplicates: 0 })
    expect(await captureAll(two)).toMatchObject({ captured: 0, duplicates: 2 })
    expect(await captureAll([fromVendor('m1', 'first', '+447700900002')])).toMatchObject({ captured: 1 })
  })

  it('notes a gap once', async () => {
    const gap: CapturedGap = { gap: { reason: 'media-omitted', explanation: 'IMG-1.jpg was not exported' } }
    expect(await captureAll([gap])).toMatchObject({ captured: 0, gaps: 1 })
    expect(await captureAll([gap])).toMatchObject({ gaps: 0 })
    expect((await journalStatus(parts, account)).gaps).toEqual([
      { reason: 'media-omitted', source: 'stub', count: 1 },
    ])
  })

  it('numbers records in a row per account, and feeds each family from any cursor', async () => {
    await captureAll([...exported('Bo', talk), fromVendor('m1', 'one'), fromVendor('m2', 'two')])
    const page = (family: 'whatsapp' | 'wechat', after: number) =>
      readPage(parts, account, { family, after, limit: 100 })
    expect((await page('whatsapp', 0)).header.blocks).toMatchObject([{ firstSequence: 1, records: 5 }])
    expect((await page('wechat', 0)).header.blocks).toMatchObject([{ firstSequence: 6, records: 2 }])
    expect((await page('wechat', 7)).header).toMatchObject({ blocks: [], lastSequence: 7, recordsAfter: 0 })
  })

  it('takes the media that were forgotten the first time, once', async () => {
    const file = (reference: string) => ({
      ...{ name: reference, mediaType: 'image/jpeg', reference },
      open: async () => Readable.from([Buffer.from(reference)]),
    })
    const bare = fromVendor('m1', 'see picture')
    const complete = { ...bare, attachments: [file('a.jpg'), file('b.jpg')] }
    expect(await captureAll([bare])).toMatchObject({ captured: 1, attachments: 0 })
    expect(await captureAll([complete])).toMatchObject({ captured: 1, attachments: 2 })
    expect(await captureAll([complete])).toMatchObject({ captured: 0, duplicates: 1, attachments: 0 })
    expect(await captureAll([bare])).toMatchObject({ captured: 0, duplicates: 1 })
  })

  it('leaves nothing behind after a crash that the next capture does not sweep', async () => {
    const large = Buffer.alloc(200_000, 1)
    const attachment = {
      name: 'a.bin',
      mediaType: 'application/octet-stream',
      reference: 'a',
      open: async () => Readable.from([large]),
    }
    const withFile = { ...fromVendor('m1', 'see file'), attachments: [attachment] }
    const { remove } = installFaults({ point: 'capture.before-commit', pass: 1, how: 'throw' })
    await expect(captureAll([withFile])).rejects.toThrow(SimulatedCrash)
    remove()
    expect((await journalStatus(parts, account)).records).toBe(0)
    expect(await captureAll([withFile])).toMatchObject({ captured: 1, attachments: 1 })
    const objects = []
    for await (const { name } of parts.objects.list('journal/')) objects.push(name)
    expect(objects).toHaveLength(2)
  })
})
