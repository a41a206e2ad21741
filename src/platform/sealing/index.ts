export { blockOverheadBytes, openBlock, type SealingKey, sealBlock } from './block.ts'
export { openRange, type RangeOfSealed, type ReadSealed } from './chunk-range.ts'
export {
  type ChunkKey,
  type ChunkTransform,
  createChunkOpener,
  createChunkSealer,
  plainLength,
  sealedLength,
  throughChunks,
} from './chunks.ts'
export { compress, decompress } from './compress.ts'
export { formatPrivateKey, parsePrivateKey } from './private-key-text.ts'
export { generateKeyPair, type KeyPair, openWithPrivateKey, sealToPublicKey } from './public-key.ts'
export { formatPublicKey, parsePublicKey, publicKeyFingerprint } from './public-key-text.ts'
