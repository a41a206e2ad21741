/** Delivering, trying again and comparing, in this process. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Centre, openCentre, type Platform } from '../app.ts'
import {
  type DeliveryRun,
  deliver,
  deliveryStatus,
  destinationByName,
  listDestinations,
  reconcile,
  retryDelivery,
} from '../delivery/index.ts'
import { isAppError } from '../domain/errors.ts'
import { auditFailure, type Context } from './context.ts'
import { reconciliationText } from './delivery-reports.ts'
import { factsText } from './output.ts'
import { createProgress } from './progress.ts'

export async function run(context: Context, platform: Platform, name?: string): Promise<void> {
  const centre = await openCentre(platform)
  const destinations =
    name === undefined ? await listDestinations(centre) : [await destinationByName(centre, name)]
  for (const destination of destinations) {
    if (name === undefined && destination.pausedAt !== null) continue
    const result = { destination: destination.name, ...(await deliverHere(context, centre, destination)) }
    await context.output.line(result, ({ destination: of, ...run }) => `${of}\n${runText(run)}`)
  }
}

async function deliverHere(
  context: Context,
  centre: Centre,
  { id, name }: { readonly id: number; readonly name: string },
): Promise<DeliveryRun> {
  const { waiting, sending } = await deliveryStatus(centre, { id })
  const progress = createProgress(context.output, name)
  let closed = 0
  const onProgress = (more: number) => {
    closed += more
    progress.at(closed, Math.max(closed, waiting + sending), 'items')
  }
  const total = { confirmed: 0, refused: 0, later: 0, found: 0, mailboxProblems: 0 }
  try {
    for (let rest = patience; ; rest -= 1) {
      const run = await deliver(centre, id, { signal: context.stopping, onProgress }).catch(whenBusy)
      for (const key of Object.keys(total) as (keyof DeliveryRun)[]) total[key] += run?.[key] ?? 0
      // Another process delivers, or what an earlier one was sending is not to be looked for yet.
      const goesOn = run === null || (await deliveryStatus(centre, { id })).sending > 0
      if (!goesOn || rest === 0 || context.stopping.aborted) return total
      await sleep(waitMs, undefined, { signal: context.stopping }).catch(() => {})
    }
  } finally {
    progress.end()
  }
}

const waitMs = 1_000
const patience = 20

function whenBusy(error: unknown): null {
  if (isAppError(error, 'delivery-running')) return null
  throw error
}

function runText(run: DeliveryRun): string {
  return factsText({
    confirmed: run.confirmed,
    'of them found from before': run.found,
    refused: run.refused,
    'to be tried again': run.later,
    'mailboxes that took nothing': run.mailboxProblems,
  })
}

export async function retry(
  context: Context,
  platform: Platform,
  name: string,
  mailbox: string | null,
): Promise<void> {
  const centre = await openCentre(platform)
  const destination = await auditFailure(
    platform,
    { operation: 'retry-delivery', target: name },
    async () => {
      const found = await destinationByName(centre, name)
      await retryDelivery(centre, found, mailbox)
      return found
    },
  )
  await context.output.document(await deliverHere(context, centre, destination), runText)
}

export async function compare(
  context: Context,
  platform: Platform,
  name: string,
  again: boolean,
): Promise<void> {
  const centre = await openCentre(platform)
  const found = await auditFailure(platform, { operation: 'reconcile-delivery', target: name }, async () =>
    reconcile(centre, await destinationByName(centre, name), { again, signal: context.stopping }),
  )
  await context.output.document(found, reconciliationText)
}
