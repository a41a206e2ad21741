import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { createLocalObjectStore } from './local-object-store.ts'
import { objectStoreContract } from './object-store.contract.ts'

objectStoreContract('local folder', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'holdfast-objects-'))
  return { store: await createLocalObjectStore({ folder }), close: () => rm(folder, { recursive: true }) }
})
