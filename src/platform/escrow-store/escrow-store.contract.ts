import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { EscrowStore } from './escrow-store.ts'

export interface MadeEscrowStore {
  readonly store: EscrowStore
  setClock(time: number): void
  close(): Promise<void>
}

const dayMs = 86_400_000
const start = Date.parse('2026-03-20T00:00:00Z')

/** What every escrow store promises, at a clock that stands at 2026-03-20. */
export function escrowStoreContract(name: string, make: (now: number) => Promise<MadeEscrowStore>): void {
  describe(`escrow store: ${name}`, () => {
    let made: MadeEscrowStore
    beforeAll(async () => {
      made = await make(start)
    })
    afterAll(() => made?.close())
    const inDays = (days: number) => new Date(start + days * dayMs)
    const lockedError = { code: 'escrow-locked' }

    it('keeps what it was given, under the lock it was given with', async () => {
      const { store } = made
      await store.put('keys/a', Buffer.from('one'), { until: inDays(10), held: false })
      expect(await store.lockOf('keys/a')).toEqual({ until: inDays(10), held: false })
      expect(await store.lockOf('keys/none')).toBeNull()
      const [found] = await Array.fromAsync(store.list('keys/'))
      expect(found).toMatchObject({ name: 'keys/a', bytes: 3 })
      expect(Buffer.from(await store.get('keys/a', found!.version)).toString()).toBe('one')
      await expect(store.get('keys/none', null)).rejects.toMatchObject({ code: 'object-not-found' })
    })

    it('deletes nothing before its time, and everything after it', async () => {
      const { store } = made
      await expect(store.delete('keys/a')).rejects.toMatchObject(lockedError)
      made.setClock(start + 11 * dayMs)
      await store.delete('keys/a')
      expect(await Array.fromAsync(store.list('keys/'))).toEqual([])
      await store.delete('keys/a')
      made.setClock(start)
    })

    it('lengthens a time, and never shortens one', async () => {
      const { store } = made
      await store.put('keys/b', Buffer.from('two'), { until: inDays(10), held: false })
      await store.relock('keys/b', { until: inDays(20), held: false })
      await store.relock('keys/b', { until: inDays(5), held: false })
      await store.relock('keys/b', { until: null, held: false })
      expect(await store.lockOf('keys/b')).toEqual({ until: inDays(20), held: false })
      made.setClock(start + 15 * dayMs)
      await expect(store.delete('keys/b')).rejects.toMatchObject(lockedError)
      made.setClock(start + 21 * dayMs)
      await store.delete('keys/b')
      made.setClock(start)
    })

    it('keeps what is held without an end, until that is taken off', async () => {
      const { store } = made
      await store.put('keys/c', Buffer.from('three'), { until: null, held: true })
      await expect(store.delete('keys/c')).rejects.toMatchObject(lockedError)
      await store.relock('keys/c', { until: inDays(3), held: false })
      expect(await store.lockOf('keys/c')).toEqual({ until: inDays(3), held: false })
      made.setClock(start + 4 * dayMs)
      await store.delete('keys/c')
      made.setClock(start)
      await store.put('keys/d', Buffer.from('four'), { until: null, held: false })
      await store.delete('keys/d')
      expect(await store.lockOf('keys/d')).toBeNull()
    })
  })
}
