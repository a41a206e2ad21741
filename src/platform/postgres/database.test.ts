import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../test/postgres.ts'
import { openDataFolder } from '../data-folder.ts'
import { checkPlatform } from '../doctor.ts'
import { Secret } from '../secret.ts'
import { openDatabase } from './database.ts'

let path: string
let migrationsFolder: string
let theirs: TestDatabase | undefined
beforeEach(() => {
  path = mkdtempSync(join(tmpdir(), 'holdfast-database-'))
  migrationsFolder = mkdtempSync(join(tmpdir(), 'holdfast-migrations-'))
  writeFileSync(
    join(migrationsFolder, '0001_first.sql'),
    'CREATE TABLE first (id int); GRANT SELECT, INSERT ON first TO holdfast_app;',
  )
})
afterEach(async () => {
  await theirs?.drop()
  theirs = undefined
  for (const folder of [path, migrationsFolder]) rmSync(folder, { recursive: true, force: true })
})

function open(url: Secret | null, ownerUrl: Secret | null) {
  const config = { database: { url, ownerUrl, connectionsMax: 4 } }
  return openDatabase({ dataFolder: openDataFolder(path), config, migrationsFolder })
}

describe('without DATABASE_URL', () => {
  it('gives a migrated database in the data folder, which passes its own examination', async () => {
    const database = await open(null, null)
    expect(database.embedded).toBe(true)
    await database.pool.query('INSERT INTO first VALUES (1)')
    const options = { dataFolder: openDataFolder(path), database: database.pool, embedded: true }
    expect((await checkPlatform(options)).filter((check) => !check.ok && check.name !== 'disk')).toEqual([])
    await database.close()

    const again = await open(null, null)
    expect((await again.pool.query('SELECT id FROM first')).rows).toEqual([{ id: 1 }])
    await again.close()
  })
})

describe('with DATABASE_URL', () => {
  it('asks for DATABASE_OWNER_URL when there is something to migrate, and only then', async () => {
    theirs = await emptyDatabase()
    await expect(open(theirs.url, null)).rejects.toMatchObject({ code: 'database-not-migrated' })
    await (await open(theirs.url, theirs.ownerUrl)).close()
    const database = await open(theirs.url, null)
    expect(database.embedded).toBe(false)
    await database.close()
  })

  it('refuses to work as the owner of the tables', async () => {
    theirs = await emptyDatabase()
    await expect(open(theirs.ownerUrl, theirs.ownerUrl)).rejects.toMatchObject({
      code: 'database-role-unsafe',
      message: expect.stringContaining('owns'),
    })
  })

  it('says in one sentence that the server cannot be reached or refuses the password', async () => {
    const nobody = new Secret('postgresql://holdfast_app:wrong@127.0.0.1:1/holdfast')
    await expect(open(nobody, null)).rejects.toMatchObject({ code: 'database-unreachable' })
    theirs = await emptyDatabase()
    const address = new URL(theirs.url.reveal())
    address.password = 'wrong'
    await expect(open(new Secret(address.href), null)).rejects.toMatchObject({
      code: 'database-unreachable',
      message: expect.not.stringContaining('wrong'),
    })
  })
})

function emptyDatabase(): Promise<TestDatabase> {
  return createTestDatabase({ migrationsFolder: mkdtempSync(join(tmpdir(), 'holdfast-none-')) })
}
