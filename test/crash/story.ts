/**
 * A firm's week: captured, transferred, imported, its mapping corrected, its exceptions reprocessed, a window read
 * again. Told again from the start after a crash, it must lead to the same end.
 */
import * as connector from '../../src/connector/index.ts'
import { parseMapping } from '../../src/domain/mapping-file.ts'
import { sources } from '../../src/pipeline-sources.ts'
import { type FaultPlan, installFaults } from '../../src/platform/faults.ts'
import { capture } from '../../src/site/index.ts'
import { type CapturedFile, correctedMapping } from './corpus.ts'
import type { Process, World } from './world.ts'

const mailboxAddresses = new Set(['ada@firm.example', 'ben@firm.example', 'cy@firm.example'])

export async function tellStory(process: Process, corpus: readonly CapturedFile[]): Promise<void> {
  const { centre } = process
  for (const file of corpus.slice(0, 2)) await captureFile(process, file)
  await run(centre, 'whatsapp')
  for (const file of corpus.slice(2)) await captureFile(process, file)
  for (const name of connector.connectorTypes) await run(centre, name)
  for (const name of connector.connectorTypes) {
    const rows = parseMapping(correctedMapping, mailboxAddresses)
    await connector.replaceMapping(centre, await connector.connectorByName(centre, name), rows)
    await run(centre, name, 'reprocess')
  }
  for (const name of connector.connectorTypes) await run(centre, name, 'window')
}

/** Tells it in a process that dies on the way; false where the plan's place was not reached. */
export async function tellUntilCrash(world: World, plan: FaultPlan): Promise<boolean> {
  const process = await world.open()
  const faults = installFaults(plan)
  const failure = await tellStory(process, world.corpus).then(
    () => null,
    (error: unknown) => error,
  )
  const isReached = (faults.counts.get(plan.point) ?? 0) >= plan.pass
  if (failure && !isReached) throw failure
  await process.die()
  faults.remove()
  return isReached
}

export async function captureFile({ site, account }: Process, file: CapturedFile) {
  const source = sources.find(({ name }) => name === file.source)!
  return capture(site, { account, source, files: [file.path], settings: file.settings })
}

export function run(
  centre: connector.ConnectorParts,
  name: string,
  kind: connector.RunRequest['kind'] = 'run',
): Promise<bigint> {
  return connector.runConnector(centre, name, {
    kind,
    requestedBy: 'test',
    ...(kind === 'window' ? { window: {} } : {}),
  })
}
