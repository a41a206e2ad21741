import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../test/postgres.ts'
import { openDataFolder } from './data-folder.ts'
import { checkDurability, checkNode, checkPlatform, checkRole, checkServerVersion } from './doctor.ts'
import { createPool } from './postgres/pool.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase({ migrationsFolder: mkdtempSync(join(tmpdir(), 'no-migrations-')) })
})
afterAll(() => database?.drop())

describe('doctor', () => {
  it('finds a server that does not write commits to disk, and says what to set', async () => {
    // The tests' own server runs without fsync.
    const check = await checkDurability(database.pool)
    expect(check).toMatchObject({ ok: false, message: expect.stringContaining('fsync is off') })
    expect(check.remedy).not.toBe('')
  })

  it('accepts the role of the application and refuses the owner', async () => {
    expect(await checkRole(database.pool)).toMatchObject({ ok: true, remedy: '' })
    const owner = createPool({ url: database.ownerUrl, connectionsMax: 1 })
    expect(await checkRole(owner)).toMatchObject({ ok: false, message: expect.stringContaining('owns') })
    await owner.end()
  })

  it('knows the versions it works with', async () => {
    expect(checkNode('24.21.0').ok).toBe(true)
    expect(checkNode('20.20.2')).toMatchObject({ ok: false, remedy: 'Install Node.js 24.' })
    expect((await checkServerVersion(database.pool)).ok).toBe(true)
  })

  it('reports a check that cannot run instead of stopping', async () => {
    const broken = createPool({ url: database.url, connectionsMax: 1 })
    await broken.end()
    const dataFolder = openDataFolder(mkdtempSync(join(tmpdir(), 'holdfast-doctor-')))
    const checks = await checkPlatform({ dataFolder, database: broken, embedded: true })
    expect(checks.find((check) => check.name === 'node')?.ok).toBe(true)
    expect(checks.find((check) => check.name === 'postgresql programs')?.ok).toBe(true)
    expect(checks.find((check) => check.name === 'database role')?.ok).toBe(false)
  })
})
