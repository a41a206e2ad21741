/** The embedded server with real processes: started, shared, killed, recovered, as root and as another user. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { chmodSync, chownSync, mkdtempSync, readFileSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout as sleep } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import pg from 'pg'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDataFolder } from '../data-folder.ts'
import { systemRandom } from '../random.ts'
import type { Secret } from '../secret.ts'
import { type EmbeddedServer, openEmbeddedServer } from './embedded.ts'
import { clusterProcesses, livePostmaster, processIsAlive } from './processes.ts'
import { stopServer } from './server.ts'

let path: string
let children: ChildProcess[]
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'holdfast-embedded-'))
  children = []
})
afterEach(async () => {
  for (const child of children) child.kill('SIGKILL')
  await stopServer(join(path, 'pg'))
  rmSync(path, { recursive: true, force: true })
})

function open(): Promise<EmbeddedServer> {
  return openEmbeddedServer({ folder: openDataFolder(path), random: systemRandom })
}

async function query(url: Secret, sql: string): Promise<Record<string, unknown>[]> {
  const client = new pg.Client({ connectionString: url.reveal() })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query(sql)).rows
  } finally {
    await client.end()
  }
}

interface Child {
  readonly process: ChildProcess
  readonly said: Record<string, unknown>
}

const program = fileURLToPath(new URL('./embedded-program.fixture.ts', import.meta.url))

/** Another process that opens the same folder, says what it found and closes when its input ends. */
async function openElsewhere(prefix: readonly string[] = []): Promise<Child> {
  const [command, ...commandArguments] = [...prefix, process.execPath, program, path]
  const child = spawn(command!, commandArguments, { stdio: ['pipe', 'pipe', 'inherit'] })
  children.push(child)
  const [line] = await once(createInterface({ input: child.stdout }), 'line')
  return { process: child, said: JSON.parse(line) }
}

async function closeElsewhere(child: Child): Promise<void> {
  child.process.stdin!.end()
  const [code] = await once(child.process, 'exit')
  expect(code).toBe(0)
}

async function kill(child: Child): Promise<void> {
  child.process.kill('SIGKILL')
  await once(child.process, 'exit')
}

describe('a data folder of one process', () => {
  it('keeps what was written, and stops its server when it is closed', async () => {
    const first = await open()
    expect(first.adopted).toBe(false)
    await query(first.ownerUrl, 'CREATE TABLE kept AS SELECT 42 AS answer')
    await first.close()
    await first.close()
    expect(processIsAlive(first.pid)).toBe(false)

    const second = await open()
    expect(await query(second.ownerUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])
    await second.close()
  })

  it('is durable, encoded in UTF-8, ordered by code point and closed to everybody else', async () => {
    const server = await open()
    const [settings] = await query(
      server.appUrl,
      `SELECT current_setting('fsync') AS fsync, current_setting('synchronous_commit') AS commits,
              current_setting('full_page_writes') AS pages, current_setting('data_checksums') AS checksums,
              current_setting('server_encoding') AS encoding, current_setting('listen_addresses') AS network,
              '名' > 'z' AND 'a' > 'Z' AS ordered`,
    )
    expect(settings).toEqual({
      fsync: 'on',
      commits: 'on',
      pages: 'on',
      checksums: 'on',
      encoding: 'UTF8',
      network: '',
      ordered: true,
    })
    expect(statSync(path).mode & 0o066).toBe(0)
    expect(statSync(join(path, 'pg')).mode & 0o077).toBe(0)
    expect(statSync(join(path, 'pg-passwords.json')).mode & 0o077).toBe(0)
    await server.close()
  })

  it('gives the application a role that cannot alter anything', async () => {
    const server = await open()
    await query(server.ownerUrl, 'CREATE TABLE t (id int); GRANT SELECT, INSERT, DELETE ON t TO holdfast_app')
    for (const forbidden of [
      'CREATE TABLE u ()',
      'DROP TABLE t',
      'TRUNCATE t',
      'ALTER TABLE t DISABLE TRIGGER ALL',
    ]) {
      await expect(query(server.appUrl, forbidden)).rejects.toMatchObject({ code: '42501' })
    }
    expect(await query(server.appUrl, 'INSERT INTO t VALUES (1) RETURNING id')).toEqual([{ id: 1 }])
    await server.close()
  })

  it('writes no statement, value or message of a failed statement to its log', async () => {
    const server = await open()
    await query(server.ownerUrl, 'CREATE TABLE t (id text PRIMARY KEY)')
    await query(server.ownerUrl, `INSERT INTO t VALUES ('canary-words')`)
    await expect(query(server.ownerUrl, `INSERT INTO t VALUES ('canary-words')`)).rejects.toThrow()
    await expect(query(server.ownerUrl, `SELECT 'canary-words'::int`)).rejects.toThrow()
    await server.close()
    const [name] = readFileSync(join(path, 'pg', 'current_logfiles'), 'utf8').match(/log\/.*\.log/) ?? ['']
    expect(readFileSync(join(path, 'pg', name), 'utf8')).not.toContain('canary')
  })

  it('says which file is missing when the passwords are gone', async () => {
    await (await open()).close()
    rmSync(join(path, 'pg-passwords.json'))
    await expect(open()).rejects.toMatchObject({
      code: 'database-start-failed',
      message: expect.stringContaining('pg-passwords.json'),
    })
  })

  it('finds a way when the path of the folder is too long for a socket', async () => {
    const outer = path
    path = join(outer, 'a'.repeat(100))
    const server = await open()
    expect(await query(server.appUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    await server.close()
    path = outer
  })
})

describe('a data folder of several processes', () => {
  it('has one server, which the last of them stops', async () => {
    const [one, two] = await Promise.all([openElsewhere(), openElsewhere()])
    expect(one.said.pid).toBe(two.said.pid)
    expect([one.said.adopted, two.said.adopted].sort()).toEqual([false, true])
    await closeElsewhere(one)
    const here = await open()
    expect(here).toMatchObject({ pid: two.said.pid, adopted: true })
    await closeElsewhere(two)
    expect(await query(here.appUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    await here.close()
    expect(processIsAlive(here.pid)).toBe(false)
  })

  it('keeps its server when the process that started it is killed, and the next adopts and stops it', async () => {
    const killed = await openElsewhere()
    await kill(killed)
    expect(processIsAlive(killed.said.pid as number)).toBe(true)
    const next = await open()
    expect(next).toMatchObject({ pid: killed.said.pid, adopted: true })
    await next.close()
    expect(processIsAlive(next.pid)).toBe(false)
  })
})

describe('a server that was killed', () => {
  it('is started again with every acknowledged commit', async () => {
    const first = await open()
    await query(first.ownerUrl, 'CREATE TABLE kept AS SELECT 42 AS answer')
    process.kill(first.pid, 'SIGKILL')
    const second = await open()
    expect(second.adopted).toBe(false)
    expect(await query(second.ownerUrl, 'SELECT answer FROM kept')).toEqual([{ answer: 42 }])
    await first.close()
    await second.close()
  })

  it('is started again although a busy backend outlived it', async () => {
    const folder = join(path, 'pg')
    const first = await open()
    // A loop that never waits does not notice that the postmaster died.
    const busy = query(first.appUrl, 'DO $$ BEGIN LOOP PERFORM 1; END LOOP; END $$').catch(() => 'ended')
    await expect.poll(async () => (await active(first)).length).toBe(1)
    process.kill(first.pid, 'SIGKILL')
    await expect.poll(() => processIsAlive(first.pid)).toBe(false)
    expect(clusterProcesses(folder).length).toBeGreaterThan(0)
    const second = await open()
    expect(second.orphansEnded).toBeGreaterThan(0)
    expect(await query(second.appUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    expect(await busy).toBe('ended')
    await first.close()
    await second.close()
  })

  it('is started again after it and its user were killed together, and its process number was given to another', async () => {
    const child = await openElsewhere()
    const folder = join(path, 'pg')
    process.kill(child.said.pid as number, 'SIGKILL')
    await kill(child)
    const stale = readFileSync(join(folder, 'postmaster.pid'), 'utf8')
    const { writeFileSync } = await import('node:fs')
    writeFileSync(join(folder, 'postmaster.pid'), stale.replace(/^\d+/, String(process.pid)))
    expect(livePostmaster(folder)).toBeNull()
    const next = await open()
    expect(next.adopted).toBe(false)
    await next.close()
  })

  async function active(server: EmbeddedServer) {
    return query(
      server.adminUrl,
      `SELECT pid FROM pg_stat_activity WHERE query LIKE 'DO %' AND state = 'active'`,
    )
  }
})

describe.skipIf(process.getuid?.() !== 0)('run by root (only root can become another user)', () => {
  const asNobody = ['setpriv', '--reuid', '65534', '--regid', '65534', '--clear-groups']

  it('works as a normal user in a folder of that user, and root can work beside it', async () => {
    chownSync(path, 65534, 65534)
    const child = await openElsewhere(asNobody)
    expect(child.said).toMatchObject({ adopted: false })
    const here = await open()
    expect(here).toMatchObject({ adopted: true, pid: child.said.pid })
    await closeElsewhere(child)
    await here.close()
    const again = await openElsewhere(asNobody)
    expect(again.said).toMatchObject({ adopted: false })
    await closeElsewhere(again)
  })

  it('opens a folder whose cluster belongs to a service user, where namespaces are not used', async () => {
    await (await open()).close()
    const { execFileSync } = await import('node:child_process')
    execFileSync('chown', ['-R', '65534:65534', join(path, 'pg')])
    chmodSync(path, 0o711)
    const server = await open()
    expect(await query(server.appUrl, 'SELECT 1 AS one')).toEqual([{ one: 1 }])
    await server.close()
  })

  it('tells a user who may not write the folder', async () => {
    chmodSync(path, 0o555)
    const child = await openElsewhere(asNobody)
    expect(child.said).toMatchObject({ code: 'data-folder-read-only' })
    await sleep(0)
  })
})
