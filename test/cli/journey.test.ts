import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPlatform } from '../../src/app.ts'
import { loadConfig } from '../../src/platform/config.ts'
import { createHoldfast, type Server } from './holdfast.ts'
import {
  groupOfAda,
  groupOfBen,
  mailboxesCsv,
  mappingCsv,
  strangerMobile,
  usersCsv,
  wecomDay,
} from './scene.ts'

interface Report {
  readonly run: string
  readonly transferred: number
  readonly imported: number
  readonly duplicates: number
  readonly exceptions: { readonly total: number; readonly byReason: Record<string, number> }
  readonly items: number
  readonly mailboxes: Record<string, number>
}

interface AuditEvent {
  readonly actor: string
  readonly operation: string
  readonly outcome: string
  readonly details: Record<string, unknown>
}

interface Found {
  readonly id: string
  readonly mailbox: string
  readonly folder: string
  readonly subject: string
}

const holdfast = createHoldfast()
let server: Server

beforeAll(async () => {
  server = await holdfast.start('start', '--port', '0')
  holdfast.write('users.csv', usersCsv)
  holdfast.write('mailboxes.csv', mailboxesCsv)
  holdfast.write('mapping.csv', mappingCsv)
})
afterAll(() => holdfast.remove())

/** As they lie in the database; the command to read them comes with the audit's own feature. */
async function auditEvents(): Promise<AuditEvent[]> {
  const config = { ...loadConfig({}), dataFolder: holdfast.data, logLevel: 'warn' } as const
  const platform = await openPlatform(config)
  try {
    const { rows } = await platform.database.pool.query('select * from audit_event order by id')
    return rows
  } finally {
    await platform.close()
  }
}

/** In order: each test goes on where the one before ended, as a person would. */
describe('the journey by command line', () => {
  test('an account is made with its key, its users and the mailboxes are imported', async () => {
    const account = await holdfast.json<Record<string, string>>('site', 'account', 'create', 'firm')
    expect(Object.keys(account)).toEqual(['account', 'username', 'password'])
    holdfast.write('password', `${account.password}\n`)
    expect(await holdfast.json('site', 'user', 'import', 'users.csv', '--account', 'firm')).toMatchObject({
      added: 3,
    })
    expect(await holdfast.json('mailbox', 'import', 'mailboxes.csv')).toMatchObject({ added: 5 })
    expect(await holdfast.lines('mailbox', 'list')).toHaveLength(5)
    expect(await holdfast.lines('site', 'account', 'list')).toMatchObject([{ account: 'firm' }])
  })

  test('files are captured once, however often they are given', async () => {
    holdfast.write('WhatsApp Chat with Deal room.txt', groupOfAda)
    const given = ['WhatsApp Chat with Deal room.txt', '--account', 'firm', '--timezone', 'Europe/London']
    const capture = () =>
      holdfast.json('site', 'capture', 'whatsapp-export', ...given, '--custodian', '+44 7700 900111')
    expect(await capture()).toEqual({ captured: 8, duplicates: 0, attachments: 0, gaps: 0 })
    expect(await capture()).toEqual({ captured: 0, duplicates: 8, attachments: 0, gaps: 0 })
    holdfast.write('wecom.jsonl', wecomDay)
    const wecom = await holdfast.json('site', 'capture', 'wecom-archive', 'wecom.jsonl', '--account', 'firm')
    expect(wecom).toMatchObject({ captured: 4, duplicates: 0 })
    const journal = await holdfast.json('site', 'journal', '--account', 'firm')
    expect(journal).toMatchObject({ records: 12, lastSequence: 12 })
  })

  test('connectors are created only with terms accepted and a password the site knows', async () => {
    const create = (type: string, ...more: string[]) => [
      ...['connector', 'create', type, '--name', type, '--username', 'firm'],
      ...['--site', server.announced.site, ...more],
    ]
    const refused = await holdfast.refusal(...create('whatsapp', '--password-file', 'password'))
    expect(refused.code).toBe('terms-not-accepted')
    holdfast.write('wrong', 'not the password\n')
    const wrong = create('whatsapp', '--password-file', 'wrong', '--accept-terms')
    expect((await holdfast.refusal(...wrong)).code).toBe('sign-in-refused')
    const right = ['--password-file', 'password', '--mapping', 'mapping.csv', '--accept-terms']
    const made = await holdfast.json(...create('whatsapp', ...right))
    expect(made).toMatchObject({ name: 'whatsapp', terms: { acceptedBy: 'local-operator' } })
    await holdfast.json(...create('wechat', ...right))
    expect(await holdfast.lines('connector', 'list')).toHaveLength(2)
  })

  test('a run ends with its report, and a second one adds nothing', async () => {
    const report = await holdfast.json<Report>('connector', 'run', 'whatsapp')
    expect(report).toMatchObject({
      ...{ connector: 'whatsapp', transferred: 8, imported: 8, duplicates: 0 },
      exceptions: { total: 0, byReason: {} },
      mailboxes: { 'ada@firm.example': 8, 'former@firm.example': 1, 'next@firm.example': 1 },
      ...{ items: 10, attachments: 0 },
    })
    for (const name of ['run', 'window', 'bytes', 'seconds']) expect(report).toHaveProperty(name)
    const again = await holdfast.json<Report>('connector', 'run', 'whatsapp')
    expect(again).toMatchObject({ transferred: 0, imported: 0, items: 0 })
    expect(await holdfast.json('connector', 'report', 'whatsapp', '--run', report.run)).toMatchObject({
      imported: 8,
    })
    expect(await holdfast.json('connector', 'status', 'whatsapp')).toMatchObject({
      lastRun: { run: again.run, state: 'succeeded' },
    })
  })

  test('a number goes to whoever held it when the message was sent', async () => {
    const before = await holdfast.lines<Found>('search', '"read it tonight"')
    expect(before.map(({ mailbox }) => mailbox).sort()).toEqual(['ada@firm.example', 'former@firm.example'])
    const after = await holdfast.lines<Found>('search', '"took over this number"')
    expect(after.map(({ mailbox }) => mailbox).sort()).toEqual(['ada@firm.example', 'next@firm.example'])
  })

  test('a WeCom message of three employees is one message in three mailboxes, seen three times', async () => {
    const report = await holdfast.json<Report>('connector', 'run', 'wechat')
    expect(report).toMatchObject({ transferred: 4, imported: 2, items: 4 })
    expect(report.exceptions).toEqual({
      total: 2,
      byReason: { 'participant-unmapped': 1, undecodable: 1 },
    })
    const found = await holdfast.lines<Found>('search', '发票')
    expect(found.map(({ mailbox }) => mailbox)).toEqual([
      ...['ada@firm.example', 'ben@firm.example', 'zhang@firm.example'],
    ])
    const messages = new Set(found.map(({ id }) => id.split('-')[0]))
    expect(messages.size).toBe(1)
    const item = await holdfast.json<{ observations: { custodian: string }[] }>('item', 'show', found[0]!.id)
    expect(item.observations.map(({ custodian }) => custodian).sort()).toEqual([
      ...['+447700900111', '+447700900112', '+8613900000001'],
    ])
  })

  test('what nobody maps to waits, and comes after the mapping is corrected and it is reprocessed', async () => {
    holdfast.write(
      'WhatsApp Chat with Stranger.txt',
      `17/03/2026, 11:00 - ${strangerMobile}: Are you there?\n`,
    )
    await holdfast.json(
      ...['site', 'capture', 'whatsapp-export', 'WhatsApp Chat with Stranger.txt', '--account', 'firm'],
      ...['--timezone', 'Europe/London'],
    )
    expect(await holdfast.json('connector', 'run', 'whatsapp')).toMatchObject({
      exceptions: { total: 1, byReason: { 'participant-unmapped': 1 } },
    })
    const [waiting] = await holdfast.lines<Record<string, string>>('connector', 'exceptions', 'whatsapp')
    expect(waiting).toMatchObject({ reason: 'participant-unmapped' })
    expect(waiting!.explanation).toContain('no match because')
    holdfast.write('corrected.csv', `${mappingCsv}\n${strangerMobile},ben@firm.example,,\n`)
    await holdfast.json('connector', 'mapping', 'whatsapp', '--file', 'corrected.csv')
    const reprocess = () => holdfast.json<Report>('connector', 'exceptions', 'whatsapp', '--reprocess')
    expect(await reprocess()).toMatchObject({ imported: 1, mailboxes: { 'ben@firm.example': 1 } })
    expect(await reprocess()).toMatchObject({ imported: 0, items: 0 })
    expect(await holdfast.lines('connector', 'exceptions', 'whatsapp')).toEqual([])
    expect(await holdfast.json('search', '"Are you there"', '--count')).toEqual({ count: 1 })
  })

  test('two exports of one group give each custodian the right items, linked and not merged', async () => {
    holdfast.write('WhatsApp Chat with Deal room (1).txt', groupOfBen)
    await holdfast.json(
      ...['site', 'capture', 'whatsapp-export', 'WhatsApp Chat with Deal room (1).txt', '--account', 'firm'],
      ...['--custodian', '+44 7700 900112', '--timezone', 'America/New_York'],
    )
    const report = await holdfast.json<Report>('connector', 'run', 'whatsapp')
    expect(report).toMatchObject({ imported: 7, duplicates: 0 })
    expect(report.mailboxes['ben@firm.example']).toBe(7)
    const inBens = ['--mailbox', 'ben@firm.example']
    expect(await holdfast.lines('search', 'lunch', ...inBens)).toEqual([])
    const [sheet] = await holdfast.lines<Found>('search', '"term sheet"', ...inBens)
    const item = await holdfast.json<{ links: unknown[] }>('item', 'show', sheet!.id)
    expect(item.links).toHaveLength(1)
  })

  test('a found item has the shape other programs rely on, and its e-mail is exact to the byte', async () => {
    const [found] = await holdfast.lines<Found>('search', 'invoice', '--limit', '1')
    expect(Object.keys(found!)).toEqual([
      ...['id', 'mailbox', 'folder', 'kind', 'event', 'channel', 'sentAt', 'from', 'to', 'subject'],
      ...['snippet', 'hasAttachments'],
    ])
    expect(found!.folder).toBe('WeChat Archiver')
    const item = await holdfast.json<{ hashes: { emailSha256: string; emailBytes: number } }>(
      ...['item', 'show', found!.id],
    )
    expect(item).toMatchObject({ mapping: { explanation: expect.any(String) }, attachments: [] })
    const { stdout: email } = await holdfast.run('item', 'show', found!.id, '--eml')
    expect(Buffer.byteLength(email)).toBe(item.hashes.emailBytes)
    expect(createHash('sha256').update(email).digest('hex')).toBe(item.hashes.emailSha256)
    const { stdout: raw } = await holdfast.run('item', 'show', found!.id, '--raw')
    expect(wecomDay.split('\n')).toContain(raw)
    expect(await holdfast.json('item', 'explain', found!.id)).toMatchObject({ mailbox: found!.mailbox })
  })

  test('pages of a search add up to the exact count', async () => {
    const { count } = await holdfast.json<{ count: number }>('search', '', '--count')
    const all = await holdfast.lines<Found>('search', '', '--all')
    expect(all).toHaveLength(count)
    expect(new Set(all.map(({ id }) => id)).size).toBe(count)
    const first = await holdfast.lines<Found>('search', '', '--limit', '4')
    const rest = await holdfast.lines<Found>('search', '', '--all', '--cursor', first.at(-1)!.id)
    expect([...first, ...rest]).toEqual(all)
  })

  test('the archive agrees with itself, and every deed is in the audit log', async () => {
    const verified = await holdfast.json('verify', '--full')
    expect(verified).toMatchObject({ ok: true, messages: 18, problems: [] })
    expect(verified.contentChecked).toBe(verified.messages)
    expect(verified.indexed).toBe(verified.messages)
    const events = await auditEvents()
    expect(new Set(events.map(({ actor }) => actor))).toEqual(new Set(['local-operator']))
    expect(new Set(events.map(({ operation, outcome }) => `${operation} ${outcome}`))).toEqual(
      new Set([
        ...['create-account-key succeeded', 'create-account succeeded', 'import-users succeeded'],
        ...['import-mailboxes succeeded', 'capture succeeded', 'create-connector refused'],
        ...['create-connector succeeded', 'run-connector succeeded', 'replace-mapping succeeded'],
        ...['reprocess-exceptions succeeded', 'search succeeded', 'open-item succeeded'],
        ...['export-item succeeded', 'verify succeeded', 'create-link succeeded', 'explain-item succeeded'],
      ]),
    )
    const searched = events.filter(({ operation }) => operation === 'search')
    expect(searched.map(({ details }) => details.query)).toContain('发票')
  })

  test('nothing of what was captured can be read in the files of the site', async () => {
    const { readdirSync, statSync } = await import('node:fs')
    const objects = join(holdfast.data, 'objects')
    const names = readdirSync(objects, { recursive: true }).map((name) => join(objects, String(name)))
    const files = names.filter((name) => statSync(name).isFile())
    expect(files.length).toBeGreaterThan(0)
    for (const file of files) expect(readFileSync(file).includes('term sheet')).toBe(false)
  })
})
