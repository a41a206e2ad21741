/** Runs: handed to a worker process where one is up, else done here; either way the run's row tells the progress. */
import { setTimeout as sleep } from 'node:timers/promises'
import { type Centre, openCentre, type Platform, sendRun } from '../app.ts'
import {
  type Connector,
  connectorByName,
  continueRun,
  type RunReport,
  type RunRequest,
  runConnector,
  runReport,
} from '../connector/index.ts'
import { AppError, type ErrorCode, errorCodes } from '../domain/errors.ts'
import { localOperator } from '../platform/audit/audit.ts'
import { workerIsUp } from '../platform/jobs/liveness.ts'
import { reportText } from './connector-reports.ts'
import { auditFailure, type Context } from './context.ts'
import { Stopped } from './failures.ts'
import { createProgress, type Progress } from './progress.ts'
import { timeOf } from './times.ts'

export interface RunOptions {
  readonly from?: string
  readonly to?: string
}

const watchMs = 200
/** A worker that takes a run takes it within a second; longer, and we look whether there still is one. */
const looksBeforeDoubt = 25

export async function run(
  context: Context,
  platform: Platform,
  name: string,
  options: RunOptions,
): Promise<void> {
  const window = {
    ...(options.from === undefined ? {} : { from: timeOf(options.from, '--from') }),
    ...(options.to === undefined ? {} : { to: timeOf(options.to, '--to') }),
  }
  if (window.from !== undefined && window.to !== undefined && window.to <= window.from)
    throw new AppError('bad-date', '--to must lie after --from.')
  const isWindow = window.from !== undefined || window.to !== undefined
  const request: RunRequest = isWindow
    ? { kind: 'window', window, requestedBy: localOperator }
    : { kind: 'run', requestedBy: localOperator }
  await runAndTell(context, platform, name, request)
}

export async function reprocess(context: Context, platform: Platform, name: string): Promise<void> {
  await runAndTell(context, platform, name, { kind: 'reprocess', requestedBy: localOperator })
}

async function runAndTell(
  context: Context,
  platform: Platform,
  name: string,
  request: RunRequest,
): Promise<void> {
  const centre = await openCentre(platform)
  const operation = request.kind === 'reprocess' ? 'reprocess-exceptions' : 'run-connector'
  const connector = await auditFailure(platform, { operation, target: name }, () =>
    connectorByName(centre, name),
  )
  const progress = createProgress(context.output, name)
  try {
    const runId = (await workerIsUp(centre.pool))
      ? await runElsewhere(context, platform, centre, connector, request, progress)
      : await runHere(context, centre, connector, request, progress)
    await context.output.document(await runReport(centre, connector, runId), reportText)
  } finally {
    progress.end()
  }
}

/** In this process. */
async function runHere(
  context: Context,
  centre: Centre,
  connector: Connector,
  request: RunRequest,
  progress: Progress,
): Promise<bigint> {
  const watch = watching(centre, connector, progress)
  try {
    return await runConnector(centre, connector.name, {
      ...request,
      signal: context.stopping,
      onBegin: watch.begin,
    })
  } finally {
    watch.end()
  }
}

/** In a worker process; should the last one end meanwhile, the rest is done here. */
async function runElsewhere(
  context: Context,
  platform: Platform,
  centre: Centre,
  connector: Connector,
  request: RunRequest,
  progress: Progress,
): Promise<bigint> {
  const runId = await sendRun(platform, centre, connector, request)
  for (let look = 1; ; look += 1) {
    const report = await runReport(centre, connector, runId)
    tellProgress(progress, report)
    if (report.state === 'succeeded') return runId
    if (report.state === 'failed') throw failureOf(report)
    if (report.state === 'cancelled')
      throw new AppError(
        'run-cancelled',
        `Run ${runId} was cancelled; the next run goes on where it stopped.`,
      )
    if (look % looksBeforeDoubt === 0 && !(await workerIsUp(centre.pool)))
      await continueRun(centre, runId, context.stopping)
    if (context.stopping.aborted) {
      context.output.note(
        `Run ${runId} goes on in the worker; see: holdfast connector status "${connector.name}"`,
      )
      throw new Stopped(context.stoppedBy() ?? 'SIGTERM')
    }
    await sleep(watchMs)
  }
}

function watching(centre: Centre, connector: Connector, progress: Progress) {
  let timer: NodeJS.Timeout | undefined
  return {
    begin: (runId: bigint) => {
      timer = setInterval(() => {
        // A look that fails is no failure of the run.
        runReport(centre, connector, runId).then(
          (report) => tellProgress(progress, report),
          () => {},
        )
      }, watchMs)
    },
    end: () => clearInterval(timer),
  }
}

function tellProgress(progress: Progress, report: RunReport): void {
  const done = report.imported + report.duplicates + report.exceptions.total
  progress.at(done, report.total > 0 ? report.total : null, `messages, ${report.phase}`)
}

function failureOf({ connector, run: runId, failure }: RunReport): AppError {
  const code = errorCodes.find((known) => known === failure?.code) ?? ('run-failed' satisfies ErrorCode)
  return new AppError(code, failure?.message ?? `Run ${runId} of "${connector}" failed.`, {
    details: { run: runId, connector },
  })
}
