/** Bad input gets one clear sentence with a stable code, and changes nothing. */
import { buffer } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ZipFile } from 'yazl'
import { isAppError } from '../../src/domain/errors.ts'
import { type Firm, openFirm, withFirm } from './firm.ts'
import { captureWecom, groupText, threeMailboxes, threePeople } from './wecom.ts'

const custodian = '+447700900001'
const good = '13/03/2026, 09:00 - Ada Trader: hello\n'
const users = `name,mobile,email\nAda Trader,${custodian},ada@firm.example\n`
const mailboxes = 'address,name\nada@firm.example,Ada Trader\n'
let firm: Firm

async function zipped(files: Record<string, string | Buffer>): Promise<Buffer> {
  const zip = new ZipFile()
  for (const [name, content] of Object.entries(files)) zip.addBuffer(Buffer.from(content), name)
  zip.end()
  return buffer(zip.outputStream)
}

/** Writes over every place of a text in a zip, for names no honest program would write. */
function patched(bytes: Buffer, from: string, to: string): Buffer {
  for (let at = bytes.indexOf(from); at >= 0; at = bytes.indexOf(from, at + 1)) bytes.write(to, at)
  return bytes
}

/** The code and sentence of a refusal; what it left behind must be nothing. */
async function refusal(work: () => Promise<unknown>): Promise<{ code: string; message: string }> {
  const before = await firm.counts()
  const error = await work().then(
    () => new Error('it was not refused'),
    (cause: unknown) => cause,
  )
  if (!isAppError(error)) throw error
  expect(await firm.counts()).toEqual(before)
  expect(error.message).toMatch(/^\S.*\.$/s)
  return { code: error.code, message: error.message }
}

const twoNames = { '_chat.txt': good, 'double-1.jpg': 'x', 'double-2.jpg': 'y' }
const harmless = { '_chat.txt': good, harmless: 'x' }

const badExports: readonly [string, string, () => Promise<string | Buffer>, Record<string, unknown>?][] = [
  ['a shopping list', 'not-a-chat-export', async () => 'eggs\nmilk\n'],
  ['an empty file', 'not-a-chat-export', async () => ''],
  ['a picture', 'not-a-chat-export', async () => Buffer.from('\x89PNG\r\n\x1a\nabc', 'latin1')],
  ['a truncated zip', 'zip-truncated', async () => (await zipped(twoNames)).subarray(0, 150)],
  ['a zip with a .. name', 'zip-unsafe', async () => patched(await zipped(harmless), 'harmless', '../x.jpg')],
  [
    'a zip with an absolute name',
    'zip-unsafe',
    async () => patched(await zipped(harmless), 'harmless', '/bad.jpg'),
  ],
  [
    'a zip with backslashes',
    'zip-unsafe',
    async () => patched(await zipped(harmless), 'harmless', 'a\\b\\.jpg'),
  ],
  [
    'a zip with one name twice',
    'zip-unsafe',
    async () => patched(await zipped(twoNames), 'double-2', 'double-1'),
  ],
  ['a zip of too many entries', 'zip-too-large', () => zipped(twoNames), { zip: { entriesMax: 2 } }],
  ['a zip of too much content', 'zip-too-large', () => zipped(twoNames), { zip: { totalBytesMax: 9 } }],
  ['a zip that nests too deep', 'zip-too-large', () => zipped({ ...twoNames, 'a/b/c/d/e/f/g/h/i.jpg': 'x' })],
  ['a zip bomb', 'zip-too-large', () => zipped({ ...twoNames, 'bomb.jpg': Buffer.alloc(12 * 1024 * 1024) })],
  ['an ambiguous date order', 'ambiguous-date-order', async () => '05/06/24, 09:00 - Ada: a\n'],
]

const badMessageFiles: readonly [string, string, string][] = [
  ['a letter', 'not-a-message-file', 'Dear all,\n'],
  ['nothing', 'not-a-message-file', ''],
  ['other JSON', 'not-a-message-file', '{"name":"holdfast"}\n'],
  ['messages still encrypted', 'not-a-message-file', '{"chatdata":[{"seq":1,"encrypt_chat_msg":"x"}]}'],
  ['UTF-16', 'unsupported-encoding', '{\0"\0m\0'],
]

beforeAll(async () => {
  firm = await openFirm()
  await firm.addUsers(users)
  await firm.addMailboxes(mailboxes)
  await firm.connect('whatsapp')
  await firm.capture('whatsapp-export', [await firm.file('first.txt', good)], { custodian })
  await firm.run('whatsapp')
})
afterAll(() => firm.close())

describe('a capture of WhatsApp exports is refused for', () => {
  it.each(badExports)('%s', async (name, code, content, settings = {}) => {
    const file = `${name.replaceAll(/\W+/g, '-')}.${code.startsWith('zip') ? 'zip' : 'txt'}`
    const files = [
      await firm.file('good.txt', good.replace('hello', name)),
      await firm.file(file, await content()),
    ]
    const found = await refusal(() => firm.capture('whatsapp-export', files, { custodian, ...settings }))
    expect(found.code).toBe(code)
    expect(found.message).toContain(file)
  })

  it.each([
    ['a file that is not there', {}, 'file-not-found'],
    ['a custodian that is no number', { custodian: 'Ada' }, 'bad-settings'],
    ['a zone that is none', { timezone: 'Europe/Londn' }, 'bad-settings'],
  ])('%s', async (_, settings, code) => {
    const found = await refusal(() => firm.capture('whatsapp-export', ['/nowhere/chat.txt'], settings))
    expect(found.code).toBe(code)
  })
})

describe('a capture of session-archive files is refused for', () => {
  it.each(badMessageFiles)('%s', async (name, code, content) => {
    const file = `${name.replaceAll(' ', '-')}.json`
    const path = await firm.file(file, content)
    const found = await refusal(() => firm.capture('wecom-archive', [path]))
    expect(found.code).toBe(code)
    expect(found.message).toContain(file)
  })
})

describe('a CSV is refused whole, naming its rows, for', () => {
  const header = 'External User ID,Microsoft 365 User Mailbox'
  const ada = 'ada@firm.example'

  it.each([
    ['a number twice', `${header}\n+447700900001,${ada}\n44 7700 900001,${ada}\n`, 'row 3'],
    ['a bad address', `${header}\n+447700900001,ada at firm\n`, 'row 2'],
    ['an unknown mailbox', `${header}\n+447700900001,${ada}\n+447700900002,bo@firm.example\n`, 'row 3'],
    ['a number that is none', `${header}\n+447700900001,${ada}\n4.477E+11,${ada}\n`, 'row 3'],
    [
      'days that overlap',
      `${header},Valid From,Valid To\n+447700900001,${ada},,2026-03-01\n+447700900001,${ada},2026-03-01,\n`,
      'row 3',
    ],
    ['a wrong header', `Number;Mailbox address\n+447700900001;${ada}\n`, 'External User ID'],
  ])('%s in a mapping', async (_, csv, named) => {
    const found = await refusal(() => firm.replaceMapping('whatsapp', csv))
    expect(found.code).toBe('bad-mapping')
    expect(found.message).toContain(named)
    expect(found.message).not.toMatch(/7700/)
  })

  it('a user without a number, or a mailbox without a name', async () => {
    const badUser = await refusal(async () => firm.addUsers(`${users}Bo,,bo@firm.example\n`))
    expect(badUser).toMatchObject({ code: 'bad-csv', message: expect.stringContaining('row 3') })
    const badMailbox = await refusal(async () => firm.addMailboxes(`${mailboxes}bo@firm.example,\n`))
    expect(badMailbox).toMatchObject({ code: 'bad-csv', message: expect.stringContaining('row 3') })
  })
})

describe('what other programs made of an export is read', () => {
  it.each([
    ['UTF-16', Buffer.from('\ufeff13/03/2026, 10:00 - Ada Trader: 你好 sixteen\n', 'utf16le'), 'sixteen'],
    [
      'GB18030',
      Buffer.concat([
        Buffer.from('13/03/2026, 10:01 - Ada Trader: '),
        Buffer.from([0xc4, 0xe3, 0xba, 0xc3]),
        Buffer.from(' eighteen\n'),
      ]),
      'eighteen',
    ],
  ])('%s', async (encoding, content, word) => {
    const file = await firm.file(`WhatsApp Chat with ${encoding}.txt`, content)
    expect(await firm.capture('whatsapp-export', [file], { custodian })).toMatchObject({ captured: 1 })
    await firm.run('whatsapp')
    expect(await firm.search(`你好 ${word}`)).toHaveLength(1)
  })
})

describe('a line that cannot be read', () => {
  it('is captured and excepted, and the rest goes on', async () => {
    await withFirm(async (firm) => {
      await firm.addUsers(threePeople)
      await firm.addMailboxes(threeMailboxes)
      await firm.connect('wechat')
      const [first, last] = [groupText('第一条'), groupText('最后一条')].map((message) =>
        JSON.stringify(message),
      )
      const file = await firm.file(
        'day.jsonl',
        `${first}\n{"msgid":"1","msgtype":"te\n${last}\n${last!.slice(0, 40)}`,
      )
      for (const captured of [4, 0]) {
        const counts = await firm.capture('wecom-archive', [file])
        expect(counts).toMatchObject({ captured, duplicates: 4 - captured })
        const report = await firm.run('wechat')
        expect(report).toMatchObject({ imported: captured === 4 ? 2 : 0 })
      }
      expect(await firm.exceptions('wechat')).toMatchObject([
        { reason: 'undecodable' },
        { reason: 'undecodable' },
      ])
      expect(await firm.reprocess('wechat')).toMatchObject({ imported: 0 })
      expect(await firm.exceptions('wechat')).toHaveLength(2)
      expect(await firm.search('最后一条')).toHaveLength(3)
    })
  })

  it('does not stop what comes later', async () => {
    await withFirm(async (firm) => {
      await firm.addUsers(threePeople)
      await firm.addMailboxes(threeMailboxes)
      await firm.connect('wechat')
      await firm.capture('wecom-archive', [
        await firm.file('cut.json', `[${JSON.stringify(groupText('一'))},{"ms`),
      ])
      firm.setClock('2026-03-19T00:00:00Z')
      await captureWecom(firm, [groupText('clock moved back')])
      await firm.run('wechat')
      expect(await firm.search('"moved back"')).toHaveLength(3)
      expect(await firm.search('一')).toHaveLength(3)
    })
  })
})
