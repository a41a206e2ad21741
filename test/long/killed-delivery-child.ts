/**
 * A delivery to the contract server for Microsoft Graph in a process of its own, for a test to kill:
 * `killed-delivery-child.ts DATA ORIGIN NAME LATER`. Delivers what waits, by a clock that is so many seconds ahead, and
 * says how many items an earlier one had sent.
 */
import { setTimeout } from 'node:timers/promises'
import { openCentre, openPlatform } from '../../src/app.ts'
import { deliver, deliveryStatus, destinationByName, reconcile } from '../../src/delivery/index.ts'
import { loadConfig } from '../../src/platform/config.ts'
import { withServer } from '../delivery/exchange.ts'

const [data, origin, name, later] = process.argv.slice(2)
const platform = await openPlatform(loadConfig({ HOLDFAST_DATA: data, HOLDFAST_LOG_LEVEL: 'error' }))
const clock = { now: () => platform.clock.now() + Number(later) * 1_000 }
const centre = await openCentre(platform, { thread: false })
const parts = withServer({ ...centre, clock }, () => origin!)
const destination = await destinationByName(parts, name!)
process.stdout.write(`${JSON.stringify({ ready: true })}\n`)

let found = 0
for (;;) {
  found += (await deliver(parts, destination.id)).found
  const { waiting, sending } = await deliveryStatus(parts, destination)
  if (waiting + sending === 0) break
  // What an earlier one was sending is looked for when the server has had its time.
  await setTimeout(500)
}
const report = {
  found,
  status: await deliveryStatus(parts, destination),
  same: (await reconcile(parts, destination)).same,
}
process.stdout.write(`${JSON.stringify(report)}\n`)
await platform.close()
process.exit(0)
