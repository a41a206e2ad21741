import { readFile, writeFile } from 'node:fs/promises'
import { basename } from 'node:path'
import { openCentre, type Platform, recordDecoder } from '../app.ts'
import {
  acceptGap,
  attestDay,
  beginHeartbeat,
  type Comparison,
  compareArchive,
  coveredAccount,
  isoDay,
  refreshCoverage,
  statementKey,
  verifyStatement,
} from '../coverage/index.ts'
import { AppError } from '../domain/errors.ts'
import { localOperator } from '../platform/audit/audit.ts'
import { auditFailure, type Context } from './context.ts'
import { accountOf } from './coverage-show.ts'
import { readInput } from './input-file.ts'
import { factsText } from './output.ts'
import { timeOf } from './times.ts'

export interface AttestOptions {
  readonly account?: string
  readonly day?: string
  readonly out?: string
}

export interface CompareOptions {
  readonly account?: string
  readonly from?: string
  readonly to?: string
  readonly tolerance: string
  readonly out?: string
}

const dayMs = 86_400_000

export async function attest({ output }: Context, platform: Platform, options: AttestOptions): Promise<void> {
  const centre = await openCentre(platform)
  const { id, name } = await accountOf(centre, options.account)
  const day = isoDay(options.day === undefined ? platform.clock.now() - dayMs : timeOf(options.day, '--day'))
  const document = await auditFailure(
    platform,
    { operation: 'attest-coverage', target: name, details: { day } },
    async () => {
      // A site that is away does not keep a day from being attested: the document says when it last told.
      await refreshCoverage(centre, await coveredAccount(centre, id)).catch((error: unknown) => {
        if (!(error instanceof AppError)) throw error
        output.note(`Attested as last told: ${error.message}`)
      })
      return attestDay(centre, await coveredAccount(centre, id), day)
    },
  )
  await give(output, document, options.out)
}

/** The document itself, or where it was written. */
async function give(output: Context['output'], document: string, out: string | undefined): Promise<void> {
  if (out === undefined) return output.bytes(Buffer.from(document))
  await writeFile(out, document, { flag: 'wx' }).catch((cause: unknown) => {
    throw new AppError(
      'bad-settings',
      `${out} cannot be written, or is there already; choose another name.`,
      {
        cause,
      },
    )
  })
  await output.document({ file: out }, ({ file }) => `Written to ${file}.`)
}

export async function verify({ output }: Context, file: string, key: string): Promise<void> {
  const document = await readInput(file, 'a signed statement')
  const publicKey = await readFile(key, 'utf8').catch(() => key)
  const statement = verifyStatement(document.toString('utf8'), publicKey)
  await output.document({ verified: true, statement }, () =>
    [
      `${basename(file)} is as it was signed.`,
      factsText({
        form: statement.form,
        account: String(statement.account ?? ''),
        day: String(statement.day ?? ''),
        made: String(statement.madeAt ?? ''),
        ...(statement.counts as Record<string, number> | undefined),
      }),
    ].join('\n\n'),
  )
}

export async function key({ output }: Context, platform: Platform): Promise<void> {
  const { publicKey } = await statementKey(await openCentre(platform))
  await output.document({ publicKey }, () => publicKey)
}

export async function accept(
  { output }: Context,
  platform: Platform,
  gap: string,
  reason: string,
): Promise<void> {
  const centre = await openCentre(platform)
  await auditFailure(platform, { operation: 'accept-gap', target: `gap ${gap}` }, () =>
    acceptGap(centre, gap, { by: localOperator, reason }),
  )
  await output.document({ gap, accepted: true }, () => `The gap ${gap} is accepted; the ledger keeps it.`)
}

export async function heartbeat(
  { output }: Context,
  platform: Platform,
  { account: name, route }: { readonly account?: string; readonly route: string },
): Promise<void> {
  const centre = await openCentre(platform)
  const nonce = await beginHeartbeat(centre, await accountOf(centre, name), route)
  await output.document({ nonce }, () => `Send this word by ${route}, from the probe:\n\n${nonce}`)
}

export async function compare(
  { output }: Context,
  platform: Platform,
  path: string,
  options: CompareOptions,
): Promise<void> {
  const centre = await openCentre(platform)
  const account = await accountOf(centre, options.account)
  const toleranceSeconds = Number(options.tolerance)
  if (!Number.isInteger(toleranceSeconds) || toleranceSeconds < 0 || toleranceSeconds > 86_400)
    throw new AppError('bad-settings', '--tolerance is a number of seconds, from 0 to 86400.')
  const decode = await recordDecoder()
  const { comparison, document } = await auditFailure(
    platform,
    { operation: 'compare-archive', target: account.name },
    () =>
      compareArchive(centre, account, {
        ...{ path, name: basename(path), toleranceSeconds },
        ...(options.from === undefined ? {} : { from: timeOf(options.from, '--from') }),
        ...(options.to === undefined ? {} : { to: timeOf(options.to, '--to') }),
        decode: (source, record) => {
          const result = decode(source, record)
          return result.decoded ? result.message : null
        },
      }),
  )
  if (options.out !== undefined) await give(output, document, options.out)
  if (options.out === undefined && output.json) await output.bytes(Buffer.from(document))
  else if (!output.json) await output.document(comparison, comparisonText)
}

/** Rows that a person reads; the signed result has more of them. */
const rowsShown = 20

function comparisonText({ account, other, from, to, counts, onlyHere, onlyThere }: Comparison): string {
  const lines = (title: string, rows: Comparison['onlyHere'], all: number) =>
    all === 0
      ? []
      : [
          `${title}:`,
          ...rows.slice(0, rowsShown).map(({ reference, at }) => `  ${at}  ${reference}`),
          ...(all > rowsShown ? [`  … and ${all - Math.min(all, rowsShown)} more; --out writes them.`] : []),
        ]
  return [
    factsText({ account, other, from, to, ...counts }),
    '',
    ...lines('Only here', onlyHere, counts.onlyHere),
    ...lines('Only there', onlyThere, counts.onlyThere),
  ].join('\n')
}
