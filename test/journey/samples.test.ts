/** Whole folders of files go through: every message becomes an item, and its bytes are the file's. */
import { readdir, readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { everyType } from '../../src/sources/wecom-archive/fixtures.ts'
import { type Firm, openFirm } from './firm.ts'

const samples = process.env.HOLDFAST_SAMPLES
const mobile = '+447700900001'
let firm: Firm

/** A registered user who is in every conversation of ours: `zhangsan` of the fixtures, the holder of the phone. */
async function openWithCustodian(userid: string): Promise<Firm> {
  const opened = await openFirm()
  await opened.addUsers(`name,mobile,email,wecom_userid\nAda Trader,${mobile},ada@firm.example,${userid}\n`)
  await opened.addMailboxes('address,name\nada@firm.example,Ada Trader\n')
  await opened.connect('whatsapp')
  await opened.connect('wechat')
  return opened
}

/** Raw records of a connector's items, by file, in the order of the file. */
async function rawByFile(
  family: 'whatsapp' | 'wechat',
): Promise<Map<string, { offset: number; bytes: Buffer }[]>> {
  const found = new Map<string, { offset: number; bytes: Buffer }[]>()
  for (const item of await firm.search()) {
    if ((item.channel === 'whatsapp') !== (family === 'whatsapp')) continue
    const { bytes, place, context } = await firm.raw(item.id)
    const file = String(context.file)
    const records = found.get(file) ?? []
    found.set(file, records)
    records.push({ offset: place.offset, bytes: Buffer.from(bytes) })
  }
  for (const records of found.values()) records.sort((a, b) => a.offset - b.offset)
  return found
}

function joined(records: readonly { bytes: Buffer }[] | undefined): Buffer {
  return Buffer.concat((records ?? []).map(({ bytes }) => bytes))
}

describe.skipIf(!samples)('the sample exports (needs HOLDFAST_SAMPLES)', () => {
  const folder = join(samples ?? '', 'whatsapp/exports')
  beforeAll(async () => {
    firm = await openWithCustodian('ada')
  })
  afterAll(() => firm.close())

  it('become items, message by message, byte by byte', async () => {
    const names = (await readdir(join(folder, 'chatcarve'))).filter((name) => name.endsWith('.txt'))
    const files = names.map((name) => join(folder, 'chatcarve', name))
    const zip = join(folder, 'pustur/whatsapp-chat-parser-example.zip')
    const { captured } = await firm.capture('whatsapp-export', [...files, zip], { custodian: mobile })
    const report = await firm.run('whatsapp')
    expect(report).toMatchObject({ transferred: captured, imported: captured, items: captured })
    expect(report.exceptions).toEqual({ total: 0, byReason: {} })
    expect(report.attachments).toBe(4)

    const found = await rawByFile('whatsapp')
    for (const file of files) {
      const records = found.get(basename(file))
      expect(joined(records).equals(await readFile(file)), file).toBe(true)
      const expected = await expectedCount(basename(file, '.txt'))
      if (expected !== null) expect(records, file).toHaveLength(expected)
    }
    const chat = await readFile(join(folder, 'pustur/ex/_chat.txt'))
    expect(joined(found.get(basename(zip))).equals(chat)).toBe(true)
  })

  async function expectedCount(name: string): Promise<number | null> {
    const text = await readFile(join(folder, `chatcarve/expected/${name}.jsonl`), 'utf8').catch(() => null)
    return text === null ? null : text.trim().split('\n').length
  }
})

describe.skipIf(!samples)('the sample session-archive messages (needs HOLDFAST_SAMPLES)', () => {
  beforeAll(async () => {
    firm = await openWithCustodian('ada')
  })
  afterAll(() => firm.close())

  it('become an item each, also those that share an id', async () => {
    const folders = ['wxjava', 'documented-shapes'].map((name) => join(samples!, 'wecom/msgaudit', name))
    const files: string[] = []
    for (const folder of folders) files.push(...(await readdir(folder)).map((name) => join(folder, name)))
    const counts = await firm.capture('wecom-archive', files, { custodian: mobile })
    expect(counts).toMatchObject({ captured: 51, duplicates: 0 })
    const report = await firm.run('wechat')
    expect(report).toMatchObject({ transferred: 51, imported: 51, items: 51, duplicates: 0 })
    expect(report.exceptions).toEqual({ total: 0, byReason: {} })
    expect(await firm.search()).toHaveLength(51)
    expect(await firm.capture('wecom-archive', files, { custodian: mobile })).toMatchObject({ captured: 0 })

    const found = await rawByFile('wechat')
    for (const file of files) {
      const parsed = JSON.parse(await readFile(file, 'utf8')) as unknown
      const expected = Array.isArray(parsed) ? parsed : [parsed]
      const same = found.get(basename(file))!.map(({ bytes }) => JSON.parse(String(bytes)) as unknown)
      for (const message of expected) expect(same, file).toContainEqual(message)
    }
  })
})

describe('fixtures of our own', () => {
  beforeAll(async () => {
    firm = await openWithCustodian('zhangsan')
  })
  afterAll(() => firm.close())

  it('of every WeCom type become an item each', async () => {
    const lines = everyType.map((message) => JSON.stringify(message))
    const file = await firm.file('day.jsonl', `${lines.join('\n')}\n`)
    const counts = await firm.capture('wecom-archive', [file], { custodian: mobile })
    expect(counts).toMatchObject({ captured: lines.length, duplicates: 0 })
    const report = await firm.run('wechat')
    expect(report).toMatchObject({ imported: lines.length, items: lines.length })
    expect(report.exceptions.total).toBe(0)
    const raw = (await rawByFile('wechat')).get('day.jsonl')!
    expect(raw.map(({ bytes }) => String(bytes).trimEnd())).toEqual(lines)
  })

  it('of an export account for every byte of it', async () => {
    const text = [
      'Sent from my phone',
      '13/03/2026, 09:00 - Messages and calls are end-to-end encrypted.',
      '13/03/2026, 09:01 - Ada Trader: first line',
      '',
      '13/03/26 09:01 - a pasted line of another form',
      '13/03/2026, 09:02 - +44 7700 900002: <Media omitted>',
      '13/03/2026, 09:03 - Ada Trader: null',
      '13/03/2026, 09:04 - Ben added Cy',
    ].join('\n')
    const file = await firm.file('WhatsApp Chat with Desk.txt', text)
    expect(await firm.capture('whatsapp-export', [file], { custodian: mobile })).toMatchObject({
      captured: 6,
    })
    const report = await firm.run('whatsapp')
    expect(report).toMatchObject({ imported: 6, items: 6 })
    expect(report.exceptions.total).toBe(0)
    const raw = (await rawByFile('whatsapp')).get('WhatsApp Chat with Desk.txt')
    expect(joined(raw).toString()).toBe(text)
  })
})
