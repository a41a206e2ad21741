/**
 * Deliveries killed for real: SIGKILL at random moments while items go to the contract server for Microsoft Graph. What
 * the next run leaves is one copy of each item, whatever the killed one was at.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { join } from 'node:path'
import { createInterface } from 'node:readline'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHoldfast } from '../cli/holdfast.ts'
import { application } from '../delivery/exchange.ts'
import { importTexts, items, killAfterMs, people, texts } from '../delivery/killed-firm.ts'
import { type GraphServer, startGraphServer } from '../graph/server.ts'

const kills = Array.from({ length: 20 }, (_, place) => place + 1)
const child = join(import.meta.dirname, 'killed-delivery-child.ts')

interface Report {
  readonly found: number
  readonly status: object
  readonly same: number
}

describe('a delivery to Microsoft Graph that is killed', { timeout: 180_000 }, () => {
  const holdfast = createHoldfast()
  let undisturbedMs: number
  let [died, foundAgain] = [0, 0]

  beforeAll(async () => {
    holdfast.write('client-secret', application.clientSecret)
    await importTexts(holdfast)
    const server = await startServer()
    await addDestination('undisturbed')
    const run = start(server, 'undisturbed')
    await run.ready
    const begun = performance.now()
    expectAllOnce(server, (await run.report)!)
    undisturbedMs = performance.now() - begun
    await server.close()
  })
  afterAll(async () => {
    await holdfast.remove()
    expect(died).toBeGreaterThanOrEqual(kills.length / 2)
    // Some of the kills fell between what the server did and what the ledger knew of it.
    expect(foundAgain).toBeGreaterThan(0)
  })

  /** Kept without trying it: the commands know the addresses of Microsoft only. */
  async function addDestination(name: string) {
    const { tenantId, clientId } = application
    const as = ['--tenant', tenantId, '--client', clientId, '--secret-file', 'client-secret']
    const where = ['--name', name, '--connector', 'wechat', '--connections', '2', '--no-test']
    await holdfast.json('delivery', 'add', 'exchange-online', ...where, ...as)
  }

  /** What a killed one was sending is not looked for before the server had its time, which need not be waited for here. */
  function start({ origin }: GraphServer, name: string, laterSeconds = 0) {
    const process_ = spawn(process.execPath, [child, holdfast.data, origin, name, String(laterSeconds)], {
      env: { ...process.env, DATABASE_URL: '', HOLDFAST_DATA: '' },
      stdio: ['ignore', 'pipe', 'inherit'],
    })
    return { process: process_, ...saidBy(process_) }
  }

  it.each(kills)('has left every item there exactly once after the next run (kill %i)', async (kill) => {
    const server = await startServer()
    try {
      const name = `kill-${kill}`
      await addDestination(name)
      const killed = start(server, name)
      await killed.ready
      await Promise.race([killed.report, setTimeout(killAfterMs(kill, undisturbedMs))])
      killed.process.kill('SIGKILL')
      if ((await killed.report) === null) died += 1
      const report = (await start(server, name, 60).report)!
      foundAgain += report.found
      expectAllOnce(server, report)
    } finally {
      await server.close()
    }
  })
})

async function startServer(): Promise<GraphServer> {
  const server = await startGraphServer({ applications: [application] })
  for (const [address] of people) server.addMailbox(address)
  return server
}

/** `ready` when it begins to deliver; `report` is null for one that was killed before its end. */
function saidBy(process_: ChildProcess): { ready: Promise<void>; report: Promise<Report | null> } {
  const { promise: ready, resolve: isReady } = Promise.withResolvers<void>()
  const report = (async () => {
    let last: Report | null = null
    for await (const line of createInterface({ input: process_.stdout! })) {
      const said = JSON.parse(line) as Report & { ready?: boolean }
      if (said.ready) isReady()
      else last = said
    }
    return last
  })()
  return { ready, report }
}

function expectAllOnce(server: GraphServer, { status, same }: Report): void {
  for (const [address] of people) {
    const copies = server.messages(address, 'WeChat Archiver')
    expect(copies).toHaveLength(texts)
    expect(new Set(copies.map(({ internetMessageId }) => internetMessageId)).size).toBe(texts)
  }
  expect(status).toMatchObject({ confirmed: items, waiting: 0, sending: 0, refused: 0, givenUp: 0 })
  expect(same).toBe(items)
}
