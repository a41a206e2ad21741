import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/postgres.ts'
import { parseItemId } from '../archive/item-id.ts'
import {
  type ArchivedMessage,
  type ArchiveFixture,
  addMailbox,
  addMessage,
  addParticipant,
  createArchiveFixture,
} from './archive-fixture.ts'
import { countItems } from './count-items.ts'
import { parseQuery } from './parse.ts'
import { countPartiallyIndexed } from './partially-indexed.ts'
import { type SearchOptions, searchItems } from './search-items.ts'

const now = Date.parse('2026-03-18T12:00:00Z')
let database: TestDatabase
let archive: ArchiveFixture

/** Texts (up to their first comma) and mailboxes of what a query finds, newest first. */
async function found(query: string, options: SearchOptions = {}): Promise<string[]> {
  const parsed = parseQuery(query, { now })
  const { items } = await searchItems(database.pool, parsed, { ...options, limit: options.limit ?? 1000 })
  const names = items.map((item) => {
    const text = archive.texts.get(parseItemId(item.id).messageId)!
    return `${text.split(/[,，]/)[0]} @${item.mailbox.split('@')[0]}`
  })
  const counted = await countItems(database.pool, parsed, options)
  if (options.limit === undefined) expect(counted).toBe(items.length)
  return names
}

beforeAll(async () => {
  database = await createTestDatabase()
  archive = createArchiveFixture(database.pool)
  await addMailbox(archive, 'ana@firm.example', 'Ana Lopes')
  await addMailbox(archive, 'bo@firm.example', 'Bo Chen')
  await addParticipant(archive, 'Ana Lopes', '+447700900001', 'ana@firm.example')
  await addParticipant(archive, 'Bo Chen', '+8613900000002', 'bo@firm.example')
  await addParticipant(archive, 'Carl Client', '+12125550103')
  const both = ['ana@firm.example', 'bo@firm.example']
  const add = (message: ArchivedMessage) => addMessage(archive, message)
  await add({
    sentAt: '2026-01-05T09:00:00Z',
    text: 'Move the call, please',
    from: 'Ana Lopes',
    to: ['Carl Client'],
    mailboxes: ['ana@firm.example'],
  })
  await add({
    sentAt: '2026-01-31T23:30:00Z',
    text: 'ring +44 7700 900123 tonight',
    from: 'Carl Client',
    to: ['Ana Lopes'],
    mailboxes: ['ana@firm.example'],
    conversation: 'Carl',
  })
  await add({
    sentAt: '2026-02-10T10:00:00Z',
    text: '别把內幕消息發出去',
    from: 'Bo Chen',
    to: ['Ana Lopes', 'Carl Client'],
    mailboxes: both,
    channel: 'wecom',
    conversation: '交易群',
  })
  await add({
    sentAt: '2026-03-01T10:00:00Z',
    text: 'quarterly report attached',
    from: 'Ana Lopes',
    to: ['Bo Chen'],
    mailboxes: both,
    kind: 'file',
    attachmentNames: ['合同 draft.pdf'],
    emailBytes: 5000,
  })
  await add({
    sentAt: '2026-03-17T10:00:00Z',
    text: 'the call is off, Ana said so at the very end of this sentence',
    from: 'Bo Chen',
    to: ['Carl Client'],
    mailboxes: ['bo@firm.example'],
    conversation: 'Deal team',
    receivedAt: '2026-03-18T01:00:00Z',
  })
  await add({
    sentAt: '2026-03-18T00:30:00Z',
    text: 'missed voice call',
    from: null,
    to: ['Bo Chen'],
    mailboxes: ['bo@firm.example'],
    kind: 'call',
  })
  await add({
    sentAt: '2025-10-26T00:30:00Z',
    text: 'clocks go back',
    from: 'Ana Lopes',
    to: ['Bo Chen'],
    mailboxes: ['ana@firm.example'],
    latestMinutes: 60,
  })
  const echo = 'echo '.repeat(10_000)
  await add({
    sentAt: '2026-02-20T10:00:00Z',
    text: `long story, ${echo} unwind the position`,
    from: 'Ana Lopes',
    to: ['Bo Chen'],
    mailboxes: both,
  })
})

afterAll(() => database?.drop())

const call1 = 'Move the call @ana'
const call2 = 'the call is off @bo'
const voice = 'missed voice call @bo'
const ring = 'ring +44 7700 900123 tonight @ana'
const inside = ['别把內幕消息發出去 @ana', '别把內幕消息發出去 @bo']
const report = ['quarterly report attached @ana', 'quarterly report attached @bo']
const clocks = 'clocks go back @ana'
const long = ['long story @ana', 'long story @bo']
const everything = [voice, call2, ...report, ...long, ...inside, ring, call1, clocks]

describe('a search', () => {
  it.each<[string, string[]]>([
    ['', everything],
    ['call', [voice, call2, call1]],
    ['call AND move', [call1]],
    ['call -move', [voice, call2]],
    ['call NOT (move OR missed)', [call2]],
    ['"the call"', [call2, call1]],
    ['"call the"', []],
    ['内幕消息', inside],
    ['内', inside],
    ['幕內', []],
    ['quart*', report],
    ['"quarterly rep*"', report],
    ['447700900123', [ring]],
    ['"7700 900123"', [ring]],
    ['move NEAR(2) call', [call1]],
    ['call NEAR(2) move', [call1]],
    ['move NEAR(1) call', []],
    ['call + move + off', [call2, call1]],
    ['subject:quarterly', report],
    ['subject:sentence', []],
    ['subject:"Deal team"', [call2]],
    ['"deal team"', [call2]],
    ['deal AND call', [call2]],
    ['call -deal', [voice, call1]],
    ['交易群', inside],
    ['desk', everything.filter((one) => ![...inside, call2, ring].includes(one))],
    ['subject:wecom', inside],
    ['attachmentnames:desk', []],
    ['subject:""', []],
    ['attachmentnames:合同', report],
    ['attachmentnames:quarterly', []],
    ['from:ana', [...report, ...long, call1, clocks]],
    ['from:(carl OR bo)', [call2, ...inside, ring]],
    ['from:"+44 7700 900001"', [...report, ...long, call1, clocks]],
    ['from:+8613900000002', [call2, ...inside]],
    ['to:carl', [call2, ...inside, call1]],
    ['participants:firm.example', everything],
    ['participants:carl -from:carl', [call2, ...inside, call1]],
    ['NOT participants:carl', [voice, ...report, ...long, clocks]],
    ['carl', [call2, ...inside, ring, call1]],
    ['ana AND off', [call2]],
    ['conversation:交易', inside],
    ['channel:wecom', inside],
    ['kind:call', [voice]],
    ['kind:(call OR file)', [voice, ...report]],
    ['kind:text call', [call2, call1]],
    ['kind:externaldata missed', [voice]],
    ['kind:email', []],
    ['hasattachment:true', report],
    ['hasattachment:no call', [voice, call2, call1]],
    ['itemclass:ipm.externaldata.wechatarchiver*', inside],
    ['itemclass:IPM.ExternalData.WhatsAppArchiver.Call', [voice]],
    ['size>4000', report],
    ['size<>900', report],
    ['sent:2026-01-31', [ring]],
    ['sent:2026-01-05..2026-01-31', [ring, call1]],
    ['sent>=2026-03-17T10:00', [voice, call2]],
    ['sent<2026-01-01', [clocks]],
    ['sent:today', [voice]],
    ['sent:"this month" call', [voice, call2]],
    ['received:2026-03-18', [voice, call2]],
    ['sent>=2025-10-26T01:00 sent<2025-10-27', [clocks]],
    ['sent:2025-10-26T00:30', [clocks]],
    ['sent:2025-10-26T01:30', [clocks]],
    ['sent:2025-10-26T01:00', []],
    ['sent:2025-10-26T02:30', []],
    ['mailbox:bo call', [voice, call2]],
    ['mailbox:ana@firm.example 内幕', [inside[0]!]],
    ['keywords(c:c)(kind:file)', []],
    ['report(c:c)(kind:file)', report],
  ])('%s', async (query, expected) => {
    expect(await found(query)).toEqual(expected)
  })

  it.each<[string, string[]]>([
    ['unwind', long],
    ['"long story"', long],
    ['"unwind the position"', long],
    ['story AND position', long],
    ['story -position', []],
    ['story NEAR(5) position', []],
    ['"echo unwind"', long],
    [`"${'echo '.repeat(100)}"`, long],
    ['unwind mailbox:bo', [long[1]!]],
    ['NOT unwind sent:2026-02-20', []],
    ['story from:ana', long],
  ])('finds in all parts of a long text: %s', async (query, expected) => {
    expect(await found(query)).toEqual(expected)
  })

  it('shows only what the caller may see, and counts only that', async () => {
    const ana = archive.mailboxIds.get('ana@firm.example')!
    expect(await found('内幕', { mailboxIds: [ana] })).toEqual([inside[0]])
    expect(await found('mailbox:bo', { mailboxIds: [ana] })).toEqual([])
    expect(await found('call', { mailboxIds: [] })).toEqual([])
    const many = Array.from({ length: 100 }, (_, i) => 1000 + i)
    expect(await found('call OR unwind', { mailboxIds: [ana, ...many] })).toEqual([long[0], call1])
    expect(await found('call', { mailboxIds: many })).toEqual([])
  })

  it('pages through all items, each once', async () => {
    const pages: string[] = []
    let cursor: string | null = null
    do {
      const query = parseQuery('', { now })
      const page = await searchItems(database.pool, query, {
        limit: 2,
        ...(cursor === null ? {} : { cursor }),
      })
      expect(page.items.length).toBeLessThanOrEqual(2)
      pages.push(...page.items.map((item) => item.id))
      cursor = page.cursor
    } while (cursor !== null)
    expect(pages.length).toBe(everything.length)
    expect(new Set(pages).size).toBe(everything.length)
  })

  it('answers with all that a list shows', async () => {
    const readText = async (ids: readonly bigint[]) => new Map(ids.map((id) => [id, archive.texts.get(id)!]))
    const { items } = await searchItems(database.pool, parseQuery('内幕 mailbox:bo', { now }), { readText })
    expect(items).toEqual([
      {
        id: expect.stringMatching(/^[0-9a-z]+-[0-9a-z]+$/),
        mailbox: 'bo@firm.example',
        folder: 'WeChat Archiver',
        area: 'primary',
        recipients: 2,
        kind: 'text',
        event: 'sent',
        channel: 'wecom',
        sentAt: '2026-02-10T10:00:00.000Z',
        from: 'Bo Chen <+8613900000002>',
        to: ['Ana Lopes <+447700900001>', 'Carl Client <+12125550103>'],
        subject: 'WhatsApp · 交易群: 别把內幕消息發出去',
        hasAttachments: false,
        snippet: '别把內幕消息發出去',
        highlights: [{ start: 2, end: 4 }],
      },
    ])
  })

  it('reads days in the zone that is asked for', async () => {
    const query = parseQuery('sent:2026-02-01', { now, zone: 'Asia/Shanghai' })
    expect(await countItems(database.pool, query)).toBe(1)
  })

  it('says how many items it could not see into: attachments are searched by name only', async () => {
    const unseen = (query: string, options = {}) =>
      countPartiallyIndexed(database.pool, parseQuery(query, { now }), options)
    const withAttachment = await countItems(database.pool, parseQuery('hasattachment:true', { now }))
    expect(withAttachment).toBeGreaterThan(0)
    expect(await unseen('nowhere')).toBe(withAttachment)
    expect(await unseen('合同')).toBe(0)
    expect(await unseen('nowhere AND sent:2020-01-01')).toBe(0)
    expect(await unseen('hasattachment:true')).toBe(0)
    expect(await unseen('nowhere', { mailboxIds: [] })).toBe(0)
  })
})
