import { hash } from 'node:crypto'
import { mkdir, symlink, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { deflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { captureFile } from './files/capture-file.ts'
import { noListing } from './files/listing.ts'
import { zipLimits } from './files/zip.ts'
import { eml, mbox, samples } from './fixtures.ts'
import { emailDropFileSettings } from './settings.ts'
import { captureBytes, captureFiles, messagesOf, withFolder, writeZip } from './test-capture.ts'

const numbered = (index: number) =>
  eml({ fields: { 'Message-ID': `<n${index}@vendor.example>` }, body: `Number ${index}` })
const sha = (bytes: Uint8Array) => hash('sha256', bytes)
const reasons = (gaps: readonly { reason: string }[]) => gaps.map(({ reason }) => reason)

describe('an e-mail', () => {
  test('is the same one however it came, and another one when it says something else', async () => {
    const plain = eml()
    const relayed = Buffer.concat([
      Buffer.from(
        'Return-Path: <a@vendor.example>\r\nReceived: from x by y; Mon, 2 Mar 2026 02:20:00 +0000\r\n',
      ),
      plain,
    ])
    const withLineFeeds = Buffer.from(plain.toString().replaceAll('\r\n', '\n'))
    const edited = eml({ body: 'Hello, all' })
    const { records } = await captureBytes({
      'a.eml': plain,
      'b.eml': relayed,
      'c.eml': withLineFeeds,
      'd.eml': edited,
      'e.mbox': mbox([plain]),
    })
    const identities = records.map(({ identity }) => JSON.stringify(identity))
    expect(new Set([identities[0], identities[1], identities[2], identities[4]]).size).toBe(1)
    expect(identities[3]).not.toBe(identities[0])
    expect(records[1]!.bytes).toEqual(relayed)
  })

  test('without a Message-ID is known by its bytes', async () => {
    const { records } = await captureBytes({ 'a.eml': eml({ fields: { 'Message-ID': '' } }) })
    expect(records[0]!.identity).toEqual({ type: 'bytes', custodian: '' })
  })

  test('that is too large, empty or none is a gap; a damaged .eml is a record that says so', async () => {
    const settings = { emailMegabytesMax: 1 }
    const captured = await captureBytes(
      {
        'big.eml': eml({ body: 'x'.repeat(1024 * 1024) }),
        'empty.eml': '',
        'photo.jpg': Buffer.from('ffd8ff00', 'hex'),
        'notes.txt': 'nothing of a mail',
        'broken.eml': 'nothing of a mail',
      },
      settings,
    )
    expect(reasons(captured.gaps).sort()).toEqual([
      'email-too-large',
      'file-empty',
      'not-an-email',
      'not-an-email',
    ])
    expect(captured.results).toMatchObject([
      { decoded: false, explanation: expect.stringMatching(/none of the header fields/) },
    ])
  })

  test('that is named by itself and is none is refused in words', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'notes.txt')
      await writeFile(path, 'nothing of a mail')
      await expect(captureFiles([path])).rejects.toMatchObject({ code: 'not-a-message-file' })
      await expect(captureFiles([join(folder, 'none.eml')])).rejects.toMatchObject({ code: 'file-not-found' })
    })
  })
})

describe('a manifest', () => {
  const files = { 'a.eml': numbered(1), 'b.eml': numbered(2) }
  const forms: Readonly<Record<string, (rows: readonly (readonly [string, string])[]) => string>> = {
    'manifest.csv': (rows) =>
      `File Name;SHA-256;Participants\r\n${rows.map(([name, digest]) => `"${name}";${digest.toUpperCase()};carol@firm.example`).join('\r\n')}`,
    'manifest.json': (rows) =>
      JSON.stringify({
        files: rows.map(([name, digest]) => ({ path: `.\\${name}`, sha256: `sha256:${digest}` })),
      }),
    'day.mf': (rows) =>
      `Count: ${rows.length}\n${rows.map(([name, digest]) => `${name} ${digest}`).join('\n')}\n`,
  }
  const rows = [
    ['a.eml', sha(files['a.eml'])],
    ['b.eml', sha(numbered(3))],
    ['lost.eml', sha(numbered(4))],
  ] as const

  test.each(Object.keys(forms))(
    'as %s: what is missing or altered is told, and captured as it is',
    async (name) => {
      const captured = await captureBytes({ ...files, 'c.eml': numbered(5), [name]: forms[name]!(rows) })
      expect(reasons(captured.gaps).sort()).toEqual(['manifest-hash-mismatch', 'manifest-missing-file'])
      expect(captured.gaps.find(({ reason }) => reason === 'manifest-missing-file')?.explanation).toContain(
        'lost.eml',
      )
      expect(captured.records.map(({ context }) => (context.manifest as { sha256?: string }).sha256)).toEqual(
        ['matches', 'differs', undefined],
      )
      expect(captured.records[2]!.context.manifest).toEqual({ listed: false })
      expect(messagesOf(captured)[1]!.notes).toEqual([
        'The SHA-256 of the file is not the one that its manifest gives.',
      ])
    },
  )

  test('adds the participants and the time that only it knows', async () => {
    const content = eml({ fields: { Date: '' } })
    const captured = await captureBytes({
      'a.eml': content,
      'manifest.json': JSON.stringify([
        { file: 'a.eml', participants: ['carol@firm.example'], sentAt: '2026-03-02T10:00:00+01:00' },
      ]),
    })
    const message = messagesOf(captured)[0]!
    expect(message.recipients.at(-1)?.identity.value).toBe('carol@firm.example')
    expect(message.sentAt.utc).toBe(Date.UTC(2026, 2, 2, 9))
  })

  test('names a missing file by its Message-ID, so that the e-mail closes the gap however it comes', async () => {
    const { gaps } = await captureBytes({
      'manifest.csv': 'file,message id\nlost.eml,<n9@vendor.example>\n',
      'a.eml': numbered(1),
    })
    expect(gaps).toMatchObject([{ reason: 'manifest-missing-file', messageId: 'n9@vendor.example' }])
  })

  test('that cannot be read is a gap', async () => {
    const { gaps, records } = await captureBytes({ 'manifest.json': '{"files": 3}', 'a.eml': numbered(1) })
    expect(reasons(gaps)).toEqual(['manifest-unreadable'])
    expect(records).toHaveLength(1)
  })

  test('beside a zip speaks of the zip, and one beside a file of that file', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'one.eml')
      await writeFile(path, numbered(1))
      await writeFile(`${path}.manifest.csv`, `file,sha256\none.eml,${sha(numbered(2))}\n`)
      const { gaps, records } = await captureFiles([path])
      expect(reasons(gaps)).toEqual(['manifest-hash-mismatch'])
      expect(records).toHaveLength(1)
    })
  })
})

describe('a zip', () => {
  const inZip = async (entries: Record<string, Uint8Array | string>) =>
    withFolder(async (folder) => {
      await writeZip(join(folder, 'day.zip'), entries)
      return captureFiles([join(folder, 'day.zip')])
    })

  test('as TeleMessage sends it is checked against its count, its names, and for empty files', async () => {
    const captured = await inZip({
      '1.eml': numbered(1),
      '2.eml': '',
      'extra.eml': numbered(3),
      'day.mf': 'Count:3\n1.eml\n2.eml\n3.eml\n',
    })
    expect(reasons(captured.gaps).sort()).toEqual(['file-empty', 'manifest-missing-file'])
    expect(captured.records).toHaveLength(2)
    const short = await inZip({ '1.eml': numbered(1), 'day.mf': 'Count: 2\n1.eml\n' })
    expect(reasons(short.gaps)).toEqual(['manifest-count-mismatch'])
  })

  test('keeps its e-mails byte for byte, and what else is in it is told', async () => {
    const captured = await inZip({
      'a/1.eml': numbered(1),
      'logo.png': Buffer.from([137, 80, 0]),
      'in.zip': 'PK\u0003\u0004',
    })
    expect(captured.records[0]!.bytes).toEqual(numbered(1))
    expect(captured.records[0]!.context).toMatchObject({
      file: 'day.zip',
      entry: 'a/1.eml',
      sha256: sha(numbered(1)),
    })
    expect(reasons(captured.gaps)).toEqual(['not-an-email', 'not-an-email'])
  })

  const bomb = (name: string, content: Buffer, claimed = content.length) => rawZip(name, content, claimed)
  test.each([
    ['that leads out of its folder', bomb('../../x.eml', numbered(1)), 'zip-unsafe'],
    ['that is a bomb', bomb('a.eml', Buffer.alloc(64 * 1024 * 1024)), 'zip-too-large'],
    ['that holds more than it says', bomb('a.eml', Buffer.alloc(1024 * 1024), 10), 'zip-too-large'],
    ['that is cut off', bomb('a.eml', numbered(1)).subarray(0, 60), 'zip-truncated'],
  ])('%s is refused by itself, and is a gap among others', async (_, bytes, code) => {
    await withFolder(async (folder) => {
      await writeFile(join(folder, 'bad.zip'), bytes)
      await writeFile(join(folder, 'good.eml'), numbered(1))
      await expect(captureFiles([join(folder, 'bad.zip')])).rejects.toMatchObject({ code })
      const { gaps, records } = await captureFiles([folder])
      expect(reasons(gaps)).toEqual(['file-refused'])
      expect(records).toHaveLength(1)
    })
  })

  test('of too many entries, too many bytes or too many folders is refused', async () => {
    await withFolder(async (folder) => {
      const path = join(folder, 'many.zip')
      await writeZip(path, { 'a/b/1.eml': numbered(1), '2.eml': numbered(2) })
      const settings = emailDropFileSettings.parse({})
      for (const limits of [{ entriesMax: 1 }, { totalBytesMax: 100 }, { depthMax: 2 }]) {
        const drop = { settings, registeredUsers: [], listing: noListing, zip: { ...zipLimits, ...limits } }
        const found = Array.fromAsync(captureFile(drop, { name: 'many.zip', path }))
        await expect(found).rejects.toMatchObject({ code: 'zip-too-large' })
      }
    })
  })
})

describe('an mbox', () => {
  test('gives its e-mails without the quoting, and keeps the quoted bytes', async () => {
    const body = 'From here to there\n>From of old\n\nFrom nobody, a sentence'
    const box = mbox([numbered(1), eml({ body }), ...samples])
    const captured = await captureBytes({ 'all.mbox': box })
    expect(captured.records).toHaveLength(samples.length + 2)
    expect(captured.results[1]).toMatchObject({ decoded: true, message: { text: body } })
    for (const { bytes, place } of captured.records)
      expect(box.subarray(place.offset, place.offset + bytes.byteLength).equals(bytes)).toBe(true)
    expect(new Set(captured.records.map(({ context }) => context)).size).toBe(1)
  })

  test('of lines without end, or with an e-mail that is too large, is read in flat memory', async () => {
    const box = mbox([
      eml({ body: 'x'.repeat(3 * 1024 * 1024) }),
      eml({ body: `${'y'.repeat(70)}\n`.repeat(20_000) }),
      numbered(1),
    ])
    const captured = await captureBytes({ 'all.mbox': box }, { emailMegabytesMax: 1 })
    expect(reasons(captured.gaps)).toEqual(['email-too-large', 'email-too-large'])
    expect(messagesOf(captured).map(({ text }) => text)).toEqual(['Number 1'])
  })
})

describe('a folder', () => {
  test('is read with the folders in it, in the same order; links are not followed, and told', async () => {
    await withFolder(async (folder) => {
      await mkdir(join(folder, 'drop/sub'), { recursive: true })
      await writeFile(join(folder, 'outside.eml'), numbered(9))
      await symlink(join(folder, 'outside.eml'), join(folder, 'drop/link.eml'))
      for (const name of ['b.eml', 'a.eml', 'sub/c.eml', 'half.eml.part', '.hidden'])
        await writeFile(join(folder, 'drop', name), numbered(1))
      await writeFile(join(folder, 'drop/sub/manifest.json'), '[{"file":"c.eml"},{"file":"d.eml"}]')
      const captured = await captureFiles([join(folder, 'drop')])
      expect(captured.records.map(({ context }) => context.file)).toEqual(['a.eml', 'b.eml', 'sub/c.eml'])
      expect(reasons(captured.gaps)).toEqual(['file-refused', 'manifest-missing-file'])
      expect(captured.gaps[1]!.explanation).toContain('sub/d.eml')
    })
  })
})

/** A zip of one entry with whatever name and size it claims. */
function rawZip(name: string, content: Buffer, claimedBytes: number): Buffer {
  const packed = deflateRawSync(content)
  const path = Buffer.from(name)
  const facts = Buffer.alloc(26)
  facts.writeUInt16LE(20, 0)
  facts.writeUInt16LE(8, 4)
  facts.writeUInt32LE(packed.length, 14)
  facts.writeUInt32LE(claimedBytes, 18)
  facts.writeUInt16LE(path.length, 22)
  const local = Buffer.concat([Buffer.from('PK\u0003\u0004'), facts, path, packed])
  const central = Buffer.concat([
    Buffer.from('PK\u0001\u0002'),
    Buffer.from([20, 3]),
    facts,
    Buffer.alloc(14),
    path,
  ])
  const end = Buffer.alloc(18)
  end.writeUInt16LE(1, 4)
  end.writeUInt16LE(1, 6)
  end.writeUInt32LE(central.length, 8)
  end.writeUInt32LE(local.length, 12)
  return Buffer.concat([local, central, Buffer.from('PK\u0005\u0006'), end])
}
