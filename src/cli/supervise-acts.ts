import { basename } from 'node:path'
import { openCentre, openMatcher, type Platform, supervisionParts } from '../app.ts'
import {
  activatePolicy,
  type BackTestFacts,
  backTest,
  listBackTests,
  listDictionaries,
  listPolicies,
  type PolicyInput,
  parseDictionary,
  parsePolicy,
  pausePolicy,
  policyFacts,
  policyFromTemplate,
  policyVersions,
  readPolicy,
  saveDictionary,
  savePolicy,
  templates,
} from '../compliance/supervision/index.ts'
import { AppError } from '../domain/errors.ts'
import { appendAudit, localOperator } from '../platform/audit/audit.ts'
import { auditFailure, auditLook, type Context } from './context.ts'
import { readInput } from './input-file.ts'
import { createProgress } from './progress.ts'
import { shownTime } from './times.ts'

export interface RunOptions {
  readonly backTest?: boolean
  readonly policyVersion?: string
}

export async function importPolicy(
  { output }: Context,
  platform: Platform,
  file: string,
  { activate: on }: { readonly activate?: boolean },
): Promise<void> {
  const document = parsePolicy(jsonOf(await readInput(file, 'a supervision policy'), file), basename(file))
  const saved = await save(platform, document)
  if (on) await switchOn(platform, saved.name, saved.version)
  await output.document({ ...saved, active: on ?? false }, savedText)
}

export async function createFromTemplate(
  { output }: Context,
  platform: Platform,
  name: string,
  template: string,
): Promise<void> {
  const saved = await save(platform, policyFromTemplate(template, name))
  await output.document({ ...saved, active: false }, savedText)
}

interface Saved {
  readonly name: string
  readonly version: number
  readonly saved: boolean
  readonly active: boolean
}

function savedText({ name, version, saved, active }: Saved): string {
  const what = saved
    ? `"${name}" is saved as version ${version}.`
    : `"${name}" says so already, in version ${version}.`
  return active
    ? `${what} It looks from now on.`
    : `${what} Try it with: supervise run "${name}" --back-test; switch it on with: supervise policy activate "${name}"`
}

function save(platform: Platform, document: PolicyInput) {
  const event = { operation: 'change-supervision-policy', target: document.name } as const
  return auditFailure(platform, event, () =>
    savePolicy(partsOf(platform), parsePolicy(document), localOperator),
  )
}

export async function listAll({ output }: Context, platform: Platform): Promise<void> {
  await auditLook(platform, { operation: 'view-supervision-policies' })
  await output.list(await listPolicies(platform.database.pool), [
    { title: 'name', of: (row) => row.name },
    { title: 'state', of: (row) => row.problem ?? row.state },
    { title: 'version', of: (row) => row.activeVersion ?? `(${row.newestVersion})` },
    { title: 'rules', of: (row) => row.rules },
    { title: 'looked at', of: (row) => row.looked },
    { title: 'matched', of: (row) => row.matched },
    { title: 'waiting', of: (row) => row.waitingPages },
  ])
}

export async function show({ output }: Context, platform: Platform, name: string): Promise<void> {
  const { pool } = platform.database
  await auditLook(platform, { operation: 'view-supervision-policies', target: name })
  const facts = await policyFacts(pool, name)
  const versions = await policyVersions(pool, name)
  const backTests = (await listBackTests(pool, facts.id)).map(shownTest)
  await output.document({ ...facts, versions, backTests }, () =>
    [
      `${name}: ${facts.state}${facts.problem ? ` (${facts.problem})` : ''}`,
      facts.description,
      `${facts.looked} messages looked at, ${facts.matched} matched, ${facts.unreadable} unreadable, ${facts.waitingPages} pages waiting`,
      ...versions.map(
        ({ version, madeBy, madeAt, active }) =>
          `version ${version}${active ? ' (looks)' : ''}  ${shownTime(madeAt)}  ${madeBy}`,
      ),
      ...backTests.map(
        ({ version, startedAt, result }) =>
          `back-test of version ${version}  ${shownTime(startedAt)}  ${result.matched} of ${result.inScope} messages`,
      ),
    ]
      .filter((line) => line !== '')
      .join('\n'),
  )
}

export async function exportPolicy(
  { output }: Context,
  platform: Platform,
  name: string,
  version?: string,
): Promise<void> {
  const { policy } = await readPolicy(platform.database.pool, name, versionOf(version))
  await auditLook(platform, { operation: 'export-supervision-policy', target: name })
  await output.document(policy, () => JSON.stringify(policy, null, 2))
}

export async function activate(
  { output }: Context,
  platform: Platform,
  name: string,
  version?: string,
): Promise<void> {
  const switched = await switchOn(platform, name, versionOf(version))
  await output.document(
    { name, state: 'active', ...switched },
    () => `"${name}" looks from now on, version ${switched.version}; at what waited: supervise run "${name}"`,
  )
}

function switchOn(platform: Platform, name: string, version?: number) {
  const event = { operation: 'switch-supervision-policy', target: name } as const
  return auditFailure(platform, event, () => activatePolicy(partsOf(platform), name, version))
}

export async function pause({ output }: Context, platform: Platform, name: string): Promise<void> {
  const event = { operation: 'switch-supervision-policy', target: name } as const
  const paused = await auditFailure(platform, event, () => pausePolicy(partsOf(platform), name))
  await output.document(
    { name, state: 'paused', ...paused },
    () => `"${name}" is paused; what comes meanwhile waits for it.`,
  )
}

export async function run(
  context: Context,
  platform: Platform,
  name: string,
  { backTest: tests, policyVersion }: RunOptions,
): Promise<void> {
  const { output } = context
  const facts = await policyFacts(platform.database.pool, name)
  if (tests) return test(context, platform, name, policyVersion)
  if (facts.state !== 'active')
    throw new AppError(
      'supervision-policy-refused',
      `"${name}" is ${facts.state === 'paused' ? 'paused' : 'a draft'}; activate it, or add --back-test.`,
    )
  const { vault } = await openCentre(platform)
  const matcher = await openMatcher(platform, vault)
  try {
    const counts = await matcher.matchPending({ signal: context.stopping })
    await appendAudit(platform.queries, {
      ...{ at: platform.clock.now(), operation: 'run-supervision', target: name, outcome: 'succeeded' },
      details: { ...counts },
    })
    await output.document(
      counts,
      ({ pages, looked, matches }) => `${looked} messages of ${pages} pages looked at, ${matches} matches.`,
    )
  } finally {
    await matcher.close()
  }
}

async function test(
  { output, stopping }: Context,
  platform: Platform,
  name: string,
  version?: string,
): Promise<void> {
  const { vault } = await openCentre(platform)
  const progress = createProgress(output, 'Back-test')
  try {
    const wanted = versionOf(version)
    const tested = await backTest(await supervisionParts(platform, vault), {
      ...{ name, by: localOperator, random: platform.random, signal: stopping },
      ...(wanted === undefined ? {} : { version: wanted }),
      onProgress: (looked) => progress.at(looked, null, 'messages'),
    })
    await output.document(shownTest(tested), ({ result }) =>
      [
        `${result.matched} of ${result.inScope} messages in scope (${result.matchedPerThousand} in 1,000), in ${result.seconds} s.`,
        ...result.byRule.map(({ rule, matched }) => `${rule}: ${matched}`),
        ...(result.unreadable > 0 ? [`${result.unreadable} messages could not be read.`] : []),
        ...result.slowPatterns.map((pattern) => `Too slow, left out: ${pattern}`),
      ].join('\n'),
    )
  } finally {
    progress.end()
  }
}

function shownTest({ id, ...facts }: BackTestFacts) {
  return { id: String(id), ...facts }
}

export async function importDictionary(
  { output }: Context,
  platform: Platform,
  name: string,
  file: string,
): Promise<void> {
  const terms = parseDictionary(await readInput(file, 'a dictionary'), basename(file))
  const event = { operation: 'change-supervision-dictionary', target: name } as const
  const saved = await auditFailure(platform, event, () =>
    saveDictionary(partsOf(platform), name, terms, localOperator),
  )
  await output.document({ ...saved, terms: terms.length }, ({ version, policies }) =>
    [
      `"${name}" has ${terms.length} terms, version ${version}.`,
      ...(policies.length > 0 ? [`Taken in by ${policies.join(', ')}.`] : []),
    ].join(' '),
  )
}

export async function dictionaries({ output }: Context, platform: Platform): Promise<void> {
  await output.list(await listDictionaries(platform.database.pool), [
    { title: 'name', of: (row) => row.name },
    { title: 'version', of: (row) => row.version },
    { title: 'terms', of: (row) => row.terms },
    { title: 'since', of: (row) => shownTime(row.madeAt) },
  ])
}

export async function listTemplates({ output }: Context): Promise<void> {
  await output.list(
    templates.map(({ name, version, description, rules }) => ({
      ...{ name, version, description },
      rules: rules.length,
    })),
    [
      { title: 'template', of: (row) => row.name },
      { title: 'version', of: (row) => row.version },
      { title: 'rules', of: (row) => row.rules },
      { title: 'looks for', of: (row) => row.description },
    ],
  )
}

function partsOf({ database, queries, clock }: Platform) {
  return { pool: database.pool, queries, clock }
}

function jsonOf(content: Buffer, file: string): unknown {
  try {
    return JSON.parse(content.toString('utf8').replace(/^\uFEFF/, ''))
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new AppError('supervision-policy-refused', `${file} is no JSON: ${why}`, { cause })
  }
}

function versionOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  if (!/^[1-9]\d{0,8}$/.test(text))
    throw new AppError('bad-settings', `"${text}" is no version; give a whole number such as 2.`)
  return Number(text)
}
