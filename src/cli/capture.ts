/** `site capture`: each file for itself, so that a bad one does not keep the others out. */
import { basename, resolve } from 'node:path'
import type { Platform, Source } from '../app.ts'
import { knownSources, openSite } from '../app.ts'
import { AppError } from '../domain/errors.ts'
import {
  accountByName,
  type CaptureCounts,
  capture,
  type SiteAccount,
  type SiteParts,
} from '../site/index.ts'
import { auditFailure, type Context, withPlatform } from './context.ts'
import { PartialFailure, tell } from './failures.ts'
import { factsText } from './output.ts'
import { createProgress } from './progress.ts'

export interface CaptureOptions {
  readonly source: string
  readonly account: string
  /** Absolute paths. */
  readonly files: readonly string[]
  readonly custodian?: string
  readonly custodianName?: string
  readonly chat?: string
  readonly timezone?: string
  readonly dateOrder?: string
  readonly date?: string
  readonly media?: string
  readonly chatNames?: string
  /** Further settings, as `name=value`. */
  readonly set?: readonly string[]
}

/** The options that are settings of sources, as the command line writes them. */
const flagOfSetting = {
  custodian: '--custodian',
  custodianName: '--custodian-name',
  chat: '--chat',
  timezone: '--timezone',
  dateOrder: '--date-order',
  date: '--date',
  media: '--media',
  chatNames: '--chat-names',
} as const satisfies Partial<Record<keyof CaptureOptions, string>>
type Setting = keyof typeof flagOfSetting

export async function captureFiles(context: Context, options: CaptureOptions): Promise<void> {
  await withPlatform(context, async (platform) => {
    const source = await sourceNamed(options.source)
    const settings = settingsFor(source, options)
    const site = await openSite(platform)
    const account = await accountByName(site, options.account)
    const captureOne = (file: string) =>
      captureFile(context, platform, { site, account, source, settings, file })
    const [only] = options.files
    if (options.files.length === 1) await tellCounts(context, await captureOne(only!))
    else await captureEach(context, options.files, captureOne)
  })
}

/** What failed is told at once, what was captured at the end. */
async function captureEach(
  context: Context,
  files: readonly string[],
  captureOne: (file: string) => Promise<CaptureCounts>,
): Promise<void> {
  const total = { captured: 0, duplicates: 0, attachments: 0, gaps: 0 }
  let refused = 0
  for (const file of files) {
    try {
      const counts = await captureOne(file)
      for (const name of Object.keys(total) as (keyof CaptureCounts)[]) total[name] += counts[name]
    } catch (error) {
      if (!(error instanceof AppError) || context.stopping.aborted) throw error
      tell(error, context.output.json)
      refused += 1
    }
  }
  await tellCounts(context, total)
  if (refused > 0) throw new PartialFailure(`${refused} of ${files.length} files were refused`)
}

async function captureFile(
  { output }: Context,
  platform: Platform,
  given: {
    readonly site: SiteParts
    readonly account: SiteAccount
    readonly source: Source
    readonly settings: unknown
    readonly file: string
  },
): Promise<CaptureCounts> {
  const { site, account, source, settings, file } = given
  const progress = createProgress(output, basename(file))
  const audited = {
    operation: 'capture',
    target: account.name,
    details: { source: source.name, file: basename(file) },
  } as const
  try {
    return await auditFailure(platform, audited, () =>
      capture(site, {
        account,
        source,
        settings,
        files: [file],
        onProgress: ({ captured, duplicates }) => progress.at(captured + duplicates, null, 'messages'),
        onGap: (gap) => output.note(`${gap.reason}: ${gap.explanation}`),
      }),
    )
  } finally {
    progress.end()
  }
}

async function tellCounts({ output }: Context, counts: CaptureCounts): Promise<void> {
  await output.document(counts, ({ captured, duplicates, attachments, gaps }) =>
    factsText({ captured, duplicates, attachments, gaps }),
  )
}

async function sourceNamed(name: string): Promise<Source> {
  const sources = await knownSources()
  const found = sources.find((source) => source.name === name)
  if (found) return found
  const names = sources.map((source) => source.name).join(', ')
  throw new AppError('unknown-source', `There is no source named "${name}"; there are: ${names}.`)
}

/** Refuses an option that the source would ignore: a zone that has no effect is a mistake found too late. */
function settingsFor(source: Source, options: CaptureOptions): Readonly<Record<string, string>> {
  const known = 'shape' in source.settings ? Object.keys(source.settings.shape as object) : null
  const settings: Record<string, string> = {}
  for (const [name, flag] of Object.entries(flagOfSetting) as [Setting, string][]) {
    const value = options[name]
    if (value === undefined) continue
    if (known !== null && !known.includes(name))
      throw new AppError('bad-settings', `${source.name} has no use for ${flag}; leave it out.`)
    settings[name] = name === 'media' || name === 'chatNames' ? resolve(value) : value
  }
  for (const pair of options.set ?? []) {
    const [, name, value] = /^(\w+)=(.*)$/s.exec(pair) ?? []
    if (name === undefined || value === undefined)
      throw new AppError('bad-settings', `--set takes name=value; "${pair}" is not that.`)
    if (known !== null && !known.includes(name))
      throw new AppError(
        'bad-settings',
        `${source.name} has no setting "${name}"; it has: ${known.join(', ')}.`,
      )
    settings[name] = value
  }
  return settings
}
