import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Firm, openFirm } from '../../../test/journey/firm.ts'
import { connectorAdministrator, openPortal, type Portal } from '../../../test/journey/portal.ts'
import * as site from '../../site/index.ts'

const custodian = '+447700900001'

let firm: Firm
let portal: Portal

beforeAll(async () => {
  firm = await openFirm()
  await firm.addUsers(
    `name,mobile,email\nAda Trader,${custodian},ada@firm.example\nBen,+447700900002,ben@firm.example\n`,
  )
  await firm.addMailboxes('address,name\nada@firm.example,Ada Trader\nrest@firm.example,The rest\n')
  portal = await openPortal(firm, {
    people: { erin: connectorAdministrator, frank: connectorAdministrator },
  })
  await portal.startWorker()
})
afterAll(async () => {
  await portal?.close()
  await firm?.close()
})

async function connect(type: 'whatsapp' | 'wechat' = 'whatsapp', name = `Connector ${serial++}`) {
  const made = await firm.connect(type)
  const facts = await portal.as('erin').changeConnector({
    params: { id: made.id },
    body: { version: 1, name },
  })
  return { id: facts.id, name, params: { id: facts.id } }
}
let serial = 1

async function runToTheEnd(id: number, kind: 'run' | 'reprocess' = 'run') {
  const { run } = await portal.as('erin').startRun({ params: { id }, body: { kind } })
  const read = () => portal.as('erin').readRun({ params: { id, run } })
  await expect.poll(async () => (await read()).finishedAt, { timeout: 20_000 }).not.toBeNull()
  return read()
}

async function scheduleOf(id: number): Promise<Record<string, unknown> | undefined> {
  const { rows } = await firm.pool.query('select cron, timezone, data from pgboss.schedule where key = $1', [
    `connector-${id}`,
  ])
  return rows[0]
}

describe('changing a connector', () => {
  it('keeps what is not named, signs in under its new name, and moves its schedule', async () => {
    const { params } = await connect()
    const erin = portal.as('erin')
    const schedule = { cron: '0 4 * * *', zone: 'Europe/Rome' }
    const changed = await erin.changeConnector({
      params,
      body: { version: 2, name: 'Renamed', schedule, catchAll: 'rest@firm.example', password: '' },
    })
    expect(changed).toMatchObject({
      ...{ name: 'Renamed', schedule, catchAll: 'rest@firm.example', version: 3, automaticMapping: true },
    })
    expect(await scheduleOf(params.id)).toMatchObject({
      ...{ cron: '0 4 * * *', timezone: 'Europe/Rome', data: { connector: 'Renamed' } },
    })
    expect(await runToTheEnd(params.id)).toMatchObject({ state: 'succeeded' })
    const [event] = (await portal.audited('change-connector')).slice(-1)
    expect(event).toMatchObject({ actor: 'erin', target: 'Renamed', details: { changed: expect.any(Array) } })
    await erin.removeConnector({ params })
  })

  it('tells the later of two administrators', async () => {
    const { params } = await connect()
    await portal.as('frank').changeConnector({ params, body: { version: 2, automaticMapping: false } })
    const late = portal.as('erin').changeConnector({ params, body: { version: 2, name: 'Mine' } })
    await expect(late).rejects.toMatchObject({ status: 409, code: 'changed-meanwhile' })
    await expect(late).rejects.toThrow(/^frank has changed/)
    await portal.as('erin').removeConnector({ params })
  })

  it('tries another password, user name or address before it keeps them', async () => {
    const { params } = await connect()
    const erin = portal.as('erin')
    const change = (body: object) => erin.changeConnector({ params, body: { version: 2, ...body } })
    await expect(change({ password: 'wrong' })).rejects.toMatchObject({ code: 'site-sign-in-refused' })
    await expect(change({ siteUrl: 'http://127.0.0.1:9/site' })).rejects.toMatchObject({
      code: 'site-unreachable',
    })
    await expect(change({ siteUrl: 'http://elsewhere.example/site' })).rejects.toMatchObject({
      code: 'bad-settings',
    })
    const other = await site.createAccount(firm.site, { name: 'Other', publicKey: firm.account.publicKey })
    await expect(change({ username: other.username, password: other.password })).rejects.toThrow(
      /another account/,
    )
    const moved = await change({ siteUrl: firm.siteUrl.replace('127.0.0.1', 'localhost') })
    expect(moved).toMatchObject({ siteUrl: expect.stringContaining('localhost'), version: 3 })
    expect(await runToTheEnd(params.id)).toMatchObject({ state: 'succeeded' })
    await erin.removeConnector({ params })
  })

  it('refuses a name that is taken, and a schedule that is none', async () => {
    const one = await connect()
    const other = await connect('wechat')
    const change = (body: object) =>
      portal.as('erin').changeConnector({ params: one.params, body: { version: 2, ...body } })
    await expect(change({ name: other.name })).rejects.toMatchObject({
      code: 'connector-exists',
      status: 409,
    })
    await expect(change({ schedule: { cron: 'often', zone: 'UTC' } })).rejects.toMatchObject({
      code: 'bad-settings',
    })
    for (const { params } of [one, other]) await portal.as('erin').removeConnector({ params })
  })
})

describe('a paused connector', () => {
  it('has no scheduled runs, can be run by hand, and is resumed', async () => {
    const { params } = await connect()
    const erin = portal.as('erin')
    expect(await erin.pauseConnector({ params })).toMatchObject({
      ...{ health: 'paused', nextRun: null, pausedAt: expect.any(String) },
    })
    expect(await scheduleOf(params.id)).toBeUndefined()
    expect(await runToTheEnd(params.id)).toMatchObject({ state: 'succeeded' })
    expect(await erin.readConnector({ params })).toMatchObject({ health: 'paused' })
    expect(await erin.resumeConnector({ params })).toMatchObject({ health: 'healthy', pausedAt: null })
    expect(await scheduleOf(params.id)).toBeDefined()
    await erin.removeConnector({ params })
  })
})

describe('a removed connector', () => {
  it('leaves what it imported, and its name to another', async () => {
    const { params, name } = await connect()
    const file = await firm.file('WhatsApp Chat with Friend.txt', '02/03/2026, 09:01 - Ada Trader: hello\n')
    await firm.capture('whatsapp-export', [file], { custodian, timezone: 'UTC', dateOrder: 'dmy' })
    expect(await runToTheEnd(params.id)).toMatchObject({ imported: 1 })
    const erin = portal.as('erin')
    expect(await erin.removeConnector({ params })).toEqual({ done: true })
    expect((await firm.counts()).item).toBe(1)
    expect(await scheduleOf(params.id)).toBeUndefined()
    await expect(erin.readConnector({ params })).rejects.toMatchObject({ status: 404 })
    expect((await erin.listConnectors()).map((connector) => connector.name)).not.toContain(name)
    const again = await connect('whatsapp', name)
    expect(again.id).not.toBe(params.id)
    expect(await runToTheEnd(again.id)).toMatchObject({ imported: 0, duplicates: 1 })
    await erin.removeConnector({ params: again.params })
    expect(await firm.problems()).toEqual([])
  })
})

describe('exceptions, mapping and log of a connector', () => {
  it('are listed page by page, counted, corrected, reprocessed and given out as CSV', async () => {
    const { params, name } = await connect()
    const erin = portal.as('erin')
    const lines = [1, 2, 3].map((minute) => `03/03/2026, 09:0${minute} - Ben: number ${minute}`)
    const file = await firm.file('WhatsApp Chat with Stranger.txt', `${lines.join('\n')}\n`)
    await firm.capture('whatsapp-export', [file], {
      ...{ custodian: '+447700900002', timezone: 'UTC', dateOrder: 'dmy' },
    })
    expect(await runToTheEnd(params.id)).toMatchObject({
      exceptions: { byReason: { 'participant-unmapped': 3 } },
    })
    const first = await erin.listExceptions({ params, query: { limit: 2 } })
    expect(first).toMatchObject({ byReason: { 'participant-unmapped': 3 }, next: expect.any(String) })
    const second = await erin.listExceptions({ params, query: { limit: 2, cursor: first.next! } })
    expect([...first.items, ...second.items].map(({ reason }) => reason)).toEqual(
      Array(3).fill('participant-unmapped'),
    )
    expect(second.next).toBeNull()
    expect(await erin.listExceptions({ params, query: { reason: 'undecodable' } })).toMatchObject({
      items: [],
    })
    const csv = await (await erin.downloadExceptions({ params, query: {} })).text()
    expect(csv.split('\r\n')).toHaveLength(5)

    const mapping =
      'External User ID,Microsoft 365 User Mailbox,Valid From,Valid To\r\n447700900002,rest@firm.example,2026-01-01,2026-12-31\r\n'
    expect(await erin.uploadMapping({ params, query: {}, body: mapping })).toEqual({ taken: true, rows: 1 })
    expect(await erin.previewConnectorMapping({ params })).toMatchObject({ byCsv: 1, byEmailProperty: 1 })
    const download = await erin.downloadMapping({ params, query: {} })
    expect(download.headers.get('content-disposition')).toContain(name)
    const safe = Buffer.from(await download.arrayBuffer()).toString()
    expect(safe).toBe(`\ufeff${mapping}`)
    expect(await erin.uploadMapping({ params, query: {}, body: safe })).toEqual({ taken: true, rows: 1 })
    const raw = await (await erin.downloadMapping({ params, query: { safe: 'false' } })).text()
    expect(raw).toContain('+447700900002,')
    expect(await runToTheEnd(params.id, 'reprocess')).toMatchObject({ imported: 3 })
    expect(await erin.readConnector({ params })).toMatchObject({
      ...{ openExceptions: 0, mappingRows: 1, importedMessages: 3 },
    })

    const log = await (await erin.downloadRunLog({ params, query: {} })).text()
    const [header, latest, earlier] = log.split('\r\n')
    expect(header).toContain('RecordsSaved')
    expect(latest).toContain('reprocess,succeeded,erin')
    expect(earlier).toContain('participant-unmapped: 3')
    await erin.removeConnector({ params })
  })

  it('go on once a participant is mapped by hand, beside the file and without a second row', async () => {
    const { params } = await connect()
    const erin = portal.as('erin')
    const map = (externalUserId: string, mailbox: string) =>
      erin.mapParticipant({ params, body: { externalUserId, mailbox } })
    expect(await map('44 7700 900002', 'Rest@firm.example')).toMatchObject({ mappingRows: 1 })
    expect(await map('447700900003', 'rest@firm.example')).toMatchObject({ mappingRows: 2 })
    const before = await erin.readConnector({ params })
    expect(await map('+447700900002', 'ada@firm.example')).toMatchObject({
      ...{ mappingRows: 2, mappingVersion: before.mappingVersion + 1 },
    })
    const csv = await (await erin.downloadMapping({ params, query: {} })).text()
    expect(csv).toContain('447700900002,ada@firm.example,,\r\n447700900003,rest@firm.example')
    expect(await erin.previewConnectorMapping({ params })).toMatchObject({
      mappedExamples: expect.arrayContaining([
        { name: 'Ben', mobile: '+447700900002', mailbox: 'ada@firm.example', rule: 'csv' },
      ]),
    })
    await expect(map('nobody', 'ada@firm.example')).rejects.toMatchObject({ code: 'bad-mapping' })
    await expect(map('447700900002', 'no@firm.example')).rejects.toMatchObject({ code: 'mailbox-not-found' })
    const dated =
      'External User ID,Microsoft 365 User Mailbox,Valid From\n447700900002,ada@firm.example,2026-01-01\n'
    await erin.uploadMapping({ params, query: {}, body: dated })
    await expect(map('447700900002', 'rest@firm.example')).rejects.toMatchObject({ code: 'bad-mapping' })
    const added = (await portal.audited('replace-mapping')).filter(
      ({ details }) => (details as { added?: number }).added === 1,
    )
    expect(added).toHaveLength(3)
    expect(JSON.stringify(added)).not.toContain('7700')
    await erin.removeConnector({ params })
  })

  it('refuse a window without an end, and a cursor of another list', async () => {
    const { params } = await connect()
    const erin = portal.as('erin')
    await expect(erin.startRun({ params, body: { kind: 'window' } })).rejects.toMatchObject({
      code: 'bad-date',
    })
    await expect(erin.listRuns({ params, query: { cursor: 'abc' } })).rejects.toMatchObject({ status: 400 })
    await erin.removeConnector({ params })
  })
})
