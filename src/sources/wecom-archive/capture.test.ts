import { hash } from 'node:crypto'
import { mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { text } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import type { Raw } from '../formats/raw-json.ts'
import type { CapturedGap, CapturedRecord } from '../source.ts'
import { customer, everyType, messageOf, partner, room } from './fixtures.ts'
import { wecomArchive } from './index.ts'

let folder = ''
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-wecom-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

interface Seen {
  readonly records: CapturedRecord[]
  readonly gaps: CapturedGap['gap'][]
}

async function capture(
  content: string | Uint8Array,
  fileName = 'messages.json',
  settings: unknown = {},
): Promise<Seen> {
  const path = join(folder, fileName)
  await writeFile(path, content)
  const seen: Seen = { records: [], gaps: [] }
  const input = { files: [path], settings: wecomArchive.settings.parse(settings), registeredUsers: [] }
  for await (const captured of wecomArchive.capture(input)) {
    if ('gap' in captured) seen.gaps.push(captured.gap)
    else seen.records.push(captured)
  }
  return seen
}

const words = (id: number | string, content = `第 ${id} 句`) =>
  messageOf('text', { msgid: String(id), text: { content } })
const idsOf = ({ records }: Seen) =>
  records.map(({ identity }) => (identity.type === 'vendor-id' ? identity.messageId : identity.type))
const bytesOf = ({ records }: Seen) => records.map(({ bytes }) => Buffer.from(bytes).toString())
const json = (raw: Raw) => JSON.stringify(raw)
const one = json(words(1))
const two = json(words(2))
const three = json(words(3))

describe('layouts', () => {
  test.each([
    ['a list', `[${one},${two},${three}]`],
    ['a list over many lines', JSON.stringify([words(1), words(2), words(3)], null, 2)],
    ['a list with a mark at the front and blanks', `\ufeff \r\n[ ${one} ,\n\n ${two}\n,${three} ] \n`],
    ['the answer of the API', `{"errcode":0,"errmsg":"ok","chatdata":[${one},${two},${three}]}`],
    ['an answer with more after its list', `{ "data" : [${one},${two},${three}] , "next":"x" , "code":0 }\n`],
    ['answers one after the other', `{"chatdata":[${one}]}\n{"chatdata":[${two},${three}]}`],
    ['lines', `${one}\n${two}\r\n\n${three}\n`],
    ['lines with a mark at the front', `\ufeff${one}\n${two}\n${three}`],
    ['objects over many lines', [1, 2, 3].map((id) => JSON.stringify(words(id), null, 1)).join('\n')],
  ])('%s', async (_name, content) => {
    const seen = await capture(content)
    expect(idsOf(seen)).toEqual(['1', '2', '3'])
    expect(seen.gaps).toEqual([])
    const file = Buffer.from(content)
    for (const { bytes, place } of seen.records) {
      expect(file.subarray(place.offset, place.offset + bytes.length).equals(bytes)).toBe(true)
      expect(bytes[0]).toBe(0x7b)
      expect(bytes.at(-1)).toBe(0x7d)
    }
  })

  test('a single object, on one line or on many', async () => {
    expect(bytesOf(await capture(one))).toEqual([one])
    const spread = JSON.stringify(words(1), null, 2)
    expect(bytesOf(await capture(`${spread}\n`))).toEqual([spread])
  })

  test('an empty list holds nothing, and that is no error', async () => {
    for (const content of ['[]', ' [ \n ] ', '{"errcode":0,"chatdata":[]}']) {
      expect(await capture(content)).toEqual({ records: [], gaps: [] })
    }
  })

  test('places are lines in files of lines, and counts in lists', async () => {
    const lines = await capture(`${one}\n\n${two}`, 'a.jsonl')
    expect(lines.records.map(({ place }) => place.line)).toEqual([1, 3])
    const list = await capture(`[${one},${two}]`)
    expect(list.records.map(({ place }) => place.index)).toEqual([1, 2])
  })

  test('braces, brackets, quotes and backslashes in words do not mislead', async () => {
    const odd = json(words(1, '}]{[ " \\" \\\\ {"msgid":"9"} 结束\\'))
    expect(bytesOf(await capture(`[${odd},${two}]`))).toEqual([odd, two])
  })
})

describe('files that are something else are refused whole', () => {
  test.each([
    ['empty', '', 'not-a-message-file', 'messages.json is empty. Nothing of it was captured.'],
    ['blank', ' \n ', 'not-a-message-file', 'messages.json is empty. Nothing of it was captured.'],
    [
      'words',
      'Dear all,\nhello',
      'not-a-message-file',
      'messages.json is not JSON. Nothing of it was captured.',
    ],
    [
      'other JSON',
      '{"name":"holdfast"}',
      'not-a-message-file',
      'messages.json is JSON, but not of session-archive messages. Nothing of it was captured.',
    ],
    [
      'encrypted',
      '{"chatdata":[{"seq":1,"msgid":"1","encrypt_chat_msg":"AA"}]}',
      'not-a-message-file',
      'messages.json holds messages that are still encrypted; give the decrypted ones. Nothing of it was captured.',
    ],
    [
      'UTF-16',
      Buffer.from('\ufeff[{}]', 'utf16le'),
      'unsupported-encoding',
      'messages.json is in UTF-16 or UTF-32; JSON of messages is read in UTF-8. Save it as UTF-8 and try again.',
    ],
  ])('%s', async (_name, content, code, message) => {
    await expect(capture(content)).rejects.toMatchObject({ name: 'AppError', code, message })
  })

  test('a file that is not there, and a folder', async () => {
    const settings = wecomArchive.settings.parse({})
    const read = async (path: string) => {
      for await (const _ of wecomArchive.capture({ files: [path], settings, registeredUsers: [] }));
    }
    await expect(read(join(folder, 'none.json'))).rejects.toMatchObject({ code: 'file-not-found' })
    await expect(read(folder)).rejects.toMatchObject({ code: 'not-a-message-file' })
  })
})

describe('damage is captured as bytes and the rest goes on', () => {
  const cut = two.slice(0, 60)

  test.each([
    ['a cut line', `${one}\n${cut}\n${three}`, cut],
    ['a cut line with the next message glued to it', `${one}\n${cut}${three}`, cut],
    ['a line of words', `${one}\nnot a message\n${three}`, 'not a message'],
    ['an element cut within a string', `[${one},\n${cut},\n${three}]`, cut],
    ['an element cut between strings', `[${one},${two.slice(0, -3)},${three}]`, two.slice(0, -3)],
    ['a stray word in a list', `[${one},oops,${three}]`, 'oops'],
    ['a broken value that closes', `[${one},{"msgid":2,"msgtype":},${three}]`, '{"msgid":2,"msgtype":}'],
  ])('%s', async (_name, content, damaged) => {
    const seen = await capture(content)
    expect(idsOf(seen)).toEqual(['1', 'bytes', '3'])
    expect(bytesOf(seen)[1]).toBe(damaged)
    expect(seen.gaps).toEqual([])
  })

  test('a first line cut right after a colon does not take the second with it', async () => {
    for (const name of ['a.json', 'a.jsonl', 'a.txt']) {
      expect(idsOf(await capture(`{"msgid":\n${two}\n${three}`, name))).toEqual(['bytes', '2', '3'])
    }
  })

  test('one brace too many closes an element early; both halves are kept and the rest goes on', async () => {
    const seen = await capture(`[${one},{"msgid":"2"}},"msgtype":"text"},${three}]`)
    expect(idsOf(seen).at(-1)).toBe('3')
    expect(bytesOf(seen).join('')).toContain('"msgtype":"text"')
  })

  test('a file cut within its list says so, whether or not within a message', async () => {
    const within = await capture(`[${one},${cut}`)
    expect(idsOf(within)).toEqual(['1', 'bytes'])
    const between = await capture(`[${one},`)
    expect(idsOf(between)).toEqual(['1'])
    for (const { gaps } of [within, between]) expect(gaps).toMatchObject([{ reason: 'file-cut-off' }])
  })

  test('bytes that are not UTF-8', async () => {
    const wrong = Buffer.from(`${one}\n{"msgid":"2","msgtype":"text","text":"?"}\n${three}`)
    wrong[wrong.indexOf('?')] = 0xff
    expect(idsOf(await capture(wrong))).toEqual(['1', 'bytes', '3'])
  })

  test('a raw line break inside a message does not tear it', async () => {
    const torn = two.replace('第 2 句', '第一行\n第二行\n\n第四行')
    const seen = await capture(`${one}\n${torn}\n${three}`, 'a.jsonl')
    expect(bytesOf(seen)).toEqual([one, torn, three])
    expect(seen.records.map(({ place }) => place.line)).toEqual([1, 2, 6])
  })

  test('whatever is broken in a list of messages, the untouched ones come through', async () => {
    const messages = Array.from({ length: 12 }, (_, index) => json(words(index, `"句" {${index}}\\`)))
    await fc.assert(
      fc.asyncProperty(fc.nat(9), fc.nat(), fc.boolean(), async (victim, at, lines) => {
        const whole = messages[victim]!
        const broken = messages.with(victim, whole.slice(0, 1 + (at % (whole.length - 1))))
        const seen = await capture(lines ? broken.join('\n') : `[${broken.join(',\n')}]`, 'x.json')
        const expected = broken.filter((_, index) => index !== victim)
        expect(bytesOf(seen)).toEqual(expect.arrayContaining(expected))
      }),
      { numRuns: 60 },
    )
  })
})

describe('whatever the bytes', () => {
  test('capture goes through in order, overlaps nothing and leaves out only blanks and punctuation', async () => {
    const piece = fc.oneof(
      fc.constantFrom(one, two, '{', '}', '[', ']', '"', ',', '\n', '\\', '{"data":[', '{"msgid":', 'null'),
      fc.string({ maxLength: 12 }),
    )
    await fc.assert(
      fc.asyncProperty(
        fc.array(piece, { maxLength: 14 }),
        fc.constantFrom('a.json', 'a.jsonl'),
        async (rest, name) => {
          const content = Buffer.from(`${one}${rest.join('')}`)
          const { records } = await capture(content, name)
          let end = 0
          for (const { bytes, place } of records) {
            expect(content.subarray(end, place.offset).toString()).toMatch(
              /^(?:[\s,[\]}]|"\w*"\s*:|null|\{\s*"data"\s*:)*$/,
            )
            expect(content.subarray(place.offset, place.offset + bytes.length).equals(bytes)).toBe(true)
            end = place.offset + bytes.length
          }
          expect(content.subarray(end).toString()).toMatch(/^(?:[\s,[\]}]|"\w*"\s*:|null|\{\s*"data"\s*:)*$/)
        },
      ),
      { numRuns: 100 },
    )
  })
})

describe('long files', () => {
  test('messages that cross the edges of the window come out whole', async () => {
    const messages = Array.from({ length: 3000 }, (_, index) => words(index, '长'.repeat((index * 37) % 400)))
    messages[1500] = words(1500, '巨'.repeat(500_000))
    for (const content of [JSON.stringify(messages), messages.map(json).join('\n')]) {
      expect(bytesOf(await capture(content))).toEqual(messages.map(json))
    }
  })
})

describe('identity, channel, custodian', () => {
  test('a message is itself again for each observer', async () => {
    const { records } = await capture(`[${one}]`, 'a.json', { custodian: '+86 139-0000-0000' })
    expect(records[0]).toMatchObject({
      custodian: '+8613900000000',
      identity: { type: 'vendor-id', messageId: '1', observer: '+8613900000000' },
    })
    const nobody = await capture(`[${one}]`)
    expect(nobody.records[0]?.identity).toMatchObject({ type: 'vendor-id', messageId: '1', observer: '' })
    expect(nobody.records[0]).not.toHaveProperty('custodian')
  })

  test('a message without an id is known by its bytes', async () => {
    const { msgid: _none, ...rest } = words(1)
    expect((await capture(`[${json(rest)}]`)).records[0]?.identity).toEqual({ type: 'bytes', custodian: '' })
  })

  test.each<[string, Raw]>([
    ['wecom', words(1)],
    ['wecom', { ...words(1), tolist: [partner] }],
    ['wechat', { ...words(1), tolist: ['lisi', customer] }],
    ['wechat', { ...words(1), from: customer }],
    ['wechat', { ...words('1_external'), tolist: [partner] }],
    ['wechat', messageOf('card', { card: { corpname: '微信联系人', userid: 'x' } })],
    ['wecom', messageOf('card', { card: { corpname: '测试公司', userid: 'x' } })],
  ])('channel %s', async (channel, raw) => {
    expect((await capture(`[${json(raw)}]`)).records[0]?.channel).toBe(channel)
  })

  test('a custodian that is no phone number is refused', () => {
    expect(wecomArchive.settings.safeParse({ custodian: 'Ada' }).success).toBe(false)
  })
})

describe('names', () => {
  async function namesFile(names: Record<string, string>): Promise<string> {
    await writeFile(join(folder, 'names.json'), JSON.stringify(names))
    return join(folder, 'names.json')
  }

  test('travel with the file', async () => {
    const chatNames = await namesFile({ [room]: '项目群', ZhangSan: '张三' })
    const { records } = await capture(`[${one},${two}]`, 'a.json', { chatNames })
    expect(records[0]?.context).toMatchObject({
      file: 'a.json',
      names: { [room]: '项目群', zhangsan: '张三' },
    })
    expect(records[1]?.context).toBe(records[0]?.context)
  })

  test('too many for one context: each record has those of its own conversation', async () => {
    const many = Object.fromEntries(
      Array.from({ length: 2000 }, (_, index) => [`person${index}`, `某人${index}`]),
    )
    const chatNames = await namesFile({ ...many, zhangsan: '张三' })
    const { records } = await capture(`[${one},${two}]`, 'a.json', { chatNames })
    expect(records[0]?.context.names).toEqual({ zhangsan: '张三' })
    expect(records[1]?.context).toBe(records[0]?.context)
  })

  test('a file of names that is none is refused', async () => {
    const chatNames = await namesFile({})
    await writeFile(chatNames, '{"a":1}')
    await expect(capture(`[${one}]`, 'a.json', { chatNames })).rejects.toMatchObject({ code: 'bad-settings' })
    await expect(capture(`[${one}]`, 'a.json', { chatNames: join(folder, 'no') })).rejects.toMatchObject({
      code: 'file-not-found',
    })
  })
})

describe('media', () => {
  const long = 'A/b+c='.repeat(60)
  const image = (sdkfileid: string, md5sum = '') =>
    json(messageOf('image', { msgid: '1', image: { sdkfileid, md5sum } }))

  test.each([
    ['by sdkfileid', 'plainid', 'plainid'],
    ['by sdkfileid with an extension', 'plainid', 'plainid.jpg'],
    ['by sdkfileid with another extension of the kind', 'plainid', 'plainid.png'],
    ['by sdkfileid with slashes replaced', 'a/b', 'a_b.jpg'],
    ['by the hash of an sdkfileid too long for a name', long, `${hash('sha256', long)}.jpg`],
    ['by MD5', 'plainid', '900150983cd24fb0d6963f7d28e17f72'],
    ['by MD5 in capitals with an extension', 'plainid', '900150983CD24FB0D6963F7D28E17F72.JPG'],
  ])('is found %s', async (_name, sdkfileid, fileName) => {
    const media = join(folder, 'media')
    await mkdir(media)
    await writeFile(join(media, fileName), 'abc')
    const { records, gaps } = await capture(
      `[${image(sdkfileid, '900150983cd24fb0d6963f7d28e17f72')}]`,
      'a.json',
      { media },
    )
    const [attachment] = records[0]!.attachments
    expect(attachment).toMatchObject({
      reference: sdkfileid,
      name: 'image-90015098.jpg',
      mediaType: 'image/jpeg',
      size: 3,
    })
    expect(await text(await attachment!.open())).toBe('abc')
    expect(gaps).toEqual([])
  })

  test('with another MD5 than said is captured all the same, and noted', async () => {
    await writeFile(join(folder, 'f1'), 'abc')
    const { records, gaps } = await capture(`[${image('f1', 'ff'.repeat(16))}]`, 'a.json', { media: folder })
    expect(records[0]?.attachments).toHaveLength(1)
    expect(gaps).toMatchObject([{ reason: 'media-hash-mismatch', place: { index: 1 } }])
  })

  test('that is not there is noted, with or without a folder', async () => {
    for (const settings of [{}, { media: folder }]) {
      const { records, gaps } = await capture(`[${image('f1')}]`, 'a.json', settings)
      expect(records[0]?.attachments).toEqual([])
      expect(gaps).toMatchObject([{ reason: 'media-not-found' }])
    }
  })

  test('never comes from outside the folder', async () => {
    const media = join(folder, 'media')
    await mkdir(media)
    await writeFile(join(folder, 'secret'), 'abc')
    for (const reference of ['../secret', '..', '.', '/etc/passwd', 'a\u0000b', '..\\secret']) {
      const { records } = await capture(`[${image(reference)}]`, 'a.json', { media })
      expect(records[0]?.attachments).toEqual([])
    }
  })

  test('inside forwarded and mixed messages is captured too', async () => {
    for (const name of ['file-nested', 'file-deep', 'file-mixed']) await writeFile(join(folder, name), 'abc')
    const { records } = await capture(JSON.stringify(everyType), 'a.json', { media: folder })
    const found = records.flatMap(({ attachments }) => attachments.map(({ reference }) => reference))
    expect(found).toEqual(['file-nested', 'file-deep', 'file-mixed'])
  })

  test('a media folder that is not there is refused', async () => {
    await expect(capture(`[${one}]`, 'a.json', { media: join(folder, 'no') })).rejects.toMatchObject({
      code: 'file-not-found',
    })
  })
})

test('the context says which file a record came from', async () => {
  const { records } = await capture(`[${one}]`, '聊天.json')
  const sha256 = hash('sha256', await readFile(join(folder, '聊天.json')))
  expect(records[0]?.context).toEqual({ file: '聊天.json', sha256, layout: 'values' })
})
