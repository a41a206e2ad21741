/** What runs routes: one that cannot be opened, one that works again, and people who come while it runs. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../test/postgres.ts'
import { AppError } from '../../domain/errors.ts'
import { createMemoryKeyVault } from '../../platform/keys/index.ts'
import { createLogger } from '../../platform/log/logger.ts'
import { createLocalObjectStore } from '../../platform/object-store/local-object-store.ts'
import { createKysely } from '../../platform/postgres/index.ts'
import { systemRandom } from '../../platform/random.ts'
import { generateKeyPair } from '../../platform/sealing/index.ts'
import type { Source } from '../../sources/source.ts'
import { accountByName, createAccount, type SiteAccount } from '../accounts.ts'
import { addUser } from '../index.ts'
import {
  createBodyKeeper,
  createRoute,
  type LiveParts,
  listRoutes,
  type RouteRunner,
  removeRoute,
  startRoutes,
} from './index.ts'
import { noteProblem } from './route-problems.ts'
import { createStub, custodian } from './stub-source.fixture.ts'

const log = createLogger({ level: 'silent' })
let database: TestDatabase
let folder: string
let parts: LiveParts
let account: SiteAccount
let stub: ReturnType<typeof createStub>
let now = Date.parse('2026-03-20T12:00:00Z')
let runner: RouteRunner | undefined

beforeAll(async () => {
  database = await createTestDatabase()
  folder = mkdtempSync(join(tmpdir(), 'holdfast-runner-'))
  stub = createStub()
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
  await createAccount(parts, { name: 'Firm', publicKey: generateKeyPair(systemRandom).publicKey })
  account = await accountByName(parts, 'Firm')
}, 60_000)
afterEach(async () => {
  await runner?.stop()
  for (const route of await listRoutes(parts)) await removeRoute(parts, account, route)
})
afterAll(async () => {
  await database?.drop()
  rmSync(folder, { recursive: true })
})

const run = (of: LiveParts) => {
  const keeper = createBodyKeeper(of, (id) => runner?.wake(id, 'split'))
  runner = startRoutes({ parts: of, keeper, log })
  return keeper
}

async function until(holds: () => Promise<boolean> | boolean): Promise<void> {
  for (let wait = 0; wait < 200; wait += 1) {
    if (await holds()) return
    await setTimeout(25)
  }
  throw new Error('It did not come to pass.')
}

it('a route whose secret no key opens is tried later and later, and at once when it was changed', async () => {
  const input = { name: 'sealed', settings: {}, secret: { password: 'abcdef' } }
  const route = await createRoute(parts, account, stub.source, input)
  let tries = 0
  const vault: LiveParts['vault'] = {
    ...parts.vault,
    async open() {
      tries += 1
      throw new AppError('key-refused', 'No key of this site opens it.')
    },
  }
  run({ ...parts, vault })
  await until(() => tries === 1)
  // It is looked at whenever something wakes it, and each second.
  for (let times = 0; times < 5; times += 1) {
    runner!.wake(route.id, 'pull')
    await setTimeout(30)
  }
  expect(tries).toBe(1)
  now += 5_000
  runner!.wake(route.id, 'pull')
  await until(() => tries === 2)
  now += 5_000
  runner!.wake(route.id, 'pull')
  await setTimeout(100)
  expect(tries).toBe(2)
  now += 5_000
  runner!.wake(route.id, 'pull')
  await until(() => tries === 3)
  expect((await listRoutes(parts))[0]!.problem).toMatchObject({ code: 'key-refused' })
})

it('a running route knows who is registered by now', async () => {
  const seen: number[] = []
  const live = stub.source.live!
  const counting: Source = {
    ...stub.source,
    live: {
      ...live,
      split(given, body) {
        seen.push(given.registeredUsers.length)
        return live.split!(given, body)
      },
    },
  }
  const route = await createRoute(parts, account, stub.source, { name: 'people', settings: {} })
  const keeper = run({ ...parts, sources: [counting] })
  await keeper.keep(route, Buffer.from('[{"id":"before"}]'))
  await until(() => seen.length === 1)
  const person = { name: 'Ada', mobile: '+447700900001', email: 'ada@firm.example', wecomUserid: null }
  await addUser(parts, account, person)
  await keeper.keep(route, Buffer.from('[{"id":"after"}]'))
  await until(() => seen.length === 2)
  expect(seen).toEqual([0, 1])
})

it('a route that is only called forgets its problem once it works again', async () => {
  const { pull: _none, ...live } = stub.source.live!
  const called: Source = { ...stub.source, live }
  const route = await createRoute(parts, account, stub.source, { name: 'called', settings: {} })
  await noteProblem(parts, route, new AppError('media-damaged', 'What it was sent was no file.'))
  expect((await listRoutes(parts))[0]!.problem).not.toBeNull()
  const keeper = run({ ...parts, sources: [called] })
  await keeper.keep(route, Buffer.from('[{"id":"works"}]'))
  await until(async () => (await listRoutes(parts))[0]!.problem === null)
})

it('a person whose phone was not seen for ten days is shown as silent until a record comes', async () => {
  const person = { name: 'Ben', mobile: custodian, email: 'ben@firm.example', wecomUserid: null }
  await addUser(parts, account, person).catch(() => {})
  const route = await createRoute(parts, account, stub.source, { name: 'phone', settings: {} })
  const keeper = run(parts)
  const state = async () => {
    const { rows } = await database.pool.query(`select state from site_activation where source = 'stub'`)
    return rows[0]?.state
  }
  await keeper.keep(route, Buffer.from('[{"id":"here"}]'))
  await until(async () => (await state()) === 'active')
  await keeper.keep(route, Buffer.from('[{"gap":{"reason":"phone-silent","key":"1"}}]'))
  await until(async () => (await state()) === 'silent')
  await keeper.keep(route, Buffer.from('[{"id":"back"}]'))
  await until(async () => (await state()) === 'active')
})
