/** What the feed tells of coverage: pages that miss nothing, and numbers that follow the centre's cursor. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/postgres.ts'
import { activityQuery, gapsQuery } from '../domain/feed/contract.ts'
import { createMemoryKeyVault } from '../platform/keys/index.ts'
import { createLocalObjectStore } from '../platform/object-store/local-object-store.ts'
import { createKysely } from '../platform/postgres/index.ts'
import { systemRandom } from '../platform/random.ts'
import { generateKeyPair, openWithPrivateKey } from '../platform/sealing/index.ts'
import { accountByName, createAccount, type SiteAccount } from './accounts.ts'
import { readActivity, readGaps } from './coverage-feed.ts'
import {
  createBodyKeeper,
  createRoute,
  type LiveParts,
  openRoute,
  type Route,
  splitKept,
} from './live/index.ts'
import { noteProblem } from './live/route-problems.ts'
import { createStub, custodian, type StubEntry } from './live/stub-source.fixture.ts'
import { importRegisteredUsers } from './registered-users.ts'

const pair = generateKeyPair(systemRandom)
let database: TestDatabase
let folder: string
let now = Date.parse('2026-03-19T12:00:00Z')
let parts: LiveParts
let account: SiteAccount
let other: SiteAccount
let route: Route

beforeAll(async () => {
  database = await createTestDatabase()
  folder = mkdtempSync(join(tmpdir(), 'holdfast-feed-'))
  const { source } = createStub()
  parts = {
    ...{ database: createKysely(database.pool), pool: database.pool, vault: createMemoryKeyVault() },
    objects: await createLocalObjectStore({ folder: join(folder, 'objects') }),
    ...{ clock: { now: () => now }, random: systemRandom, sources: [source] },
    routesFolder: join(folder, 'routes'),
  }
  for (const name of ['Firm', 'Other']) await createAccount(parts, { name, publicKey: pair.publicKey })
  account = await accountByName(parts, 'Firm')
  other = await accountByName(parts, 'Other')
  await importRegisteredUsers(parts, account, [
    { row: 2, name: 'Ada', mobile: custodian, email: 'ada@firm.example' },
  ])
  route = await createRoute(parts, account, source, { name: 'main', settings: {} })
  await bring({ id: 'a' }, { id: 'b' }, { gap: { reason: 'sequence-jump', key: '1' } })
  now += 86_400_000
  await bring(
    { id: 'c' },
    { gap: { reason: 'sequence-jump', key: '2' } },
    { gap: { reason: 'media-lost', key: '3' } },
  )
})
afterAll(async () => {
  await database?.drop()
  rmSync(folder, { recursive: true })
})

async function bring(...entries: StubEntry[]) {
  await createBodyKeeper(parts).keep(route, Buffer.from(JSON.stringify(entries)))
  const opened = await openRoute(parts, route, new AbortController().signal)
  await splitKept(parts, opened!)
}

const gaps = async (query: object, of = account) => (await readGaps(parts, of, gapsQuery.parse(query))).gaps
const activity = (query: object, of = account) =>
  readActivity(parts, of, activityQuery.parse({ since: '2026-03-01', ...query }))

it('gaps come by id, page after page, sealed to the account, and closed ones by when they were closed', async () => {
  const [first, ...rest] = await gaps({ limit: 1 })
  expect([first!.reason, first!.route, rest]).toEqual(['sequence-jump', 'main', []])
  expect((await gaps({ after: first!.id })).map(({ reason }) => reason)).toEqual([
    'sequence-jump',
    'media-lost',
  ])
  const sealed = Buffer.from(first!.sealedExplanation, 'base64')
  expect(JSON.parse(openWithPrivateKey(pair.privateKey, sealed, 'gap').toString())).toMatchObject({
    explanation: 'It lacks 1.',
  })
  expect(await gaps({ closedSince: '2026-03-01T00:00:00Z' })).toEqual([])
  await bring({ closed: { reason: 'sequence-jump', key: '1' } })
  const closed = await gaps({ closedSince: '2026-03-20T12:00:00Z' })
  expect(closed).toMatchObject([{ id: first!.id, closedAt: '2026-03-20T12:00:00.000Z' }])
  expect(await gaps({ closedSince: '2026-03-20T12:00:01Z' })).toEqual([])
})

it('activity comes by day, page after page; days and routes with the first page alone', async () => {
  const first = await activity({ limit: 1 })
  expect(first.activity).toMatchObject([{ day: '2026-03-19', records: 2, source: 'stub' }])
  expect(first.days).toMatchObject([
    { day: '2026-03-19', family: 'whatsapp', firstSequence: 1, lastSequence: 2, records: 2, transferred: 0 },
    { day: '2026-03-20', family: 'whatsapp', firstSequence: 3, lastSequence: 3, records: 1, transferred: 0 },
  ])
  const second = await activity({ limit: 1, after: first.next! })
  expect(second).toMatchObject({ activity: [{ day: '2026-03-20', records: 1 }], days: [], routes: [] })
  expect(await activity({ limit: 1, after: second.next! })).toMatchObject({ activity: [], next: null })
  expect((await activity({ since: '2026-03-20' })).days).toHaveLength(1)
})

it('days say how much of them lies before the cursor of their family', async () => {
  const transferred = async (query: object) => (await activity(query)).days.map((day) => day.transferred)
  expect(await transferred({ whatsapp: 2 })).toEqual([2, 0])
  expect(await transferred({ whatsapp: 3 })).toEqual([2, 1])
  expect(await transferred({ wechat: 3 })).toEqual([0, 0])
})

it('routes tell what waits and what is wrong', async () => {
  await createBodyKeeper(parts).keep(route, Buffer.from('[]'))
  await noteProblem(parts, route, new Error('never shown'))
  expect((await activity({})).routes).toMatchObject([
    {
      ...{ name: 'main', source: 'stub', enabled: true, waitingBodies: 1 },
      ...{ oldestWaitingAt: '2026-03-20T12:00:00.000Z', lastReceivedAt: '2026-03-20T12:00:00.000Z' },
      problem: { code: 'internal', since: '2026-03-20T12:00:00.000Z' },
    },
  ])
})

it('tells an account nothing of another', async () => {
  expect(await gaps({}, other)).toEqual([])
  expect(await activity({}, other)).toEqual({
    ...{ activity: [], next: null, days: [], routes: [], personal: [] },
  })
})
