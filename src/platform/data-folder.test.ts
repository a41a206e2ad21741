import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { openDataFolder, readDataFolderVersion } from './data-folder.ts'
import { explainStorageError } from './file-errors.ts'
import { takeFileLock } from './file-lock.ts'

let parent: string
beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'holdfast-folder-'))
})
afterEach(() => rmSync(parent, { recursive: true, force: true }))

describe('openDataFolder', () => {
  it('makes the folder and its parts, readable by nobody else', () => {
    const folder = openDataFolder(join(parent, 'deep', 'data'))
    for (const part of [
      folder.path,
      folder.keys,
      folder.locks,
      folder.objects,
      folder.logs,
      folder.temporary,
    ])
      expect(statSync(part).mode & 0o777).toBe(0o700)
    expect(readDataFolderVersion(folder)).toEqual({ layout: 1 })
    expect(openDataFolder(folder.path)).toEqual(folder)
  })

  it('closes an empty folder that was open to others', () => {
    chmodSync(parent, 0o755)
    expect(statSync(openDataFolder(parent).path).mode & 0o777).toBe(0o700)
  })

  it('leaves a folder alone that holds something else', () => {
    chmodSync(parent, 0o755)
    writeFileSync(join(parent, 'letter.txt'), 'x')
    expect(() => openDataFolder(parent)).toThrow(expect.objectContaining({ code: 'data-folder-foreign' }))
    expect(statSync(parent).mode & 0o777).toBe(0o755)
  })

  it('refuses a folder of a newer release', () => {
    writeFileSync(join(parent, 'version.json'), '{"layout":2}')
    expect(() => openDataFolder(parent)).toThrow(expect.objectContaining({ code: 'data-folder-newer' }))
  })

  it('says that a place is not writable or not a folder', () => {
    // Nobody, root included, may make a folder here.
    expect(() => openDataFolder('/proc/holdfast/data')).toThrow(
      expect.objectContaining({ code: 'data-folder-read-only' }),
    )
    writeFileSync(join(parent, 'file'), '')
    for (const path of [join(parent, 'file'), join(parent, 'file', 'data')])
      expect(() => openDataFolder(path)).toThrow(expect.objectContaining({ code: 'data-folder-foreign' }))
  })

  it('explains a read-only disk', () => {
    expect(explainStorageError(Object.assign(new Error(), { code: 'EROFS' }), '/d')).toMatchObject({
      code: 'data-folder-read-only',
      message: expect.stringContaining('/d'),
    })
  })

  it.each(['ENOSPC', 'EDQUOT', '53100'])('explains a full disk (%s)', (code) => {
    expect(explainStorageError(Object.assign(new Error(), { code }), '/d')).toMatchObject({
      code: 'disk-full',
    })
  })
})

describe('takeFileLock', () => {
  it('is held by one alone or shared by several', async () => {
    const file = join(parent, 'x.lock')
    const take = (mode: 'shared' | 'exclusive') => takeFileLock(file, { mode, waitMs: 0 })
    const alone = await take('exclusive')
    expect(await take('shared')).toBeNull()
    alone!.release()
    const [one, two] = [await take('shared'), await take('shared')]
    expect(await take('exclusive')).toBeNull()
    one!.release()
    two!.release()
    expect(await take('exclusive')).not.toBeNull()
  })
})
