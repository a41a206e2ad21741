/** A parallel run beside another archive's export, in each of its forms. */
import { createWriteStream } from 'node:fs'
import { mkdir, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pipeline } from 'node:stream/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { ZipFile } from 'yazl'
import { decodeRecord } from '../../pipeline-sources.ts'
import { type CoverageWorld, openCoverageWorld } from '../coverage-world.fixture.ts'
import { statementKey, verifyStatement } from '../signed.ts'
import { compareArchive } from './compare-archive.ts'
import { matchMessages, type OwnMessage } from './match.ts'
import { comparedPeople, textFacts, textHashOf } from './other-message.ts'

let world: CoverageWorld
beforeAll(async () => {
  world = await openCoverageWorld()
  await world.capture('Shall we meet at nine?', 'Bring the papers', 'Bring the papers', 'only we have this')
  await world.firm.run('whatsapp')
})
afterAll(() => world?.close())

const compare = async (path: string, more = {}) =>
  compareArchive(world.firm.centre, await world.account(), {
    ...{ path, name: 'other', toleranceSeconds: 60 },
    decode: (source, record) => {
      const result = decodeRecord(source, record)
      return result.decoded ? result.message : null
    },
    ...more,
  })

const email = (minute: number, text: string, from = '"Carl" <carl@chat.example>') =>
  [
    ...[`From: ${from}`, 'To: 447700900001@chat.example', 'Subject: chat'],
    ...[
      `Date: Thu, 19 Mar 2026 09:0${minute}:05 +0000`,
      'Content-Type: text/plain; charset=utf-8',
      '',
      text,
      '',
    ],
  ].join('\r\n')

describe('a comparison', () => {
  it('with a CSV list says what both have and what each has missed, signed', async () => {
    const file = await world.firm.file(
      'other.csv',
      [
        'Message ID,Time,Participants,Text,Text SHA256',
        `a,2026-03-19T09:00:00Z,Carl;+44 7700 900001,,${textHashOf('Shall we  meet at nine?')}`,
        'b,2026-03-19T10:01:00+01:00,Carl,Bring the papers,',
        'c,2026-03-19T09:05:00Z,Carl,Nobody wrote this here,',
        'd,2026-03-19T09:00:30Z,Somebody else,Bring the papers,',
      ].join('\n'),
    )
    const { comparison, document } = await compare(file, {
      from: Date.parse('2026-03-19T00:00:00Z'),
      to: Date.parse('2026-03-19T23:59:59Z'),
    })
    expect(comparison.counts).toEqual({
      ...{ here: 4, there: 4, matched: 2, onlyHere: 2, onlyThere: 2 },
      ...{ undecodableHere: 0, unreadableThere: 0 },
    })
    expect(comparison.onlyThere.map(({ reference }) => reference)).toEqual(['d', 'c'])
    expect(comparison.onlyHere.map(({ at }) => at)).toEqual([
      '2026-03-19T09:02:00.000Z',
      '2026-03-19T09:03:00.000Z',
    ])
    const { publicKey } = await statementKey(world.firm.centre)
    expect(verifyStatement(document, publicKey)).toMatchObject({ counts: comparison.counts })
    expect(document).not.toMatch(/papers|Nobody wrote/)
    const forged = document.replace('"onlyThere":2', '"onlyThere":0')
    expect(() => verifyStatement(forged, publicKey)).toThrow(/changed/)
    expect(await world.rows(`select target from audit_event where operation = 'compare-archive'`)).toEqual([
      { target: 'Firm' },
    ])
  })

  it('with e-mails finds the message inside what the other archive wrote around it', async () => {
    const folder = join(world.firm.folder, 'emails')
    const files = {
      '1.eml': email(0, 'Carl wrote at 09:00:\r\nShall we meet\r\nat nine?\r\n-- archived by Other'),
      'deep/2.eml': email(1, 'Bring the papers'),
      '3.eml': email(5, 'Shall we meet at nine?'),
      'broken.eml': 'no e-mail at all',
      'notes.txt': 'not looked at',
    }
    for (const [name, text] of Object.entries(files)) {
      await mkdir(dirname(join(folder, name)), { recursive: true })
      await writeFile(join(folder, name), text)
    }
    const { comparison } = await compare(folder)
    expect(comparison).toMatchObject({
      counts: { there: 3, matched: 2, onlyThere: 1, unreadableThere: 1 },
      ...{ onlyThere: [{ reference: '3.eml' }], unreadableThere: ['broken.eml'] },
    })
    const zip = new ZipFile()
    for (const [name, text] of Object.entries(files)) zip.addBuffer(Buffer.from(text), name)
    zip.end()
    await pipeline(zip.outputStream, createWriteStream(`${folder}.zip`))
    const zipped = await compare(`${folder}.zip`)
    expect(zipped.comparison.counts).toEqual(comparison.counts)
  })

  it('refuses a list whose times have no zone, an export of nothing, and what is not there', async () => {
    const bad = await world.firm.file('bad.csv', 'time,text\n2026-03-19 09:00,hello\n')
    await expect(compare(bad)).rejects.toMatchObject({ code: 'bad-csv' })
    const empty = await world.firm.file('empty.csv', 'time,text\n')
    await expect(compare(empty)).rejects.toMatchObject({ code: 'bad-request' })
    await expect(compare('/nowhere/at/all.csv')).rejects.toMatchObject({ code: 'file-not-found' })
    const notZip = await world.firm.file('not.zip', 'PK no')
    await expect(compare(notZip)).rejects.toMatchObject({ code: 'zip-unsafe' })
  })
})

describe('matching', () => {
  const own = (at: number, text: string, more: Partial<OwnMessage> = {}): OwnMessage => ({
    ...{
      reference: `${at}`,
      at,
      latest: at,
      participants: comparedPeople(['+447700900001']),
      ...textFacts(text),
    },
    ...more,
  })
  const count = (ours: OwnMessage[], theirs: OwnMessage[], tolerance = 1_000) =>
    matchMessages(ours, theirs, tolerance).matched

  it('takes each message once, the nearest first', () => {
    const { onlyHere, onlyThere } = matchMessages([own(0, 'x'), own(900, 'x')], [own(800, 'x')], 1_000)
    expect([onlyHere.map(({ at }) => at), onlyThere]).toEqual([[0], []])
  })

  it.each([
    [
      'the same number written otherwise',
      own(0, 'x', { participants: comparedPeople(['0044 7700 900001']) }),
      1,
    ],
    ['another person', own(0, 'x', { participants: comparedPeople(['Eve']) }), 0],
    ['nobody told', own(0, 'x', { participants: new Set() }), 1],
    ['no text told, and the same person', own(0, '', { text: null, textHash: null }), 1],
    ['no text told, and nobody', own(0, '', { text: null, textHash: null, participants: new Set() }), 0],
    ['another width of letters and blanks', own(0, ' ｘ\n'), 1],
    ['a little too late', own(1_001, 'x'), 0],
  ])('with %s', (_what, other, matched) => {
    expect(count([own(0, 'x')], [other])).toBe(matched)
  })

  it('reads an ambiguous time both ways', () => {
    expect(count([own(0, 'x', { latest: 3_600_000 })], [own(3_600_000, 'x')])).toBe(1)
  })
})
