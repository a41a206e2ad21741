import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import { describe, expect, it } from 'vitest'
import { ZipFile } from 'yazl'
import { type Captured, captureFiles, withFolder } from './test-capture.ts'

const L = '\u200e'
const photo = '00000002-PHOTO-2024-03-13-09-01-00.jpg'
const chat = [
  '[13/03/2024, 09:00:00] Ada: hello',
  `${L}[13/03/2024, 09:01:00] Ben: ${L}<attached: ${photo}>`,
  `${L}[13/03/2024, 09:02:00] Ben: look ${L}<attached: 00000003-Übersicht 2024.pdf>`,
  `${L}[13/03/2024, 09:03:00] Ada: ${L}<attached: ${photo}>`,
  `${L}[13/03/2024, 09:04:00] Ada: ${L}<attached: 00000005-gone.mp4>`,
  '',
].join('\r\n')

type Files = readonly (readonly [string, string | Buffer])[]
const whole: Files = [
  ['_chat.txt', chat],
  [photo, 'the photo'],
  // Decomposed, as Apple's file system writes names.
  ['00000003-Übersicht 2024.pdf'.normalize('NFD'), 'the plan'],
  ['00000009-AUDIO-2024-03-13-09-09-00.opus', 'nobody names me'],
  ['__MACOSX/._chat.txt', 'x'],
]

async function zipped(files: Files): Promise<Buffer> {
  const zip = new ZipFile()
  for (const [name, content] of files) zip.addBuffer(Buffer.from(content), name)
  zip.end()
  return buffer(zip.outputStream)
}

function captureZip(
  bytes: Buffer,
  settings: Record<string, unknown> = {},
  name = 'WhatsApp Chat - Ben.zip',
): Promise<Captured> {
  return withFolder(async (folder) => {
    await writeFile(join(folder, name), bytes)
    return captureFiles([join(folder, name)], settings)
  })
}

/** Writes over every place of a text in the zip, for names no honest program would write. */
function patched(bytes: Buffer, from: string, to: string): Buffer {
  const copy = Buffer.from(bytes)
  for (let at = copy.indexOf(from); at >= 0; at = copy.indexOf(from, at + 1)) copy.write(to, at)
  return copy
}

describe('a zip with its media', () => {
  it('gives every message the files it names, also the same one twice', async () => {
    const { messages, gaps, records } = await captureZip(await zipped(whole))
    expect(messages.map(({ kind, text }) => [kind, text])).toEqual([
      ['text', 'hello'],
      ['image', ''],
      ['file', 'look'],
      ['image', ''],
      ['video', '00000005-gone.mp4'],
    ])
    expect(messages[1]!.attachments).toMatchObject([{ name: photo, mediaType: 'image/jpeg', bytes: 9 }])
    expect(messages[3]!.attachments).toEqual(messages[1]!.attachments)
    expect(messages[2]!.attachments).toMatchObject([{ mediaType: 'application/pdf', bytes: 8 }])
    expect(messages[4]!.missingAttachments).toEqual([{ name: '00000005-gone.mp4', reason: 'not-in-archive' }])
    expect(gaps.map(({ reason }) => reason)).toEqual(['attachment-missing', 'unreferenced-media'])
    expect(gaps[1]!.explanation).toMatch(/00000009-AUDIO-2024-03-13-09-09-00\.opus \(15 bytes\)/)
    expect(records[0]!.context).toMatchObject({ innerFile: '_chat.txt', chat: 'Ben', chatFrom: 'file-name' })
  })

  it('may lie in one sub-folder, and have an Android text of any language', async () => {
    const text =
      '13.03.24, 09:00 - Ada: hallo\n13.03.24, 09:01 - Ada: IMG-20240313-WA0001.jpg (Datei angehängt)\n'
    const files: Files = [
      ['export/WhatsApp-Chat mit Ben Broker.txt', text],
      ['export/IMG-20240313-WA0001.jpg', 'x'],
      ['export/notes.txt', 'x'],
    ]
    const { messages, records } = await captureZip(await zipped(files))
    expect(messages.map(({ attachments }) => attachments.length)).toEqual([0, 1])
    expect(records[0]!.context).toMatchObject({ chat: 'Ben Broker', chatFrom: 'inner-file-name' })
  })

  it('is found by its first line when its name says nothing', async () => {
    const files: Files = [
      ['readme.txt', 'not it'],
      ['Беседа.txt', '13.03.24, 09:00 - Ada: hallo\n'],
    ]
    expect((await captureZip(await zipped(files), {}, 'export.zip')).messages).toHaveLength(1)
  })

  it('captures an attachment when the journal asks for it, also after the text was read', async () => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, 'a.zip'), await zipped(whole))
      const { records } = await captureFiles([join(folder, 'a.zip')])
      expect(String(await buffer(await records[1]!.attachments[0]!.open()))).toBe('the photo')
    })
  })
})

describe('a bare text with a folder', () => {
  it('takes the files it names from there and leaves the rest', async () => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, '_chat.txt'), chat)
      await writeFile(join(folder, photo), 'the photo')
      await writeFile(join(folder, 'private.txt'), 'x')
      const beside = await captureFiles([join(folder, '_chat.txt')])
      expect(beside.messages.map(({ attachments }) => attachments.length)).toEqual([0, 1, 0, 1, 0])
      expect(beside.gaps.map(({ reason }) => reason)).toEqual(['attachment-missing', 'attachment-missing'])
      const given = await captureFiles([join(folder, '_chat.txt')], { media: folder })
      expect(given.gaps.at(-1)).toMatchObject({ reason: 'unreferenced-media' })
      await expect(
        captureFiles([join(folder, '_chat.txt')], { media: join(folder, 'none') }),
      ).rejects.toMatchObject({
        code: 'file-not-found',
      })
    })
  })
})

describe('a zip is refused, naming it, when', () => {
  const refusal = async (bytes: Buffer, settings = {}) =>
    captureZip(bytes, settings, 'given.zip').then(
      () => 'captured',
      (error) => {
        expect(error.message).toContain('given.zip')
        return error.code
      },
    )

  it('it is cut off anywhere', async () => {
    const bytes = await zipped(whole)
    for (const kept of [10, bytes.length >> 1, bytes.length - 1]) {
      expect(await refusal(bytes.subarray(0, kept))).toBe('zip-truncated')
    }
  })
  it('its text is damaged', async () => {
    const bytes = await zipped([['_chat.txt', chat]])
    bytes[60]! ^= 0xff
    expect(await refusal(bytes)).toBe('zip-truncated')
  })
  it.each([
    ['leads up', '../x.jpg'],
    ['is absolute', '/bad.jpg'],
    ['has backslashes', 'a\\b\\.jpg'],
  ])('a name %s', async (_, name) => {
    const bytes = patched(await zipped([...whole, ['harmless', 'x']]), 'harmless', name)
    expect(await refusal(bytes)).toBe('zip-unsafe')
  })
  it('two entries have one name', async () => {
    const bytes = patched(
      await zipped([...whole, ['double-1.jpg', 'x'], ['double-2.jpg', 'y']]),
      'double-2',
      'double-1',
    )
    expect(await refusal(bytes)).toBe('zip-unsafe')
  })
  it('an entry is encrypted', async () => {
    const bytes = await zipped([['_chat.txt', chat]])
    bytes[bytes.indexOf('PK\x01\x02', 0, 'latin1') + 8]! |= 1
    expect(await refusal(bytes)).toBe('zip-unsafe')
  })
  it('it has too many entries, too much content, or folders too deep', async () => {
    const bytes = await zipped(whole)
    expect(await refusal(bytes, { zip: { entriesMax: 3 } })).toBe('zip-too-large')
    expect(await refusal(bytes, { zip: { totalBytesMax: 100 } })).toBe('zip-too-large')
    const deep = await zipped([...whole, ['a/b/c/d/e/f/g/h/i.jpg', 'x']])
    expect(await refusal(deep)).toBe('zip-too-large')
  })
  it('an entry swells out of all proportion', async () => {
    expect(await refusal(await zipped([...whole, ['bomb.jpg', Buffer.alloc(12 * 1024 * 1024)]]))).toBe(
      'zip-too-large',
    )
  })
  it('the chat is only in a zip inside it', async () => {
    expect(await refusal(await zipped([['inner.zip', await zipped(whole)]]))).toBe('not-a-chat-export')
  })
  it('it is no zip at all', async () => {
    expect(await refusal(Buffer.from('eggs and milk'))).toBe('zip-truncated')
  })
})

const samples = process.env.HOLDFAST_SAMPLES
describe.skipIf(!samples)('sample exports (needs HOLDFAST_SAMPLES)', () => {
  const folder = join(samples ?? '', 'whatsapp/exports')
  const names =
    'ar-sa-ios de-de-android en-gb-ios en-us-android es-mx-android fr-fr-ios it-it-android ja-jp-ios ko-kr-ios nl-nl-android pt-br-android ru-ru-android tr-tr-android zh-tw-ios ambiguous-mdy-android'

  it.each(names.split(' '))('%s is read as expected', async (name) => {
    const expected = (await readFile(join(folder, `chatcarve/expected/${name}.jsonl`), 'utf8'))
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line))
    const file = join(folder, `chatcarve/${name}.txt`)
    const { records, messages } = await captureFiles([file])
    expect(Buffer.concat(records.map(({ bytes }) => bytes)).equals(await readFile(file))).toBe(true)
    expect(
      records.map(({ identity, place }, index) => {
        const message = messages[index]!
        return {
          line: place.line,
          timestamp: identity.type === 'content' ? identity.localTime : '',
          kind: expectedKind(message.kind, message.event),
        }
      }),
    ).toEqual(
      expected.map(({ line, timestamp, kind, system }) => ({
        line,
        timestamp,
        kind: system?.event?.startsWith('missed_') ? 'call' : kind,
      })),
    )
    expect(messages.map(({ kind, sender }) => (kind === 'call' ? null : (sender?.name ?? null)))).toEqual(
      expected.map(({ author }) => author),
    )
  })

  it('the zip has all its messages and files', async () => {
    const { messages, gaps } = await captureFiles([join(folder, 'pustur/whatsapp-chat-parser-example.zip')])
    expect(messages.filter(({ attachments }) => attachments.length === 1)).toHaveLength(4)
    expect(messages.filter(({ kind }) => kind === 'poll')).toHaveLength(1)
    expect(gaps).toEqual([])
  })
})

function expectedKind(kind: string, event: string): string {
  if (event === 'deleted') return 'deleted'
  return ['text', 'system', 'call'].includes(kind) ? kind : 'media'
}
