import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { startAzureWorm } from '../../../test/azure-worm.ts'
import { startAzurite } from '../../../test/azurite.ts'
import { createAzureObjectStore } from '../object-store/azure-object-store.ts'
import { createAzureEscrowStore } from './azure-escrow-store.ts'
import { escrowStoreContract } from './escrow-store.contract.ts'
import { createLocalEscrowStore } from './local-escrow-store.ts'

const byString = (connectionString: string) => ({ kind: 'connection-string', connectionString }) as const

escrowStoreContract('local folder', async (start) => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-escrow-'))
  let now = start
  return {
    store: await createLocalEscrowStore({ folder, clock: { now: () => now } }),
    setClock: (time) => {
      now = time
    },
    close: () => rm(folder, { recursive: true }),
  }
})

for (const mode of ['locked', 'unlocked'] as const)
  escrowStoreContract(`Azure, as documented, ${mode}`, async (now) => {
    const worm = await startAzureWorm({ now })
    const access = byString(worm.connectionString)
    return {
      store: await createAzureEscrowStore({ container: 'escrow', access, mode }),
      setClock: (time) => {
        worm.now = time
      },
      close: () => worm.close(),
    }
  })

describe('what the storage keeps by itself', () => {
  it('locked: a thief with the service’s credentials neither shortens, deletes nor replaces', async () => {
    const worm = await startAzureWorm()
    const access = byString(worm.connectionString)
    const store = await createAzureEscrowStore({ container: 'escrow', access, mode: 'locked' })
    const until = new Date(Math.ceil(worm.now / 86_400_000) * 86_400_000 + 86_400_000)
    await store.put('keys/a', Buffer.from('mine'), { until, held: false })
    const [kept] = await Array.fromAsync(store.list('keys/'))
    const policy = 'escrow/keys/a?comp=immutabilityPolicies'
    expect(await worm.request('DELETE', policy)).toBe(409)
    const sooner = { 'x-ms-immutability-policy-until-date': new Date(worm.now + 1000).toUTCString() }
    expect(await worm.request('PUT', policy, { ...sooner, 'x-ms-immutability-policy-mode': 'Locked' })).toBe(
      409,
    )
    expect(await worm.request('DELETE', `escrow/keys/a?versionid=${kept!.version}`)).toBe(409)
    // By its name alone it can be written over and deleted: its first version is still there, and listed.
    expect(await worm.request('PUT', 'escrow/keys/a')).toBe(201)
    expect(await worm.request('DELETE', 'escrow/keys/a')).toBe(202)
    const versions = await Array.fromAsync(store.list('keys/'))
    expect(versions.map(({ version }) => version)).toContain(kept!.version)
    expect(Buffer.from(await store.get('keys/a', kept!.version)).toString()).toBe('mine')
    await worm.close()
  })

  it('unlocked: whoever may change policies takes the lock off', async () => {
    const worm = await startAzureWorm()
    const access = byString(worm.connectionString)
    const store = await createAzureEscrowStore({ container: 'escrow', access, mode: 'unlocked' })
    await store.put('keys/a', Buffer.from('mine'), { until: new Date(worm.now + 86_400_000), held: false })
    expect(store.protection).toBe('unlocked')
    expect(await worm.request('DELETE', 'escrow/keys/a?comp=immutabilityPolicies')).toBe(200)
    await store.delete('keys/a')
    await worm.close()
  })

  it('a folder says that it keeps nothing', async () => {
    const folder = await mkdtemp(join(tmpdir(), 'holdfast-escrow-'))
    expect((await createLocalEscrowStore({ folder })).protection).toBe('none')
    await rm(folder, { recursive: true })
  })

  it('a container without version-level immutability is refused, and so is Azurite’s', async () => {
    const worm = await startAzureWorm({ immutability: false })
    const azurite = await startAzurite()
    await createAzureObjectStore({ container: 'escrow', access: byString(azurite.connectionString) })
    for (const { connectionString } of [worm, azurite])
      await expect(
        createAzureEscrowStore({ container: 'escrow', access: byString(connectionString), mode: 'locked' }),
      ).rejects.toMatchObject({ code: 'escrow-refused', message: expect.stringContaining('version-level') })
    await worm.close()
    await azurite.close()
  })
})
