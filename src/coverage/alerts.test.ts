/** Alerts: told once by each way until they end, to a server that checks the signature. */
import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { text } from 'node:stream/consumers'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { AppError } from '../domain/errors.ts'
import { createBodyKeeper, createRoute, removeRoute } from '../site/live/index.ts'
import { clearProblem, noteProblem } from '../site/live/route-problems.ts'
import { createStub } from '../site/live/stub-source.fixture.ts'
import { changeAlertSettings, readAlertSettings } from './alert-settings.ts'
import { listAlerts } from './alerts.ts'
import { ada, type CoverageWorld, openCoverageWorld } from './coverage-world.fixture.ts'
import { acceptGap, listGaps } from './gaps.ts'
import { keepCoverage } from './keep-coverage.ts'
import { noticeProblem, type SendAlertMail, webhookSignature } from './tell-alerts.ts'

const secret = 'seven quiet herons'
let world: CoverageWorld
let receiver: Server
let url: string
let status = 200
let received: { id: string; kind: string; text: string }[] = []
let mails: Parameters<SendAlertMail>[0][] = []

beforeAll(async () => {
  world = await openCoverageWorld()
  receiver = createServer(async (request, response) => {
    const body = await text(request)
    const [, seconds, hex] = /^t=(\d+),v1=(\w+)$/.exec(String(request.headers['holdfast-signature']))!
    const isSigned = hex === webhookSignature(Buffer.from(secret), Number(seconds), body)
    if (isSigned && status === 200) received.push(JSON.parse(body))
    response.writeHead(isSigned ? status : 401).end()
  })
  await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve))
  url = `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/alerts`
  await changeAlertSettings(world.firm.centre, {
    ...{ emailAddresses: ['compliance@firm.example'], webhookUrl: url, webhookSecret: secret },
    ...{ lagMinutes: 30, version: 0 },
  })
})
afterAll(async () => {
  receiver?.close()
  await world?.close()
})

async function keep(now: string) {
  world.firm.setClock(now)
  received = []
  mails = []
  await keepCoverage(world.firm.centre, {
    findWord: world.findWord,
    sendMail: async (mail) => void mails.push(mail),
    signal: new AbortController().signal,
    onFailure: () => {},
  })
  return received.map(({ kind }) => kind).sort()
}

const openKinds = async () =>
  (await listAlerts(world.firm.centre, (await world.account()).id, { open: true })).map(({ kind }) => kind)

describe('an alert', () => {
  it('of a grave gap is told once by each way, and ends when somebody accepts the gap', async () => {
    await world.tell({ gap: { reason: 'sequence-jump', key: '4', explanation: 'Lost.', custodian: ada } })
    expect(await keep('2026-03-20T12:10:00Z')).toEqual(['gap'])
    expect(received[0]).toMatchObject({
      id: 'alert-1',
      text: expect.stringMatching(/1 open gap.*sequence-jump/),
    })
    expect(mails).toMatchObject([
      { to: ['compliance@firm.example'], subject: 'Holdfast: messages are missing (Firm)' },
    ])
    await world.tell({ gap: { reason: 'sequence-jump', key: '9', explanation: 'Lost too.' } })
    expect(await keep('2026-03-20T12:20:00Z')).toEqual([])
    expect(mails).toEqual([])
    const { gaps } = await listGaps(world.firm.centre, (await world.account()).id, {}, { limit: 9 })
    for (const { id } of gaps) await acceptGap(world.firm.centre, id, { by: 'dora', reason: 'Agreed.' })
    await keep('2026-03-20T12:30:00Z')
    expect(await openKinds()).toEqual([])
    await world.tell({ gap: { reason: 'sequence-jump', key: '12', explanation: 'Anew.' } })
    expect(await keep('2026-03-20T12:40:00Z')).toEqual(['gap'])
    expect(received[0]!.id).not.toBe('alert-1')
  })

  it('of a small gap is none', async () => {
    await world.tell({ gap: { reason: 'media-omitted', key: 'b', explanation: 'Left out.' } })
    expect(await keep('2026-03-20T12:50:00Z')).toEqual([])
  })

  it('that could not be posted is posted later, and says so meanwhile', async () => {
    await world.tell({ gap: { reason: 'media-lost', key: 'm', explanation: 'Gone.' } })
    status = 503
    expect(await keep('2026-03-20T13:00:00Z')).toEqual([])
    expect(mails).toHaveLength(1)
    expect(await noticeProblem(world.firm.centre)).toMatch(/503/)
    status = 200
    expect(await keep('2026-03-20T13:04:00Z')).toEqual([])
    expect(await keep('2026-03-20T13:05:00Z')).toEqual(['gap'])
    expect(mails).toEqual([])
    expect(await noticeProblem(world.firm.centre)).toBeNull()
  })

  it('of somebody silent comes after his own rhythm, and ends with his next message', async () => {
    for (const day of ['21', '22', '23', '24', '25']) {
      world.firm.setClock(`2026-03-${day}T09:00:00Z`)
      await world.capture(`the price of day ${day}`)
    }
    await world.firm.run('whatsapp')
    expect(await keep('2026-03-27T09:00:00Z')).toEqual([])
    expect(await keep('2026-03-28T10:00:00Z')).toEqual(['silence'])
    expect(received[0]!.text).toMatch(/nothing of Ada Trader has come by whatsapp-export since 2026-03-25/)
    await world.capture('back again')
    await world.firm.run('whatsapp')
    await keep('2026-03-28T11:00:00Z')
    expect(await openKinds()).not.toContain('silence')
  })

  it('of messages that are captured and not archived names the day', async () => {
    world.firm.setClock('2026-03-28T12:00:00Z')
    await world.capture('who runs the connector?')
    expect(await keep('2026-03-29T12:00:00Z')).toEqual([])
    expect(await keep('2026-03-30T00:10:00Z')).toEqual(['lag'])
    expect(received[0]!.text).toMatch(/of 2 messages captured on 2026-03-28, 1 are in the archive/)
    await world.firm.run('whatsapp')
    await keep('2026-03-30T01:00:00Z')
    expect(await openKinds()).not.toContain('lag')
  })

  it('of a route names it once it has failed for ten minutes, and when what it received waits', async () => {
    const { site, account } = world.firm
    const { source } = createStub()
    const parts = { ...site, sources: [source], routesFolder: world.firm.folder }
    const route = await createRoute(parts, account, source, { name: 'main number', settings: {} })
    await noteProblem(parts, route, new AppError('vendor-unreachable', 'The vendor does not answer.'))
    await createBodyKeeper(parts).keep(route, Buffer.from('[{"id":"a"}]'))
    expect(await keep('2026-03-30T01:09:00Z')).toEqual([])
    expect(await keep('2026-03-30T01:11:00Z')).toEqual(['route'])
    expect(received[0]!.text).toMatch(
      /the route main number \(stub\) has failed since .*: vendor-unreachable/,
    )
    expect(await keep('2026-03-30T01:31:00Z')).toEqual(['lag'])
    expect(received[0]!.text).toMatch(
      /what the route main number \(stub\) received has waited for the journal/,
    )
    await clearProblem(parts, route)
    await world.firm.pool.query('delete from site_kept_body')
    await removeRoute(parts, account, route)
    await keep('2026-03-30T01:41:00Z')
    expect(await openKinds()).not.toContain('route')
    expect(await openKinds()).not.toContain('lag')
  })

  it('of a site that does not answer waits an hour', async () => {
    await world.firm.stopSite()
    expect(await keep('2026-03-30T02:00:00Z')).toEqual([])
    expect(await keep('2026-03-30T03:00:00Z')).toEqual(['site'])
    await world.firm.startSite()
    await keep('2026-03-30T03:10:00Z')
    expect(await openKinds()).not.toContain('site')
  })
})

describe('where alerts go', () => {
  const change = (given: object) =>
    changeAlertSettings(world.firm.centre, {
      ...{ emailAddresses: [], webhookUrl: url, lagMinutes: 30, version: 1 },
      ...given,
    })

  it.each(['http://hooks.example/a', 'ftp://hooks.example', 'https://me:word@hooks.example', 'nowhere'])(
    'is never %s',
    async (webhookUrl) => {
      await expect(change({ webhookUrl, webhookSecret: secret })).rejects.toMatchObject({
        code: 'bad-settings',
      })
    },
  )

  it('tells no other address the secret of the one before', async () => {
    await expect(change({ webhookUrl: 'https://hooks.example/b' })).rejects.toThrow(/Give the secret/)
  })

  it('keeps the secret sealed, and tells the later of two who change it', async () => {
    expect(
      JSON.stringify(await world.rows('select coverage_setting::text as row from coverage_setting')),
    ).not.toContain(Buffer.from(secret).toString('hex'))
    await change({ lagMinutes: 45 })
    expect(await readAlertSettings(world.firm.centre.queries)).toMatchObject({
      ...{ lagMinutes: 45, version: 2, webhook: { url, hasSecret: true } },
    })
    await expect(change({ lagMinutes: 50 })).rejects.toMatchObject({ code: 'changed-meanwhile' })
  })
})
