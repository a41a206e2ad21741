/** Deliveries as jobs: sent after each import, and every minute for what was to be tried again. */
import { z } from 'zod'
import {
  type DeliveryParts,
  DeliveryProblem,
  deliver,
  destinationById,
  destinationsOf,
  listDestinations,
} from '../delivery/index.ts'
import { isAppError } from '../domain/errors.ts'
import type { Job, Jobs } from '../platform/jobs/jobs.ts'
import { logEvents } from '../platform/log/events.ts'
import type { Logger } from '../platform/log/logger.ts'
import { deliveryQueue } from './queues.ts'

const deliveryJob = z.object({ destination: z.int() })

const everyMinute = '* * * * *'

/** Asks for what waits at a destination to be delivered; nothing where that is asked for already. */
export async function sendDelivery(jobs: Jobs, destinationId: number): Promise<void> {
  await jobs.send(deliveryQueue.name, { destination: destinationId }, { singletonKey: keyOf(destinationId) })
}

/** After an import: what it brought waits at these. */
export async function sendDeliveriesOf(parts: DeliveryParts, jobs: Jobs, connectorId: number): Promise<void> {
  for (const id of await destinationsOf(parts, connectorId)) await sendDelivery(jobs, id)
}

/** Makes the queue look at each destination every minute, and not at those that are paused or removed. */
export async function keepDeliverySchedules(parts: DeliveryParts, jobs: Jobs): Promise<void> {
  for (const { id, pausedAt } of await listDestinations(parts)) {
    if (pausedAt === null) await scheduleDelivery(jobs, id)
    else await dropDelivery(jobs, id)
  }
}

export async function scheduleDelivery(jobs: Jobs, destinationId: number): Promise<void> {
  const [queue, key] = [deliveryQueue.name, keyOf(destinationId)]
  await jobs.schedule({
    queue,
    key,
    cron: everyMinute,
    timeZone: 'UTC',
    data: { destination: destinationId },
  })
}

export async function dropDelivery(jobs: Jobs, destinationId: number): Promise<void> {
  await jobs.unschedule(deliveryQueue.name, keyOf(destinationId))
}

/** Does what a job asks for; `stopping` ends it after the batches at hand. */
export async function doDelivery(
  parts: DeliveryParts,
  log: Logger,
  job: Job,
  stopping: AbortSignal,
): Promise<void> {
  const { destination: id } = deliveryJob.parse(job.data)
  const signal = AbortSignal.any([job.signal, stopping])
  try {
    const { problem } = await destinationById(parts, id)
    if (problem?.nextTryAt && Date.parse(problem.nextTryAt) > parts.clock.now()) return
    await deliver(parts, id, { signal })
  } catch (error) {
    if (isAppError(error, 'destination-not-found') || isAppError(error, 'delivery-running')) return
    if (isAppError(error, 'interrupted')) return
    // The destination's row says why; the next minute tries again when its time has come.
    logEvents.deliveryFailed(log, error, { destination: id })
    if (!(error instanceof DeliveryProblem)) throw error
  }
}

function keyOf(destinationId: number): string {
  return `destination-${destinationId}`
}
