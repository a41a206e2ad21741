/** The session archive pulled by a real site into its journal: stopped at its own fault points, with a library that dies. */
import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { installFaults, SimulatedCrash } from '../../src/platform/faults.ts'
import { createMemoryKeyVault } from '../../src/platform/keys/index.ts'
import { createLocalObjectStore } from '../../src/platform/object-store/local-object-store.ts'
import { createKysely } from '../../src/platform/postgres/index.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { generateKeyPair } from '../../src/platform/sealing/index.ts'
import { accountByName, createAccount, type SiteAccount } from '../../src/site/accounts.ts'
import { journalStatus } from '../../src/site/journal.ts'
import {
  createBodyKeeper,
  createCallAnswerer,
  createRoute,
  type LiveParts,
  listRoutes,
  openRoute,
  pullRoute,
  splitKept,
} from '../../src/site/live/index.ts'
import { importRegisteredUsers } from '../../src/site/registered-users.ts'
import { wecomArchive } from '../../src/sources/wecom-archive/index.ts'
import { createTestDatabase, type TestDatabase } from '../postgres.ts'
import { eventCall, notifyXml, renameXml, verificationCall } from '../wecom/callbacks.ts'
import { corpId, newFolder } from '../wecom/company.ts'
import { bytesOf, describeArchive, fileMessage } from '../wecom/scene.ts'
import { wrapKey } from '../wecom/stand-in.ts'

const receiver = {
  corpId,
  token: 'aTokenForTests',
  encodingAesKey: Buffer.alloc(32, 'an invented key ').toString('base64').slice(0, 43),
}

describeArchive('a site that pulls the session archive', (scene) => {
  let database: TestDatabase
  let folder = ''
  let parts: LiveParts
  let account: SiteAccount
  beforeEach(async () => {
    database = await createTestDatabase()
    folder = newFolder()
    parts = {
      database: createKysely(database.pool),
      pool: database.pool,
      objects: await createLocalObjectStore({ folder: join(folder, 'objects') }),
      vault: createMemoryKeyVault(),
      clock: { now: () => scene.time },
      random: systemRandom,
      sources: [wecomArchive],
      routesFolder: join(folder, 'routes'),
    }
    await createAccount(parts, { name: 'Firm', publicKey: generateKeyPair(systemRandom).publicKey })
    account = await accountByName(parts, 'Firm')
    await importRegisteredUsers(parts, account, [
      { row: 2, name: 'Zhang San', mobile: '+447700900001', email: 'zhang.san@firm.example' },
    ])
    const { settings, secret } = scene.route({ callback: receiver })
    await createRoute(parts, account, wecomArchive, { name: 'main', settings, secret })
  })
  afterEach(async () => {
    await database.drop()
    rmSync(folder, { recursive: true })
  })

  const opened = async () => (await openRoute(parts, (await listRoutes(parts))[0]!, scene.stop.signal))!
  const restart = () => {
    scene.stop.abort()
    scene.stop = new AbortController()
  }

  test('loses and doubles nothing, wherever it stops', async () => {
    const [wrappedKey, content] = [wrapKey(scene.newer, 'k'), bytesOf(700_000, 3)]
    for (let number = 1; number <= 5; number++) scene.standIn.addMedia(`file-${number * 900}`, content)
    scene.standIn.handOut(
      scene.prepared(4_700, (number) => ({
        randomKey: 'k',
        wrappedKey,
        ...(number % 900 === 0 ? { plain: fileMessage(number, content) } : {}),
      })),
    )
    scene.standIn.setFaults('GetChatData 2 crash', 'DecryptData 3000 crash', 'GetMediaData 3 crash')
    for (const point of [
      'capture.segment-written',
      'capture.before-commit',
      'pull.committed',
      'capture.committed',
    ]) {
      const faults = installFaults({ point, pass: 1, how: 'throw' })
      await expect(opened().then((open) => pullRoute(parts, open))).rejects.toThrow(SimulatedCrash)
      faults.remove()
      restart()
    }
    await pullRoute(parts, await opened())
    await pullRoute(parts, await opened())
    expect((await journalStatus(parts, account)).records).toBe(4_700)
    expect((await listRoutes(parts))[0]!.cursor).toMatchObject({ seq: '4700' })
    const gaps = await parts.database.selectFrom('site_gap').selectAll().execute()
    expect(new Set(gaps.map(({ reason }) => reason))).toEqual(new Set(['sdk-crashed']))
    expect(gaps.every(({ closed_at }) => closed_at !== null)).toBe(true)
  })

  test('is woken by a call, and keeps the other events', async () => {
    scene.standIn.handOut(scene.prepared(3))
    const woken: number[] = []
    const answerer = createCallAnswerer(parts, createBodyKeeper(parts), (routeId) => woken.push(routeId))
    const { address, id } = (await listRoutes(parts))[0]!
    const call = (made: ReturnType<typeof eventCall>) => answerer.answer('wecom-archive', address!, made)
    expect(await call(verificationCall(receiver, 'echo', scene.time))).toMatchObject({
      status: 200,
      text: 'echo',
    })
    expect((await call(eventCall(receiver, notifyXml(corpId, scene.time), scene.time)))?.status).toBe(200)
    expect(woken).toEqual([id])
    await call(eventCall(receiver, renameXml(corpId, 'zhangsan', 'zhangsan2', scene.time), scene.time))
    const forged = eventCall({ ...receiver, token: 'other' }, notifyXml(corpId, scene.time), scene.time)
    expect((await call(forged))?.status).toBe(403)
    expect(await splitKept(parts, await opened())).toMatchObject({ bodies: 1, captured: 1 })
    expect(await pullRoute(parts, await opened())).toMatchObject({ captured: 3 })
    const activity = await parts.database.selectFrom('site_activity').selectAll().execute()
    expect(activity).toMatchObject([{ source: 'wecom-archive', records: 3n }])
    answerer.stop()
  })
})
