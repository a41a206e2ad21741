export { createKeyFileVault, type KeyFileOptions, type KeyFileVault } from './key-file-vault.ts'
export { epochOf, wrappedKeyBytes } from './key-ring.ts'
export type { Epoch, KeyCustody, KeyVault } from './key-vault.ts'
export { createMemoryKeyVault } from './memory-vault.ts'
