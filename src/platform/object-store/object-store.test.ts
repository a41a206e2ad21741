import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { startAzurite } from '../../../test/azurite.ts'
import { createAzureObjectStore } from './azure-object-store.ts'
import { createLocalObjectStore } from './local-object-store.ts'
import { objectStoreContract } from './object-store.contract.ts'

const ran: string[] = []

objectStoreContract('local folder', async () => {
  ran.push('local folder')
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-objects-'))
  return { store: await createLocalObjectStore({ folder }), close: () => rm(folder, { recursive: true }) }
})

objectStoreContract('Azure Blob Storage', async () => {
  ran.push('Azure Blob Storage')
  const { connectionString, close } = await startAzurite()
  const access = { kind: 'connection-string', connectionString } as const
  return { store: await createAzureObjectStore({ container: 'holdfast', access }), close }
})

it('both adapters have run the contract', () => {
  expect(ran).toEqual(['local folder', 'Azure Blob Storage'])
})
