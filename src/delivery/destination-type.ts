/** What an adapter is made of: its settings, its secret, and how it is opened. */
import type { z } from 'zod'
import type { Clock } from '../platform/clock.ts'
import type { RandomSource } from '../platform/random.ts'
import type { Delivery, DestinationKind } from './delivery.ts'

export interface OpenGiven<Settings, Secret> {
  readonly settings: Settings
  readonly secret: Secret
  readonly clock: Clock
  readonly random: RandomSource
}

export interface DestinationType<
  Settings extends z.ZodType = z.ZodType,
  Secret extends z.ZodType = z.ZodType,
> {
  readonly kind: DestinationKind
  /** What an administrator may read again. */
  readonly settings: Settings
  /** What is sealed; null where there may be none. */
  readonly secret: Secret
  /** The settings that say where the secret goes and whose it is: it is not kept for another one. */
  readonly secretFor: readonly (keyof z.output<Settings> & string)[]
  create(given: OpenGiven<z.output<Settings>, z.output<Secret>>): Delivery
}

export function defineDestination<Settings extends z.ZodType, Secret extends z.ZodType>(
  type: DestinationType<Settings, Secret>,
): DestinationType<Settings, Secret> {
  return type
}
