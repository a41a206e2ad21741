import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../test/postgres.ts'
import { migrate, pendingMigrations, readMigrations } from './migrations.ts'

let folder: string
let database: TestDatabase
beforeEach(async () => {
  folder = mkdtempSync(join(tmpdir(), 'holdfast-migrations-'))
  database = await createTestDatabase({ migrationsFolder: folder })
  write('0001_first.sql', 'CREATE TABLE first (id int); GRANT SELECT ON first TO holdfast_app;')
})
afterEach(async () => {
  await database.drop()
  rmSync(folder, { recursive: true })
})

function write(name: string, sql: string): void {
  writeFileSync(join(folder, name), sql)
}

function run(): Promise<string[]> {
  return migrate(database.ownerUrl, readMigrations(folder))
}

describe('migrate', () => {
  it('runs each file once, in order, and the application may use what they grant', async () => {
    write('0002_second.sql', 'ALTER TABLE first ADD COLUMN name text;')
    expect(await pendingMigrations(database.pool, readMigrations(folder))).toHaveLength(2)
    expect(await run()).toEqual(['0001_first', '0002_second'])
    expect(await run()).toEqual([])
    expect(await pendingMigrations(database.pool, readMigrations(folder))).toEqual([])
    expect((await database.pool.query('SELECT id, name FROM first')).rows).toEqual([])
  })

  it('runs each file once when several processes start together', async () => {
    const applied = await Promise.all([run(), run(), run()])
    expect(applied.flat()).toEqual(['0001_first'])
  })

  it('refuses a file that was changed after it ran', async () => {
    await run()
    write('0001_first.sql', 'CREATE TABLE first (id bigint);')
    await expect(run()).rejects.toMatchObject({
      code: 'migration-changed',
      message: expect.stringContaining('0001_first.sql'),
    })
  })

  it('refuses a database that a newer release migrated', async () => {
    write('0002_second.sql', 'SELECT 1;')
    await run()
    rmSync(join(folder, '0002_second.sql'))
    await expect(run()).rejects.toMatchObject({
      code: 'database-newer',
      message: expect.stringContaining('0002_second'),
    })
  })

  it('keeps nothing of a file that fails, names its line, and goes on from there once it is corrected', async () => {
    write('0002_second.sql', 'CREATE TABLE second (id int);\n\nCREATE TABLE third (id nonsense);')
    await expect(run()).rejects.toMatchObject({
      code: 'migration-failed',
      message: expect.stringContaining('0002_second.sql line 3'),
    })
    write('0002_second.sql', 'CREATE TABLE second (id int);')
    expect(await run()).toEqual(['0002_second'])
  })

  it('refuses numbers with a gap', () => {
    write('0003_third.sql', 'SELECT 1;')
    expect(() => readMigrations(folder)).toThrow(/0003_third.sql is number 3 where 2 is due/)
  })
})
