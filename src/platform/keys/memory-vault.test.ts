import { createMemoryKeyVault } from './index.ts'
import { keyVaultContract } from './key-vault.contract.ts'

keyVaultContract('memory', async (clock) => createMemoryKeyVault({ clock }))
