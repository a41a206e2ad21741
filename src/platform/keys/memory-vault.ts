import { type Clock, systemClock } from '../clock.ts'
import { type RandomSource, systemRandom } from '../random.ts'
import { createKeyRing } from './key-ring.ts'
import { createKeySet, destroy, epochsOf, type KeySet, rotate } from './key-set.ts'
import type { KeyCustody, KeyVault } from './key-vault.ts'

/** A vault for tests: its keys go with the process. */
export function createMemoryKeyVault(
  options: { readonly random?: RandomSource; readonly clock?: Clock } = {},
): KeyVault & KeyCustody {
  const { random = systemRandom, clock = systemClock } = options
  let set = createKeySet(random, clock.now())
  let ring = createKeyRing(set)
  const change = (changed: KeySet): void => {
    set = changed
    ring = createKeyRing(set)
  }
  return {
    wrap: async (keys) => ring.wrap(keys),
    unwrap: async (wrapped) => ring.unwrap(wrapped),
    seal: async (purpose, secret) => ring.seal(purpose, secret, random),
    open: async (purpose, sealed) => ring.open(purpose, sealed),
    derive: async (purpose) => ring.derive(purpose),
    backedUp: async () => false,
    epochs: async () => epochsOf(set),
    async rotateEpoch() {
      change(rotate(set, random, clock.now()))
      return set.epochs.length
    },
    destroyEpoch: async (id) => change(destroy(set, id, clock.now())),
  }
}
