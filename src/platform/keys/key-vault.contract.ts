import fc from 'fast-check'
import { beforeEach, describe, expect, it } from 'vitest'
import type { Clock } from '../clock.ts'
import { systemRandom } from '../random.ts'
import { epochOf } from './key-ring.ts'
import type { KeyCustody, KeyVault } from './key-vault.ts'

type Vault = KeyVault & KeyCustody
const hour = 3_600_000

/** What every key vault promises. `make` answers a new vault with keys of its own. */
export function keyVaultContract(name: string, make: (clock: Clock) => Promise<Vault>): void {
  describe(`key vault: ${name}`, () => {
    let now = Date.UTC(2026, 10, 2)
    let vault: Vault
    beforeEach(async () => {
      vault = await make({ now: () => now })
    })
    const refusal = { code: expect.stringMatching(/^key-(refused|missing)$/) }

    it('opens what it wrapped, in order, in at most 64 bytes a key', async () => {
      const key = fc.uint8Array({ minLength: 32, maxLength: 32 })
      await fc.assert(
        fc.asyncProperty(fc.array(key, { maxLength: 20 }), async (keys) => {
          const wrapped = await vault.wrap(keys)
          for (const [at, one] of wrapped.entries()) {
            expect(one.length).toBeLessThanOrEqual(64)
            expect(hex(one)).not.toContain(hex(keys[at]!))
          }
          expect((await vault.unwrap(wrapped)).map(hex)).toEqual(keys.map(hex))
        }),
        { numRuns: 20 },
      )
    })

    it('refuses a wrapped key with any one bit changed, or cut', async () => {
      const [wrapped] = await vault.wrap([systemRandom.bytes(32)])
      for (let bit = 0; bit < wrapped!.length * 8; bit++)
        await expect(vault.unwrap([flip(wrapped!, bit)])).rejects.toMatchObject(refusal)
      for (const length of [0, 4, 5, 13, wrapped!.length - 1])
        await expect(vault.unwrap([wrapped!.subarray(0, length)])).rejects.toMatchObject(refusal)
    })

    it('opens a sealed secret for its purpose only, and refuses any changed bit', async () => {
      const secret = Buffer.from('a password, 密码')
      const sealed = await vault.seal('connector/1', secret)
      expect(hex(await vault.open('connector/1', sealed))).toBe(hex(secret))
      expect(Buffer.from(sealed).includes(secret)).toBe(false)
      await expect(vault.open('connector/2', sealed)).rejects.toMatchObject({ code: 'key-refused' })
      for (let bit = 0; bit < sealed.length * 8; bit++)
        await expect(vault.open('connector/1', flip(sealed, bit))).rejects.toMatchObject(refusal)
      await expect(vault.open('connector/1', sealed.subarray(0, 20))).rejects.toMatchObject(refusal)
    })

    it('cannot open what another vault wrapped or sealed', async () => {
      const other = await make({ now: () => now })
      const wrapped = await other.wrap([systemRandom.bytes(32)])
      await expect(vault.unwrap(wrapped)).rejects.toMatchObject({ code: 'key-refused' })
      const sealed = await other.seal('p', Buffer.from('secret'))
      await expect(vault.open('p', sealed)).rejects.toMatchObject({ code: 'key-refused' })
      expect(hex(await vault.derive('p'))).not.toBe(hex(await other.derive('p')))
    })

    it('derives the same 32 bytes for a purpose for ever, and others for another', async () => {
      const before = hex(await vault.derive('dedupe'))
      await vault.rotateEpoch()
      expect(hex(await vault.derive('dedupe'))).toBe(before)
      expect(before).toHaveLength(64)
      expect(hex(await vault.derive('dedupe2'))).not.toBe(before)
    })

    it('after a rotation wraps under the new epoch and still opens the old', async () => {
      const keys = [systemRandom.bytes(32)]
      const old = await vault.wrap(keys)
      const sealed = await vault.seal('p', keys[0]!)
      const epoch = await vault.rotateEpoch()
      const [renewed] = await vault.wrap(keys)
      expect(epochOf(renewed!)).toBe(epoch)
      expect(epochOf(old[0]!)).not.toBe(epoch)
      expect((await vault.unwrap([old[0]!, renewed!])).map(hex)).toEqual([hex(keys[0]!), hex(keys[0]!)])
      expect(hex(await vault.open('p', sealed))).toBe(hex(keys[0]!))
      expect(await vault.epochs()).toMatchObject([
        { id: 1, retiredAt: new Date(now) },
        { id: 2, retiredAt: null },
      ])
    })

    it('a destroyed epoch takes with it what it wrapped and sealed, and nothing else', async () => {
      const lost = await vault.wrap([systemRandom.bytes(32)])
      const sealed = await vault.seal('p', Buffer.from('secret'))
      const first = epochOf(lost[0]!)
      await vault.rotateEpoch()
      const kept = await vault.wrap([Buffer.alloc(32, 3)])
      now += 2 * hour
      await vault.destroyEpoch(first)
      await vault.destroyEpoch(first)
      await expect(vault.unwrap(lost)).rejects.toMatchObject({
        code: 'key-missing',
        details: { epoch: first },
      })
      await expect(vault.open('p', sealed)).rejects.toMatchObject({ code: 'key-missing' })
      expect(hex((await vault.unwrap(kept))[0]!)).toBe(hex(Buffer.alloc(32, 3)))
      expect((await vault.epochs())[0]!.destroyedAt).toEqual(new Date(now))
    })

    it('does not destroy the current epoch, nor one that was current less than an hour ago', async () => {
      await expect(vault.destroyEpoch(1)).rejects.toMatchObject({ code: 'key-refused' })
      await vault.rotateEpoch()
      now += hour - 1
      await expect(vault.destroyEpoch(1)).rejects.toMatchObject({ code: 'key-refused' })
      await expect(vault.destroyEpoch(9)).rejects.toMatchObject({ code: 'key-missing' })
    })
  })
}

function hex(bytes: Uint8Array): string {
  return Buffer.from(bytes).toString('hex')
}

function flip(bytes: Uint8Array, bit: number): Buffer {
  const changed = Buffer.from(bytes)
  changed[bit >> 3]! ^= 1 << (bit & 7)
  return changed
}
