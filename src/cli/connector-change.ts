/** Changing, pausing, resuming and removing a connector, as the portal does. */
import { keepSchedule, openCentre, type Platform } from '../app.ts'
import { mailboxByAddress } from '../archive/index.ts'
import {
  type Connector,
  cancelRun,
  changeConnector,
  connectorByName,
  pauseConnector,
  removeConnector,
  resumeConnector,
  runReport,
} from '../connector/index.ts'
import type { AuditOperation } from '../domain/audit.ts'
import { localOperator } from '../platform/audit/audit.ts'
import { connectorFacts, connectorText, reading, reportText, runIdOf } from './connector-reports.ts'
import { readPassword } from './connector-setup.ts'
import { auditFailure, type Context } from './context.ts'

export interface ChangeOptions {
  readonly rename?: string
  readonly site?: string
  readonly username?: string
  readonly passwordFile?: string
  readonly automaticMapping?: boolean
  readonly catchAll?: string | false
  readonly schedule?: string
  readonly runOnArrival?: boolean
  readonly zone?: string
}

export async function change(
  context: Context,
  platform: Platform,
  name: string,
  options: ChangeOptions,
): Promise<void> {
  const centre = await openCentre(platform)
  const { schedule, zone, passwordFile, catchAll } = options
  await changeAndTell(context, platform, name, 'change-connector', async (connector) =>
    changeConnector(centre, connector, connector.version, {
      name: options.rename,
      siteUrl: options.site,
      username: options.username,
      automaticMapping: options.automaticMapping,
      runOnArrival: options.runOnArrival,
      ...(passwordFile === undefined ? {} : { password: await readPassword(passwordFile) }),
      ...(catchAll === undefined
        ? {}
        : { catchAllMailboxId: catchAll ? (await mailboxByAddress(platform, catchAll)).id : null }),
      ...(schedule === undefined && zone === undefined
        ? {}
        : { schedule: { cron: schedule ?? connector.scheduleCron, zone: zone ?? connector.scheduleZone } }),
    }),
  )
}

export async function pause(context: Context, platform: Platform, name: string): Promise<void> {
  const centre = await openCentre(platform)
  await changeAndTell(context, platform, name, 'pause-connector', (connector) =>
    pauseConnector(centre, connector),
  )
}

export async function resume(context: Context, platform: Platform, name: string): Promise<void> {
  const centre = await openCentre(platform)
  await changeAndTell(context, platform, name, 'resume-connector', (connector) =>
    resumeConnector(centre, connector),
  )
}

async function changeAndTell(
  { output }: Context,
  platform: Platform,
  name: string,
  operation: AuditOperation,
  work: (connector: Connector) => Promise<Connector>,
): Promise<void> {
  const changed = await auditFailure(platform, { operation, target: name }, async () =>
    work(await connectorByName(platform, name)),
  )
  await keepSchedule(platform, changed)
  await output.document(connectorFacts(changed), connectorText)
}

export async function remove({ output }: Context, platform: Platform, name: string): Promise<void> {
  const centre = await openCentre(platform)
  const removed = await auditFailure(platform, { operation: 'remove-connector', target: name }, async () => {
    const connector = await connectorByName(platform, name)
    await removeConnector(centre, connector, localOperator)
    return connector
  })
  await keepSchedule(platform, { ...removed, pausedAt: new Date(platform.clock.now()).toISOString() })
  await output.document(
    { connector: name, removed: true },
    () => `Removed ${name}. What it imported stays in the mailboxes.`,
  )
}

/** Of the run named, or of the connector's last one. */
export async function cancel(
  { output }: Context,
  platform: Platform,
  name: string,
  run: string | undefined,
): Promise<void> {
  const centre = await openCentre(platform)
  const report = await auditFailure(platform, { operation: 'cancel-run', target: name }, async () => {
    const connector = await connectorByName(platform, name)
    const { run: last } = await runReport(reading(platform), connector, runIdOf(run))
    await cancelRun(centre, connector, BigInt(last), localOperator)
    return runReport(reading(platform), connector, BigInt(last))
  })
  await output.document(report, reportText)
}
