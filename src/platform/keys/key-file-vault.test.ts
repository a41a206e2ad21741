import {
  chmodSync,
  copyFileSync,
  linkSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest'
import { installFaults, SimulatedCrash } from '../faults.ts'
import { createKeyFileVault } from './index.ts'
import { keyVaultContract } from './key-vault.contract.ts'

let folder: string
let file: string
let count = 0
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'holdfast-keys-'))
})
afterAll(() => rm(folder, { recursive: true }))
beforeEach(() => {
  file = join(folder, `${count++}`, 'keys.json')
})

keyVaultContract('key file', async (clock) =>
  createKeyFileVault({ file: join(folder, `c${count++}`, 'keys.json'), clock }),
)

describe('the key file', () => {
  const refused = (message: RegExp) => ({
    code: 'key-refused',
    message: expect.stringMatching(message),
    details: { file },
  })

  it('is made once, for its owner only, with nothing left beside it', async () => {
    const vault = await createKeyFileVault({ file })
    const text = readFileSync(file, 'utf8')
    expect(statSync(file).mode & 0o777).toBe(0o600)
    expect(readdirSync(join(file, '..'))).toEqual(['keys.json'])
    const again = await createKeyFileVault({ file })
    expect(readFileSync(file, 'utf8')).toBe(text)
    expect(again.vault).toBe(vault.vault)
    expect(await again.unwrap(await vault.wrap([Buffer.alloc(32, 1)]))).toEqual([Buffer.alloc(32, 1)])
  })

  it('is one, when several start at once', async () => {
    const vaults = await Promise.all([1, 2, 3, 4].map(() => createKeyFileVault({ file })))
    expect(new Set(vaults.map(({ vault }) => vault)).size).toBe(1)
    expect(readdirSync(join(file, '..'))).toEqual(['keys.json'])
  })

  it('is not made where there is content already, and its loss while running is told', async () => {
    await expect(createKeyFileVault({ file, mayCreate: false })).rejects.toMatchObject({
      code: 'key-missing',
    })
    const vault = await createKeyFileVault({ file })
    rmSync(file)
    await expect(vault.wrap([Buffer.alloc(32)])).rejects.toMatchObject({
      code: 'key-missing',
      details: { file },
    })
  })

  it.skipIf(process.platform === 'win32')(
    'that others may read is refused, with the remedy (POSIX modes)',
    async () => {
      await createKeyFileVault({ file })
      for (const mode of [0o640, 0o604, 0o660]) {
        chmodSync(file, mode)
        await expect(createKeyFileVault({ file })).rejects.toMatchObject(refused(/chmod 600/))
      }
    },
  )

  it('that is cut, edited, foreign or of a newer version is refused and not replaced', async () => {
    await createKeyFileVault({ file })
    const text = readFileSync(file, 'utf8')
    const key = /"key": "(.)/.exec(text)!
    const swapped = text.replace(key[0], `"key": "${key[1] === 'A' ? 'B' : 'A'}`)
    for (const wrong of [
      '',
      text.slice(0, 300),
      swapped,
      '{}',
      'not json',
      text.replace(/"id": 1/, '"id": 2'),
    ]) {
      writeFileSync(file, wrong)
      await expect(createKeyFileVault({ file })).rejects.toMatchObject(refused(/damaged/))
      expect(readFileSync(file, 'utf8')).toBe(wrong)
    }
    writeFileSync(file, text.replace('holdfast-keys-1', 'holdfast-keys-2'))
    await expect(createKeyFileVault({ file })).rejects.toMatchObject(refused(/newer/))
  })

  it('changed by one process is used by the others at once', async () => {
    const one = await createKeyFileVault({ file })
    const other = await createKeyFileVault({ file })
    await one.rotateEpoch()
    const wrapped = await other.wrap([Buffer.alloc(32, 7)])
    expect((await other.epochs()).length).toBe(2)
    expect(await one.unwrap(wrapped)).toEqual([Buffer.alloc(32, 7)])
  })

  it('keeps every epoch when several rotate at once', async () => {
    const one = await createKeyFileVault({ file })
    const other = await createKeyFileVault({ file })
    const ids = await Promise.all([one, other, one, other].map((vault) => vault.rotateEpoch()))
    expect(ids.toSorted()).toEqual([2, 3, 4, 5])
    expect((await one.epochs()).length).toBe(5)
  })

  it('survives a stop in the middle of a change: old keys, and no copy left after the next change', async () => {
    const vault = await createKeyFileVault({ file })
    const copies = () => readdirSync(join(file, '..')).filter((name) => name.includes('.new-'))
    const faults = installFaults({ point: 'key-file.replace', pass: 1, how: 'throw' })
    await expect(vault.rotateEpoch()).rejects.toThrow(SimulatedCrash)
    faults.remove()
    expect(copies().length).toBe(1)
    const later = await createKeyFileVault({ file })
    expect((await later.epochs()).length).toBe(1)
    await later.rotateEpoch()
    expect(copies()).toEqual([])
  })
})

describe('the backup of the key file', () => {
  it('counts as made only after a true copy was shown, and again after every rotation', async () => {
    const vault = await createKeyFileVault({ file })
    const copy = `${file}.copy`
    expect(await vault.backedUp()).toBe(false)
    await vault.exportTo(copy)
    expect(await vault.backedUp()).toBe(false)
    expect(statSync(copy).mode & 0o777).toBe(0o600)
    await vault.confirmBackup(copy)
    expect(await vault.backedUp()).toBe(true)
    expect(await (await createKeyFileVault({ file })).backedUp()).toBe(true)
    await vault.rotateEpoch()
    expect(await vault.backedUp()).toBe(false)
    await expect(vault.confirmBackup(copy)).rejects.toMatchObject({ code: 'key-refused' })
  })

  it('opens, put in the place of the lost file, what was wrapped before', async () => {
    const vault = await createKeyFileVault({ file })
    const wrapped = await vault.wrap([Buffer.alloc(32, 4)])
    await vault.exportTo(`${file}.copy`)
    rmSync(file)
    copyFileSync(`${file}.copy`, file)
    expect(await (await createKeyFileVault({ file })).unwrap(wrapped)).toEqual([Buffer.alloc(32, 4)])
  })

  it('is refused when it is absent, cut, another vault’s, the file itself, or would overwrite', async () => {
    const vault = await createKeyFileVault({ file })
    const other = await createKeyFileVault({ file: `${file}.other` })
    await vault.exportTo(`${file}.copy`)
    writeFileSync(`${file}.cut`, readFileSync(file).subarray(0, 200))
    linkSync(file, `${file}.link`)
    for (const wrong of ['absent', 'cut', 'other', 'link'].map((end) => `${file}.${end}`))
      await expect(vault.confirmBackup(wrong)).rejects.toMatchObject({
        code: 'key-refused',
        details: { file: wrong },
      })
    await expect(other.exportTo(`${file}.copy`)).rejects.toMatchObject({ code: 'key-refused' })
    expect(await vault.backedUp()).toBe(false)
    await vault.confirmBackup(`${file}.copy`)
  })
})
