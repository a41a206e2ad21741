import { chownSync, mkdirSync, readdirSync, statSync, utimesSync, writeFileSync } from 'node:fs'
import { chmod, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { installFaults, SimulatedCrash } from '../faults.ts'
import { createLocalObjectStore } from './local-object-store.ts'

let base: string
let count = 0
beforeAll(async () => {
  base = await mkdtemp(join(tmpdir(), 'holdfast-objects-'))
})
afterAll(() => rm(base, { recursive: true }))
const newFolder = () => join(base, `${count++}`)

describe('the local object store', () => {
  it('keeps files and folders for their owner only', async () => {
    const folder = newFolder()
    const store = await createLocalObjectStore({ folder })
    await store.put('a/b/c', Buffer.from('1'))
    expect(statSync(join(folder, 'a/b/c')).mode & 0o777).toBe(0o600)
    for (const one of ['.', 'a', 'a/b', '.unfinished'])
      expect(statSync(join(folder, one)).mode & 0o777).toBe(0o700)
  })

  it('has no unfinished file after a put, nor after a stream that failed', async () => {
    const folder = newFolder()
    const store = await createLocalObjectStore({ folder })
    await store.put('a', Buffer.from('1'))
    const failing = async function* () {
      yield Buffer.alloc(10)
      throw Object.assign(new Error('no access to the source'), { code: 'EACCES' })
    }
    await expect(store.putStream('b', failing())).rejects.toMatchObject({ code: 'EACCES' })
    expect(readdirSync(join(folder, '.unfinished'))).toEqual([])
  })

  it('when opened, sweeps what a dead process left, and spares what a living one is writing', async () => {
    const folder = newFolder()
    mkdirSync(join(folder, '.unfinished'), { recursive: true })
    for (const name of ['old', 'new']) writeFileSync(join(folder, '.unfinished', name), 'x')
    const now = Date.now()
    utimesSync(join(folder, '.unfinished', 'old'), now / 1000 - 3601, now / 1000 - 3601)
    await createLocalObjectStore({ folder, clock: { now: () => now } })
    expect(readdirSync(join(folder, '.unfinished'))).toEqual(['new'])
  })

  it.each(['object-store.before-name', 'object-store.after-name'])(
    'stopped at %s, the object is there whole or not at all, and the put can be repeated',
    async (point) => {
      const folder = newFolder()
      const store = await createLocalObjectStore({ folder })
      const faults = installFaults({ point, pass: 1, how: 'throw' })
      await expect(store.put('a/b', Buffer.from('whole'))).rejects.toThrow(SimulatedCrash)
      faults.remove()
      expect(await store.size('a/b')).toBe(point.endsWith('after-name') ? 5 : null)
      const later = await createLocalObjectStore({ folder, clock: { now: () => Date.now() + 3_601_000 } })
      await later.put('a/b', Buffer.from('whole'))
      expect(await later.size('a/b')).toBe(5)
      expect(readdirSync(join(folder, '.unfinished'))).toEqual([])
    },
  )

  it.skipIf(process.platform === 'win32')(
    'in a folder it may not write to, says data-folder-read-only (POSIX)',
    async () => {
      const folder = newFolder()
      const store = await createLocalObjectStore({ folder })
      await store.put('a/b', Buffer.from('1'))
      await chmod(base, 0o711)
      await chmod(folder, 0o555)
      await chmod(join(folder, '.unfinished'), 0o555)
      await asOrdinaryUser(async () => {
        await expect(store.put('c', Buffer.from('1'))).rejects.toMatchObject({
          code: 'data-folder-read-only',
          details: { path: folder },
        })
        await expect(createLocalObjectStore({ folder: join(folder, 'below') })).rejects.toMatchObject({
          code: 'data-folder-read-only',
        })
      })
      for (const one of [folder, join(folder, '.unfinished')]) await chmod(one, 0o700)
    },
  )

  it.skipIf(process.geteuid?.() !== 0)(
    'root leaves nothing in a user’s folder that the user cannot read (needs root)',
    async () => {
      const folder = newFolder()
      mkdirSync(folder, { mode: 0o700 })
      await chmod(base, 0o711)
      chownSync(folder, 65_534, 65_534)
      const byRoot = await createLocalObjectStore({ folder })
      await byRoot.put('a/b', Buffer.from('1'))
      await asOrdinaryUser(async () => {
        const store = await createLocalObjectStore({ folder })
        expect(Buffer.from(await store.get('a/b')).toString()).toBe('1')
        await store.put('a/c', Buffer.from('2'))
      })
    },
  )
})

/** Root may write anywhere; so the test steps down for a moment. */
async function asOrdinaryUser(work: () => Promise<void>): Promise<void> {
  const root = process.geteuid?.() === 0
  if (root) process.seteuid!(65_534)
  try {
    await work()
  } finally {
    if (root) process.seteuid!(0)
  }
}
