/** A delivery that is stopped, cut and started again until nothing waits, and what must be so in the end. */
import { setTimeout } from 'node:timers/promises'
import { expect } from 'vitest'
import {
  type DeliveryParts,
  DeliveryProblem,
  type Destination,
  deliver,
  deliveryStatus,
  listDeliveryExceptions,
  reconcile,
} from '../../src/delivery/index.ts'
import { type FaultCounts, installFaults, planFromSeed, SimulatedCrash } from '../../src/platform/faults.ts'

/** What a server may still be at when its client is gone. */
const serverMs = 200
const startsMax = 30

export interface Stopped {
  readonly parts: DeliveryParts
  readonly destination: Destination
  readonly seed: number
  /** Of a run that was not disturbed. */
  readonly counts: FaultCounts
  /** Called when the stop has been made: from here on connections are cut. */
  readonly disturb: () => void
  /** Lets a day go by, so that whatever was to wait is due. */
  readonly nextDay: () => void
}

/** Stops a run at the seed's place, then starts it until nothing waits. Answers whether it was stopped. */
export async function deliverThroughStops(given: Stopped): Promise<boolean> {
  const { parts, destination, seed, counts } = given
  const plan = planFromSeed(seed, counts, 'throw')
  const faults = installFaults(plan)
  const stopped = await ends(parts, destination, SimulatedCrash)
  faults.remove()
  given.disturb()
  for (let starts = 0; (await openItems(parts, destination)) > 0; starts += 1) {
    expect(starts, `HOLDFAST_SEED=${seed}: "${plan.point}", pass ${plan.pass}`).toBeLessThan(startsMax)
    given.nextDay()
    // The test's clock stands still; the server needs its moment all the same.
    await setTimeout(serverMs)
    await ends(parts, destination, DeliveryProblem)
  }
  const { items } = await listDeliveryExceptions(parts, destination, { limit: 10 })
  expect(
    items.map(({ reason, message, tries }) => ({ reason, message, tries })),
    `HOLDFAST_SEED=${seed}`,
  ).toEqual([])
  return stopped
}

/** The ledger says that all are confirmed, and the folders hold what it says. */
export async function expectConfirmed(parts: DeliveryParts, destination: Destination, items: number) {
  expect(await deliveryStatus(parts, destination)).toMatchObject({
    ...{ confirmed: items, waiting: 0, sending: 0, refused: 0, givenUp: 0 },
  })
  expect(await reconcile(parts, destination)).toMatchObject({
    ...{ same: items, missing: 0, changed: 0, doubled: 0, extra: 0, unread: [] },
  })
}

async function openItems(parts: DeliveryParts, destination: Destination): Promise<number> {
  const { waiting, sending } = await deliveryStatus(parts, destination)
  return waiting + sending
}

/** Whether a run ends with such an error; any other than a problem of the destination fails the test. */
async function ends(
  parts: DeliveryParts,
  { id }: Destination,
  kind: abstract new (...given: never[]) => Error,
): Promise<boolean> {
  try {
    await deliver(parts, id)
    return false
  } catch (error) {
    if (!(error instanceof kind) && !(error instanceof DeliveryProblem)) throw error
    return error instanceof kind
  }
}
