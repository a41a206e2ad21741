import { randomBytes } from 'node:crypto'

/** Randomness as an argument: features take a RandomSource, only `platform/` asks the machine's. */
export interface RandomSource {
  bytes(length: number): Buffer
}

export const systemRandom: RandomSource = { bytes: (length) => randomBytes(length) }
