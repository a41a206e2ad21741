import { mkdtempSync, renameSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../../../test/postgres.ts'
import { createKysely } from '../postgres/index.ts'
import { createKeyFileVault } from './key-file-vault.ts'
import { openRememberedVault } from './remembered-vault.ts'

let database: TestDatabase
const folder = mkdtempSync(join(tmpdir(), 'holdfast-vault-'))
const file = join(folder, 'centre.key')
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(async () => {
  await database?.drop()
  rmSync(folder, { recursive: true })
})

describe('the vault of a database', () => {
  it('is made once; neither its absence nor another’s file passes for it later', async () => {
    const queries = createKysely(database.pool)
    const first = await openRememberedVault(queries, 'centre', file)
    expect((await openRememberedVault(queries, 'centre', file)).vault).toBe(first.vault)
    renameSync(file, `${file}.lost`)
    await expect(openRememberedVault(queries, 'centre', file)).rejects.toMatchObject({ code: 'key-missing' })
    await createKeyFileVault({ file })
    await expect(openRememberedVault(queries, 'centre', file)).rejects.toMatchObject({ code: 'key-refused' })
  })
})
