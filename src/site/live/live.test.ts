import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inspect } from 'node:util'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../test/postgres.ts'
import { startServer } from '../../http/server.ts'
import { registerSiteHooks } from '../../http/site-hooks.ts'
import { withAuditOrigin } from '../../platform/audit/audit.ts'
import { installFaults, SimulatedCrash } from '../../platform/faults.ts'
import { createMemoryKeyVault } from '../../platform/keys/index.ts'
import { createLogger } from '../../platform/log/logger.ts'
import { createLocalObjectStore } from '../../platform/object-store/local-object-store.ts'
import { createKysely } from '../../platform/postgres/index.ts'
import { systemRandom } from '../../platform/random.ts'
import { generateKeyPair, openWithPrivateKey } from '../../platform/sealing/index.ts'
import { accountByName, createAccount, type SiteAccount } from '../accounts.ts'
import { decideExclusion, proposeExclusion, withdrawConsent } from '../activation/index.ts'
import { journalStatus } from '../journal.ts'
import { importRegisteredUsers, registeredUsers } from '../registered-users.ts'
import {
  changeRoute,
  createBodyKeeper,
  createCallAnswerer,
  createRoute,
  type LiveParts,
  listRoutes,
  openRoute,
  pullRoute,
  type Route,
  removeRoute,
  splitKept,
  startRoutes,
} from './index.ts'
import { createStub, custodian, type StubEntry } from './stub-source.fixture.ts'

let database: TestDatabase
let folder: string
let now = Date.parse('2026-03-20T12:00:00Z')
let parts: LiveParts
let account: SiteAccount
let route: Route
let stub: ReturnType<typeof createStub>
const pair = generateKeyPair(systemRandom)

beforeEach(async () => {
  database = await createTestDatabase()
  folder = mkdtempSync(join(tmpdir(), 'holdfast-live-'))
  stub = createStub()
  now = Date.parse('2026-03-20T12:00:00Z')
  parts = {
    database: createKysely(database.pool),
    pool: database.pool,
    objects: await createLocalObjectStore({ folder: join(folder, 'objects') }),
    vault: createMemoryKeyVault(),
    clock: { now: () => now },
    random: systemRandom,
    sources: [stub.source],
    routesFolder: join(folder, 'routes'),
  }
  await createAccount(parts, { name: 'Firm', publicKey: pair.publicKey })
  account = await accountByName(parts, 'Firm')
  await importRegisteredUsers(parts, account, [
    { row: 2, name: 'Ada', mobile: custodian, email: 'ada@firm.example' },
  ])
  route = await createRoute(parts, account, stub.source, { name: 'main', settings: {} })
})

afterEach(async () => {
  await database.drop()
  rmSync(folder, { recursive: true })
})

const opened = async () =>
  (await openRoute(parts, (await listRoutes(parts))[0]!, new AbortController().signal))!
const keep = (...entries: StubEntry[]) =>
  createBodyKeeper(parts).keep(route, Buffer.from(JSON.stringify(entries)))
const split = async () => splitKept(parts, await opened())
const pull = async () => pullRoute(parts, await opened())
const waiting = async () =>
  (await parts.database.selectFrom('site_kept_body').selectAll().orderBy('id').execute()).length
const gaps = async () => {
  const rows = await parts.database.selectFrom('site_gap').selectAll().orderBy('id').execute()
  return rows.map((row) => ({
    reason: row.reason,
    open: row.closed_at === null,
    said: JSON.parse(openWithPrivateKey(pair.privateKey, row.sealed_explanation, 'gap').toString()) as object,
    user: row.registered_user_id,
  }))
}

describe('a body that is kept', () => {
  it('is sealed, then journalled once, and gone from where it waited', async () => {
    await keep({ id: 'a', text: 'the deal is on' }, { id: 'b', text: 'good' })
    const [row] = await parts.database.selectFrom('site_kept_body').selectAll().execute()
    expect(row!.sealed_body.toString('latin1')).not.toContain('deal')
    expect(await split()).toMatchObject({ bodies: 1, captured: 2, duplicates: 0 })
    expect(await waiting()).toBe(0)
    await keep({ id: 'b', text: 'good' })
    expect(await split()).toMatchObject({ captured: 0, duplicates: 1 })
    expect((await journalStatus(parts, account)).records).toBe(2)
    const activity = await parts.database.selectFrom('site_activity').selectAll().execute()
    expect(activity).toMatchObject([{ source: 'stub', records: 2n }])
    // One capture a day, whatever number of rounds.
    expect(await parts.database.selectFrom('site_capture').selectAll().execute()).toMatchObject([
      { captured: 2n, duplicates: 1n, finished_at: new Date(now) },
    ])
  })

  it.each(['capture.segment-written', 'capture.before-commit', 'capture.committed', 'hooks.split'])(
    'is journalled once although the site died at %s',
    async (point) => {
      await keep({ id: 'a' }, { id: 'b' })
      await keep({ id: 'c' })
      const faults = installFaults({ point, pass: 1, how: 'throw' })
      await expect(split()).rejects.toThrow(SimulatedCrash)
      faults.remove()
      await split()
      expect((await journalStatus(parts, account)).records).toBe(3)
      expect(await waiting()).toBe(0)
    },
  )

  it('is not acknowledged when it cannot be kept', async () => {
    const faults = installFaults({ point: 'hooks.before-keep', pass: 1, how: 'throw' })
    await expect(keep({ id: 'a' })).rejects.toThrow(SimulatedCrash)
    faults.remove()
    expect(await waiting()).toBe(0)
  })

  it('waits alone while its source cannot split it', async () => {
    await createBodyKeeper(parts).keep(route, Buffer.from('not JSON'))
    await keep({ id: 'a' })
    expect(await split()).toMatchObject({ bodies: 2, captured: 1 })
    expect(await waiting()).toBe(1)
    expect(await split()).toMatchObject({ bodies: 0 })
    now += 5_000
    expect(await split()).toMatchObject({ bodies: 1 })
  })

  it('keeps a message for later while its media is away, and journals the others at once', async () => {
    stub.world.media.set('photo', 'away')
    await keep({ id: 'a', media: 'photo' }, { id: 'b' })
    expect(await split()).toMatchObject({ captured: 1, attachments: 0 })
    stub.world.media.set('photo', 'pixels')
    now += 5_000
    expect(await split()).toMatchObject({ captured: 1, duplicates: 1, attachments: 1 })
    expect(await waiting()).toBe(0)
    expect(await gaps()).toEqual([])
  })

  it.each([
    ['the vendor has it no more', 'lost', 5_000],
    ['its life is over', 'away', 60 * 60 * 1000],
  ] as const)('journals a message without its media when %s, and says so, once', async (_, state, wait) => {
    stub.world.media.set('photo', state)
    await keep({ id: 'a', media: 'photo' })
    await split()
    now += wait
    await split()
    await keep({ id: 'a', media: 'photo' })
    now += wait
    await split()
    now += wait
    await split()
    expect((await journalStatus(parts, account)).records).toBe(1)
    expect(await waiting()).toBe(0)
    expect(await gaps()).toMatchObject([{ reason: 'media-lost', open: true }])
  })
})

describe('the gap ledger', () => {
  it('opens for a message that is spoken of and was never seen, and closes when it comes', async () => {
    await keep({ id: 'edit', refersTo: 'original' })
    await split()
    expect(await gaps()).toMatchObject([{ reason: 'reference-unseen', open: true, user: expect.any(Number) }])
    await keep({ id: 'original' })
    await split()
    expect(await gaps()).toMatchObject([{ reason: 'reference-unseen', open: false }])
    await keep({ id: 'reply', refersTo: 'original' })
    await split()
    expect(await gaps()).toHaveLength(1)
  })

  it('closes a gap by its key, also when that came first, and does not open it again', async () => {
    const gap = { reason: 'history-incomplete', key: 'chunk-1' } as const
    await keep({ gap }, { closed: { reason: 'history-incomplete', key: 'chunk-2' } })
    await split()
    await keep({ gap: { ...gap, key: 'chunk-2' } }, { closed: gap }, { gap })
    await split()
    expect(await gaps()).toMatchObject([{ open: false }, { open: false }])
  })

  it('does not open for a message that is there already', async () => {
    await keep({ id: 'a' })
    await split()
    await keep({ gap: { reason: 'undecryptable', key: 'a', messageId: 'a' } })
    await split()
    expect(await gaps()).toEqual([])
  })
})

describe('consent stands before the journal', () => {
  const withdraw = async () => {
    const user = (await registeredUsers(parts, account)).find(({ mobile }) => mobile === custodian)!
    await withdrawConsent(parts, account, user.id, 'capture')
  }
  const records = async () => (await journalStatus(parts, account)).records

  it('who withdraws it is captured no more from that instant; what came before is, whenever it is split', async () => {
    await keep({ id: 'before' })
    now += 1_000
    await withdraw()
    now += 1_000
    await keep({ id: 'after' })
    await split()
    expect(await records()).toBe(1)
    expect(await waiting()).toBe(0)
    expect(await gaps()).toMatchObject([{ reason: 'no-consent', open: true }])
    const refused = await parts.database.selectFrom('site_refused_day').selectAll().execute()
    expect(refused).toMatchObject([{ reason: 'no-consent', records: 1n }])
    stub.world.pulled.push({ id: 'pulled' })
    await pull()
    expect(await records()).toBe(1)
  })

  it('a conversation that two people excluded leaves only counts', async () => {
    const by = async <Result>(actor: string, work: () => Promise<Result>) => {
      const origin = {
        actor,
        actorType: 'person',
        clientIp: null,
        sessionId: null,
        correlationId: '',
      } as const
      return (await withAuditOrigin(origin, work)).result
    }
    const proposal = { conversation: 'family', userId: null, reason: 'a family chat' }
    const id = await by('erin', () => proposeExclusion(parts, account, proposal))
    await expect(by('erin', () => decideExclusion(parts, account, id, true))).rejects.toThrow(
      'another person',
    )
    await by('omar', () => decideExclusion(parts, account, id, true))
    await keep({ id: 'private', conversation: 'family' }, { id: 'deal', conversation: 'desk' })
    await split()
    expect(await records()).toBe(1)
    const refused = await parts.database.selectFrom('site_refused_day').selectAll().execute()
    expect(refused).toMatchObject([{ reason: 'excluded', records: 1n }])
  })
})

it('a user’s way in is active when a record came, broken when the device fell away, active again after that', async () => {
  const states: string[] = []
  const note = async (entry: StubEntry) => {
    await keep(entry)
    await split()
    const rows = await parts.database.selectFrom('site_activation').select('state').execute()
    states.push(rows.map(({ state }) => state).join())
  }
  await note({ id: 'a' })
  await note({ gap: { reason: 'disconnected', key: '1' } })
  await note({ id: 'b' })
  expect(states).toEqual(['active', 'broken', 'active'])
})

describe('a pull', () => {
  it('moves its cursor with what it journalled, and goes on there after a failure', async () => {
    stub.world.pulled.push({ id: '1' }, { id: '2' })
    expect(await pull()).toMatchObject({ captured: 2 })
    expect((await listRoutes(parts))[0]!.cursor).toBe(2)
    stub.world.pulled.push({ id: '3' })
    stub.world.pullFails = true
    await expect(pull()).rejects.toThrow('does not answer')
    stub.world.pullFails = false
    expect(await pull()).toMatchObject({ captured: 1, duplicates: 0 })
    stub.world.pulled.push({ id: '4' }, { id: '5' })
    stub.world.pullFailsAt = 4
    await expect(pull()).rejects.toThrow('does not answer')
    expect((await listRoutes(parts))[0]!.cursor).toBe(4)
    expect((await journalStatus(parts, account)).records).toBe(4)
  })

  it.each(['capture.before-commit', 'capture.committed', 'pull.committed'])(
    'loses and doubles nothing when the site dies at %s',
    async (point) => {
      stub.world.pulled.push({ id: '1' }, { id: '2' }, { id: '3' })
      const faults = installFaults({ point, pass: 1, how: 'throw' })
      await expect(pull()).rejects.toThrow(SimulatedCrash)
      faults.remove()
      await pull()
      expect((await journalStatus(parts, account)).records).toBe(3)
    },
  )
})

describe('a route', () => {
  it('is called over HTTP: answered by its source, kept, split and counted without anybody asking', async () => {
    const log = createLogger({ level: 'silent' })
    const keeper = createBodyKeeper(parts, (id) => runner.wake(id, 'split'))
    const captured = Promise.withResolvers<number>()
    const runner = startRoutes({ parts, keeper, log, onCaptured: captured.resolve })
    const calls = createCallAnswerer(parts, keeper)
    const server = await startServer({
      ...{ host: '127.0.0.1', port: 0, onFailure: () => {} },
      mount: (inner) =>
        void inner.register(async (below) => registerSiteHooks(below, calls), { prefix: '/site' }),
    })
    const address = `${server.url}/site/hooks/stub/${route.address}`
    const post = (body: string, word: string) =>
      fetch(address, {
        method: 'POST',
        body,
        headers: { 'x-word': word, 'content-type': 'application/json' },
      })
    expect(await (await fetch(`${address}?challenge=42&challenge=43`)).text()).toBe('42')
    expect((await post('[{"id":"a"}]', 'please')).status).toBe(200)
    expect((await post('[{"id":"b"}]', 'at once!')).status).toBe(401)
    expect((await fetch(`${server.url}/site/hooks/stub/${'0'.repeat(32)}`)).status).toBe(404)
    expect((await fetch(`${server.url}/site/hooks/other/${route.address}`)).status).toBe(404)
    expect((await post(`["${'x'.repeat(4 * 1024 * 1024)}"]`, 'please')).status).toBe(413)
    expect(await captured.promise).toBe(account.id)
    await runner.stop()
    calls.stop()
    await server.close()
    expect((await journalStatus(parts, account)).records).toBe(1)
    expect((await listRoutes(parts))[0]).toMatchObject({ refusedCalls: 1 })
  })

  it('keeps its secret sealed, refuses a wrong one without repeating it, and is gone when removed', async () => {
    const input = { name: 'other', settings: {}, secret: { password: 'abc' } }
    const refused = await createRoute(parts, account, stub.source, input).catch((error: Error) => error)
    expect(String(refused)).toContain('secret password')
    expect(String(refused)).not.toContain('abc')
    const made = await createRoute(parts, account, stub.source, { ...input, secret: { password: 'abcdef' } })
    const kept = await parts.database.selectFrom('site_route').selectAll().where('id', '=', made.id).execute()
    expect(inspect(kept)).not.toContain('abcdef')
    await expect(
      createRoute(parts, account, stub.source, { name: 'OTHER', settings: {} }),
    ).rejects.toMatchObject({
      code: 'route-exists',
    })
    const changed = await changeRoute(parts, account, stub.source, made, { enabled: false })
    await expect(changeRoute(parts, account, stub.source, made, { enabled: true })).rejects.toMatchObject({
      code: 'changed-meanwhile',
    })
    await removeRoute(parts, account, changed)
    expect((await listRoutes(parts)).map(({ name }) => name)).toEqual(['main'])
  })
})
