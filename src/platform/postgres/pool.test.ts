import { randomBytes } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../test/postgres.ts'
import { copyLine, copyRows } from './copy.ts'
import { createKysely } from './kysely.ts'
import { isSessionLockHeld, takeSessionLock, withSessionLock } from './session-lock.ts'
import { inTransaction } from './transaction.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase({ migrationsFolder: mkdtempSync(join(tmpdir(), 'no-migrations-')) })
})
afterAll(() => database?.drop())

describe('values', () => {
  it('keeps numbers over 2^53 exact, dates in no zone and times in UTC', async () => {
    const answer = await database.pool.query(
      `SELECT 9007199254740993 AS big, '{1,NULL,9007199254740993}'::int8[] AS bigs, '{}'::int8[] AS none,
              date '2026-11-01' AS day, 1.10::numeric AS amount, current_setting('TimeZone') AS zone`,
    )
    expect(answer.rows[0]).toEqual({
      big: 9007199254740993n,
      bigs: [1n, null, 9007199254740993n],
      none: [],
      day: '2026-11-01',
      amount: '1.10',
      zone: 'UTC',
    })
  })
})

describe('inTransaction', () => {
  it('keeps nothing of a transaction that fails', async () => {
    const failing = inTransaction(database.pool, async (client) => {
      await client.query('CREATE TEMPORARY TABLE left_behind (id int)')
      throw new Error('stopped half-way')
    })
    await expect(failing).rejects.toThrow('stopped half-way')
    const found = await database.pool.query(`SELECT 1 FROM pg_class WHERE relname = 'left_behind'`)
    expect(found.rowCount).toBe(0)
  })

  it('fails its caller, not the process, when the connection is cut', async () => {
    const cut = inTransaction(database.pool, async (client) => {
      await client.query('SELECT pg_terminate_backend(pg_backend_pid())')
    })
    await expect(cut).rejects.toThrow()
    expect((await database.pool.query('SELECT 1 AS one')).rows[0].one).toBe(1)
  })

  it('lets Kysely join it', async () => {
    const seen = await inTransaction(database.pool, async (client) => {
      const queries = createKysely(client)
      await client.query('CREATE TEMPORARY TABLE joined (id int8) ON COMMIT DROP')
      await client.query('INSERT INTO joined VALUES (7)')
      const table = queries.withTables<{ joined: { id: bigint } }>()
      return table.selectFrom('joined').select('id').executeTakeFirst()
    })
    expect(seen).toEqual({ id: 7n })
  })
})

describe('copyRows', () => {
  it('brings in every value unchanged', async () => {
    const bytes = randomBytes(40)
    const rows = [
      ['tab\there', bytes, 9007199254740993n, true, new Date('2026-11-01T10:00:00.000Z')],
      ['back\\slash \\N and\r\nline 会议', new Uint8Array(), -1, false, null],
      [null, null, null, null, undefined],
    ]
    await inTransaction(database.pool, async (client) => {
      await client.query(
        'CREATE TEMPORARY TABLE c (t text, b bytea, i int8, f bool, a timestamptz) ON COMMIT DROP',
      )
      const copied = await copyRows(client, 'COPY c FROM STDIN', [Buffer.from(rows.map(copyLine).join(''))])
      expect(copied).toBe(3)
      const answer = await client.query({ text: 'SELECT * FROM c', rowMode: 'array' })
      expect(answer.rows).toEqual([
        ['tab\there', bytes, 9007199254740993n, true, new Date('2026-11-01T10:00:00.000Z')],
        ['back\\slash \\N and\r\nline 会议', Buffer.alloc(0), -1n, false, null],
        [null, null, null, null, null],
      ])
    })
  })

  it('fails with the source, and the transaction with it', async () => {
    async function* broken() {
      yield Buffer.from('1\n')
      throw new Error('the source broke')
    }
    const copying = inTransaction(database.pool, async (client) => {
      await client.query('CREATE TEMPORARY TABLE c (i int) ON COMMIT DROP')
      await copyRows(client, 'COPY c FROM STDIN', broken())
    })
    await expect(copying).rejects.toThrow('the source broke')
    expect((await database.pool.query('SELECT 1 AS one')).rows[0].one).toBe(1)
  })
})

describe('withSessionLock', () => {
  it('is held by one at a time, seen by others, and free afterwards', async () => {
    const inner = await withSessionLock(database.pool, 'run 1', async () => {
      expect(await isSessionLockHeld(database.pool, 'run 1')).toBe(true)
      expect(await isSessionLockHeld(database.pool, 'run 2')).toBe(false)
      return withSessionLock(database.pool, 'run 1', async () => 'twice')
    })
    expect(inner).toBeNull()
    expect(await isSessionLockHeld(database.pool, 'run 1')).toBe(false)
    expect(await withSessionLock(database.pool, 'run 1', async () => 'again')).toBe('again')
  })

  it('tells its owner when the connection that holds it is cut', async () => {
    const lock = (await takeSessionLock(database.pool, 'run 3', 'exclusive'))!
    await database.pool.query(
      `SELECT pg_terminate_backend(pid) FROM pg_locks WHERE locktype = 'advisory' AND pid <> pg_backend_pid()
          AND database = (SELECT oid FROM pg_database WHERE datname = current_database())`,
    )
    await expect.poll(() => lock.signal.aborted).toBe(true)
    await lock.release()
    expect(await withSessionLock(database.pool, 'run 3', async () => 'taken over')).toBe('taken over')
  })
})
