/** The plug-in's session, kept by a site over HTTP in PostgreSQL. */
import { createCipheriv, hash } from 'node:crypto'
import { existsSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { callSite } from '../../plugins/whatsapp-linked-device/send.ts'
import { readSessionFiles } from '../../plugins/whatsapp-linked-device/session-files.ts'
import { openSession, type SessionStore } from '../../plugins/whatsapp-linked-device/session-store.ts'
import { type RunningServer, startServer } from '../../src/http/server.ts'
import { registerSiteHooks } from '../../src/http/site-hooks.ts'
import { createMemoryKeyVault } from '../../src/platform/keys/index.ts'
import { createLocalObjectStore } from '../../src/platform/object-store/local-object-store.ts'
import { createKysely } from '../../src/platform/postgres/index.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { generateKeyPair } from '../../src/platform/sealing/index.ts'
import { accountByName, createAccount, type SiteAccount } from '../../src/site/accounts.ts'
import {
  createBodyKeeper,
  createCallAnswerer,
  createRoute,
  type LiveParts,
  type Route,
  removeRoute,
} from '../../src/site/live/index.ts'
import { whatsappLinkedDevice } from '../../src/sources/whatsapp-linked-device/index.ts'
import { signatureOf } from '../../src/sources/whatsapp-linked-device/receive.ts'
import { createTestDatabase, type TestDatabase } from '../postgres.ts'

const sharedKey = '0123456789abcdef0123456789abcdef'
const key = Buffer.alloc(32, 7)
let database: TestDatabase
let folder: string
let parts: LiveParts
let account: SiteAccount
let route: Route
let server: RunningServer
let stopped: AbortController

beforeEach(async () => {
  database = await createTestDatabase()
  folder = mkdtempSync(join(tmpdir(), 'holdfast-session-'))
  stopped = new AbortController()
  parts = {
    database: createKysely(database.pool),
    pool: database.pool,
    objects: await createLocalObjectStore({ folder: join(folder, 'objects') }),
    vault: createMemoryKeyVault(),
    clock: { now: () => Date.now() },
    random: systemRandom,
    sources: [whatsappLinkedDevice],
    routesFolder: join(folder, 'routes'),
  }
  await createAccount(parts, { name: 'Firm', publicKey: generateKeyPair(systemRandom).publicKey })
  account = await accountByName(parts, 'Firm')
  route = await createRoute(parts, account, whatsappLinkedDevice, {
    ...{ name: 'ada', settings: { custodian: '+44 7700 900001' }, secret: { sharedKey }, acceptRisk: true },
  })
  server = await serve()
})
afterEach(async () => {
  stopped.abort()
  await server.close()
  await database.drop()
  rmSync(folder, { recursive: true })
})

function serve(port = 0): Promise<RunningServer> {
  const calls = createCallAnswerer(parts, createBodyKeeper(parts))
  return startServer({
    ...{ host: '127.0.0.1', port, onFailure: () => {} },
    mount: (inner) =>
      void inner.register(async (below) => registerSiteHooks(below, calls), { prefix: '/site' }),
  })
}

const site = () => ({
  site: `${server.url}/site/hooks/whatsapp-linked-device/${route.address}`,
  sharedKey,
})
const open = (told: { troubles?: string[]; lost?: string[] } = {}): Promise<SessionStore> =>
  openSession({
    ...{ site: site(), key, files: readSessionFiles(join(folder, 'session')), signal: stopped.signal },
    onTrouble: (why) => told.troubles?.push(why),
    onLost: (why) => told.lost?.push(why),
  })
const bytes = (text: string) => Buffer.from(text)
const stored = async () => {
  const { rows } = await database.pool.query<{ name_tag: Buffer; sealed_entry: Buffer }>(
    'select name_tag, sealed_entry from site_route_session order by name_tag',
  )
  return rows
}

describe('the session of a linked device', () => {
  it('is in the database of its site, which cannot read it, and is there for the plug-in’s next start', async () => {
    const session = await open()
    expect(session.read('creds')).toBeNull()
    await session.write(
      new Map([
        ['creds', bytes('noise key')],
        ['session/447700900123.0', bytes('ratchet 1')],
        ['pre-key/1', bytes('used up soon')],
      ]),
    )
    await session.write(
      new Map([
        ['session/447700900123.0', bytes('ratchet 2')],
        ['pre-key/1', null],
      ]),
    )
    const rows = await stored()
    expect(rows).toHaveLength(2)
    // Neither under the site's own seal nor beneath it.
    for (const { name_tag: tag, sealed_entry: sealed } of rows) {
      const beneath = await parts.vault.open(`route-session/${route.address}/${tag.toString('hex')}`, sealed)
      for (const one of [tag, sealed, Buffer.from(beneath)])
        expect(one.toString('latin1')).not.toMatch(/noise|ratchet|447700900123/)
      expect(tag.toString('hex')).not.toBe(hash('sha256', 'session/447700900123.0'))
    }
    const next = await open()
    expect(next.read('creds')!.toString()).toBe('noise key')
    expect(next.read('session/447700900123.0')!.toString()).toBe('ratchet 2')
    expect(next.read('pre-key/1')).toBeNull()
    await next.forget()
    expect(await stored()).toEqual([])
    expect((await open()).read('creds')).toBeNull()
  })

  it('moves from the files of an earlier version at the first start, byte for byte, and the files go', async () => {
    mkdirSync(join(folder, 'session'))
    for (const [name, value] of [
      ['creds', 'noise key'],
      ['session/447700900123.0', 'ratchet 1'],
    ] as const) {
      const nonce = systemRandom.bytes(12)
      const cipher = createCipheriv('aes-256-gcm', key, nonce).setAAD(Buffer.from(name))
      const sealed = Buffer.concat([cipher.update(value), cipher.final()])
      const file = join(folder, 'session', hash('sha256', name))
      writeFileSync(file, Buffer.concat([nonce, cipher.getAuthTag(), sealed]))
    }
    writeFileSync(join(folder, 'session', `${'0'.repeat(64)}.new`), 'cut off')
    const session = await open()
    expect(session.read('session/447700900123.0')!.toString()).toBe('ratchet 1')
    expect(existsSync(join(folder, 'session'))).toBe(false)
    expect((await open()).read('creds')!.toString()).toBe('noise key')
    expect(await stored()).toHaveLength(2)
  })

  it('is not written while the site is away, and whoever writes waits for it', async () => {
    const troubles: string[] = []
    const session = await open({ troubles })
    const { port } = new URL(server.url)
    await server.close()
    let written = false
    const writing = session.write(new Map([['creds', bytes('noise key')]])).then(() => {
      written = true
    })
    while (troubles.length === 0) await new Promise((resolve) => setTimeout(resolve, 10))
    expect(written).toBe(false)
    server = await serve(Number(port))
    await writing
    expect((await open()).read('creds')!.toString()).toBe('noise key')
  })

  it('has many writes at once in few requests, the last of each entry in the end', async () => {
    const session = await open()
    await Promise.all(
      Array.from({ length: 200 }, (_, place) =>
        session.write(
          new Map([
            ['session/one', bytes(`ratchet ${place}`)],
            [`pre-key/${place}`, bytes('key')],
          ]),
        ),
      ),
    )
    const next = await open()
    expect(next.read('session/one')!.toString()).toBe('ratchet 199')
    expect(await stored()).toHaveLength(201)
    const { rows } = await database.pool.query('select session_generation::int as writes from site_route')
    expect(rows[0].writes).toBeLessThan(20)
  })

  it('may be large: a history names tens of thousands of people', async () => {
    const session = await open()
    const people = Array.from(
      { length: 25_000 },
      (_, place) => [`lid-mapping/${place}`, bytes(String(place))] as const,
    )
    await session.write(new Map(people))
    expect((await open()).read('lid-mapping/24999')!.toString()).toBe('24999')
  }, 240_000)

  it('belongs to one plug-in: the other one’s write is refused, and it stops', async () => {
    const lost: string[] = []
    const first = await open({ lost })
    const second = await open()
    await second.write(new Map([['creds', bytes('second')]]))
    await expect(first.write(new Map([['creds', bytes('first')]]))).rejects.toThrow(/409/)
    expect(lost).toHaveLength(1)
    await expect(first.write(new Map([['creds', bytes('again')]]))).rejects.toThrow(/409/)
    expect((await open()).read('creds')!.toString()).toBe('second')
  })

  it('takes a request once, however often it comes, and none that is altered, old or of another form', async () => {
    const tag = 'ab'.repeat(32)
    const write = bytes(JSON.stringify({ generation: 1, write: { [tag]: 'AAAA' } }))
    const ask = (body: Buffer) => callSite(body, site(), stopped.signal, 'session')
    expect(await ask(write)).toMatchObject({ status: 200 })
    expect(await ask(write)).toMatchObject({ status: 200 })
    const other = bytes(JSON.stringify({ generation: 1, write: { [tag]: 'BBBB' } }))
    expect(await ask(other)).toMatchObject({ status: 409 })
    expect(await ask(bytes(JSON.stringify({ generation: 9, write: {} })))).toMatchObject({ status: 409 })
    expect(await ask(bytes(JSON.stringify({ generation: 2, write: { short: 'AAAA' } })))).toMatchObject({
      status: 400,
    })
    const time = String(Date.now() - 11 * 60_000)
    const headers = (body: Buffer) => ({
      'x-holdfast-kind': 'session',
      'x-holdfast-time': time,
      'x-holdfast-signature': signatureOf(sharedKey, time, body),
    })
    const old = bytes('{"read":true}')
    const answer = await fetch(site().site, { method: 'POST', body: old, headers: headers(old) })
    expect(answer.status).toBe(401)
    const stranger = { ...site(), sharedKey: 'f'.repeat(32) }
    expect(await callSite(old, stranger, stopped.signal, 'session')).toMatchObject({ status: 401 })
    expect(await stored()).toHaveLength(1)
  })

  it('is not found under another key, and is gone with its route', async () => {
    const session = await open()
    await session.write(new Map([['creds', bytes('noise key')]]))
    await expect(
      openSession({
        ...{ site: site(), key: Buffer.alloc(32, 8), signal: stopped.signal },
        files: readSessionFiles(join(folder, 'session')),
      }).then((other) => other.read('creds')),
    ).resolves.toBeNull()
    await removeRoute(parts, account, route)
    expect(await stored()).toEqual([])
  })
})
