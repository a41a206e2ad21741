import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Firm, openFirm } from '../../../test/journey/firm.ts'
import { openPortal, type Portal } from '../../../test/journey/portal.ts'

const ada = '+447700900001'
const stockholm = { timeZone: 'Europe/Stockholm' }

let firm: Firm
let portal: Portal

beforeAll(async () => {
  firm = await openFirm({ now: '2026-03-19T22:30:00Z' })
  portal = await openPortal(firm, {
    people: {
      erin: ['Data Connector Admin'],
      olga: ['Organization Configuration'],
      mia: ['Compliance Search'],
      ron: ['Role Management'],
      reader: ['Preview'],
    },
  })
})
afterAll(async () => {
  await portal?.close()
  await firm?.close()
})

const home = (who: string, query: { timeZone?: string } = {}) => portal.as(who).readHome({ query })
const codes = async (who: string) => (await home(who)).attention.map(({ code }) => code)

async function captureChat(lines: readonly string[], custodian = ada) {
  const file = await firm.file('WhatsApp Chat with Friend.txt', `${lines.join('\n')}\n`)
  await firm.capture('whatsapp-export', [file], { custodian, timezone: 'UTC', dateOrder: 'dmy' })
}

describe('home', () => {
  it('of a new installation says what comes first', async () => {
    expect(await codes('erin')).toEqual(['no-connector', 'no-mailbox'])
    expect(await codes('olga')).toEqual([
      'keys-not-backed-up',
      'keys-not-backed-up',
      'no-connector',
      'no-mailbox',
    ])
    expect(await home('erin')).toMatchObject({
      today: { day: '2026-03-19', timeZone: 'UTC' },
      coverage: { registeredUsers: 0, capturing: 0, quiet: 0, never: 0 },
      archive: { mailboxes: 0, items: 0, messages: 0, openExceptions: 0 },
    })
  })

  it('shows each only what he looks after', async () => {
    expect(await home('reader')).toEqual({
      attention: [],
      today: null,
      coverage: null,
      archive: null,
      days: null,
    })
    expect(await home('mia')).toMatchObject({ today: null, days: null, archive: { mailboxes: 0 } })
    expect(await home('ron')).toMatchObject({ attention: [], archive: null })
  })

  it('counts captured and imported by the days of the zone that was asked for', async () => {
    await firm.addUsers(
      `name,mobile,email\nAda,${ada},ada@firm.example\nBen,+447700900002,ben@firm.example\nCy,+447700900003,cy@firm.example\n`,
    )
    await firm.addMailboxes('address,name\nada@firm.example,Ada\n')
    await firm.connect('whatsapp')
    await captureChat(['18/03/2026, 09:00 - Ada: one', '18/03/2026, 09:01 - Ada: two'])
    await firm.run('whatsapp')
    firm.setClock('2026-03-20T12:00:00Z')
    await captureChat(['01/03/2026, 09:00 - Ben: three'], '+447700900002')
    const before = await home('erin', stockholm)
    expect(before.today).toEqual({
      day: '2026-03-20',
      timeZone: 'Europe/Stockholm',
      channels: [
        { channel: 'whatsapp', captured: 1, imported: 0 },
        { channel: 'wechat', captured: 0, imported: 0 },
      ],
    })
    await firm.run('whatsapp')
    const { days, today } = await home('erin', stockholm)
    expect(today?.channels[0]).toEqual({ channel: 'whatsapp', captured: 1, imported: 0 })
    expect(days).toHaveLength(30)
    expect(days!.at(-2)).toEqual({ day: '2026-03-19', captured: 2, imported: 2 })
    expect((await home('erin', { timeZone: 'Asia/Shanghai' })).days!.at(-1)).toEqual({
      ...{ day: '2026-03-20', captured: 3, imported: 2 },
    })
    await expect(home('erin', { timeZone: 'Mars/Olympus' })).rejects.toMatchObject({ code: 'bad-request' })
  })

  it('counts the archive as it is', async () => {
    const { archive, coverage } = await home('erin')
    const { message, item, mailbox, import_exception } = await firm.counts()
    expect(archive).toEqual({
      ...{ mailboxes: mailbox, items: item, messages: message, openExceptions: import_exception },
    })
    expect(archive).toMatchObject({ messages: 2, openExceptions: 1 })
    expect(coverage).toEqual({ registeredUsers: 3, capturing: 1, quiet: 0, never: 2 })
  })

  it('names what needs attention, the gravest first', async () => {
    await firm.pool.query(
      `insert into site_gap (account_id, gap_key, source, reason, sealed_explanation, found_at)
       values ($1, '\\x01', 'whatsapp-export', 'media-omitted', '\\x02', now())`,
      [firm.account.id],
    )
    await firm.stopSite()
    await firm.run('whatsapp').catch(() => {})
    await firm.startSite()
    const { attention } = await home('erin')
    expect(attention).toMatchObject([
      { code: 'connector-failing', facts: { connector: 'whatsapp', failure: 'site-unreachable' } },
      { code: 'import-exceptions', facts: { count: 1 } },
      { code: 'gaps', facts: { account: 'Firm', count: 1 } },
      { code: 'users-never-captured', facts: { count: 2 } },
    ])
    await firm.run('whatsapp')
    firm.setClock('2026-03-23T12:00:00Z')
    expect(await codes('erin')).toContain('connector-late')
    const [connector] = await portal.as('erin').listConnectors()
    await portal.as('erin').pauseConnector({ params: { id: connector!.id } })
    expect(await codes('erin')).toContain('connector-paused')
    await firm.pool.query(
      "insert into installation (name, value) values ('clock', '2027-01-01T00:00:00.000Z')",
    )
    expect(await codes('olga')).toContain('clock-moved-back')
    expect(await codes('erin')).not.toContain('clock-moved-back')
  })
})

describe('the system', () => {
  it('is told as doctor sees it, to who configures it', async () => {
    const system = await portal.as('olga').readSystem()
    expect(system).toMatchObject({
      ...{ version: '0.0.0', objectStore: { type: 'local' }, database: { embedded: true } },
    })
    expect(system.database.server).toMatch(/^PostgreSQL \d+/)
    const names = system.checks.map(({ name }) => name)
    expect(names).toEqual(
      expect.arrayContaining(['node', 'disk', 'database version', 'object store', 'clock']),
    )
    expect(system.checks.find(({ name }) => name === 'object store')).toMatchObject({ ok: true })
    await expect(portal.as('erin').readSystem()).rejects.toMatchObject({ status: 403 })
  })
})
