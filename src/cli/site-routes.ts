import { readFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { Platform } from '../app.ts'
import { AppError } from '../domain/errors.ts'
import type { SiteAccount, SiteParts } from '../site/index.ts'
import type { LiveParts, Route } from '../site/live/index.ts'
import { act, auditFailure, type Context, withPlatform } from './context.ts'
import { factsText } from './output.ts'
import { shownTime } from './times.ts'

interface OfAccount {
  readonly account: string
}

interface RouteOptions extends OfAccount {
  readonly name?: string
  readonly settings?: string
  readonly secretFile?: string
  readonly acceptRisk?: boolean
}

/** `holdfast site route …`: live sources of an account. */
export function addRouteCommands(site: Command): void {
  const route = site
    .command('route')
    .description('ways in that run by themselves: webhooks, pulls, listeners')
  withAccount(route.command('add'))
    .description('connect a live source to an account; prints the address at which it is called')
    .argument('<source>', 'for example whatsapp-cloud')
    .requiredOption('--name <name>', 'what the route is called here')
    .option('--settings <json>', "the source's settings as JSON, or @FILE")
    .option('--secret-file <file>', 'JSON file of the secret the source needs; it is sealed')
    .option('--accept-risk', "accept the source's risk, which is recorded with your name")
    .action(act((context, options: RouteOptions, source: string) => addRoute(context, options, source)))
  withAccount(route.command('list')).action(
    act((context, { account }: OfAccount) =>
      withRoutes(context, account, async ({ parts, account: of }) => {
        const { listRoutes } = await import('../site/live/index.ts')
        await context.output.list<Route>((await listRoutes(parts, of)).map(shown), [
          { title: 'route', of: (row) => row.name },
          { title: 'source', of: (row) => row.source },
          { title: 'state', of: (row) => stateOf(row) },
          { title: 'last received', of: (row) => shownTime(row.lastReceivedAt?.toISOString() ?? null) },
          { title: 'last pulled', of: (row) => shownTime(row.lastPulledAt?.toISOString() ?? null) },
          { title: 'refused calls', of: (row) => row.refusedCalls },
          { title: 'called at', of: (row) => pathOf(row) },
        ])
      }),
    ),
  )
  withAccount(route.command('test'))
    .description('try the connection without capturing')
    .argument('<name>')
    .action(act((context, { account }: OfAccount, name: string) => testRoute(context, account, name)))
  withAccount(route.command('pull'))
    .description('pull now, in this process')
    .argument('<name>')
    .action(act((context, { account }: OfAccount, name: string) => pullNow(context, account, name)))
  withAccount(route.command('sync'))
    .description('ask for contacts and history, which Meta hands over within 24 hours of the sign-up')
    .argument('<name>')
    .action(act((context, { account }: OfAccount, name: string) => syncNow(context, account, name)))
  for (const verb of ['enable', 'disable', 'remove'] as const)
    withAccount(route.command(verb))
      .argument('<name>')
      .action(act((context, { account }: OfAccount, name: string) => setRoute(context, account, name, verb)))
}

function withAccount(command: Command): Command {
  return command.requiredOption('--account <name>')
}

interface At {
  readonly platform: Platform
  readonly parts: LiveParts
  readonly account: SiteAccount
}

async function withRoutes(context: Context, account: string, work: (at: At) => Promise<void>): Promise<void> {
  await withPlatform(context, async (platform) => {
    const { knownSources, openSite } = await import('../app.ts')
    const { accountByName } = await import('../site/index.ts')
    const site: SiteParts = await openSite(platform)
    const parts = { ...site, sources: await knownSources(), routesFolder: platform.folder.routes }
    await work({ platform, parts, account: await accountByName(site, account) })
  })
}

async function addRoute(context: Context, options: RouteOptions, sourceName: string): Promise<void> {
  await withRoutes(context, options.account, async ({ platform, parts, account }) => {
    const { createRoute } = await import('../site/live/index.ts')
    const source = parts.sources.find(({ name, live }) => name === sourceName && live)
    if (!source)
      throw new AppError(
        'unknown-source',
        `No live source is called "${sourceName}"; there are: ${parts.sources.flatMap(({ name, live }) => (live ? [name] : [])).join(', ')}.`,
      )
    const input = {
      name: options.name!,
      settings: await jsonOf(options.settings, '--settings'),
      ...(options.secretFile === undefined
        ? {}
        : { secret: await jsonOf(`@${options.secretFile}`, '--secret-file') }),
      acceptRisk: options.acceptRisk === true,
    }
    const made = await auditFailure(platform, { operation: 'create-route', target: account.name }, async () =>
      createRoute(parts, account, source, input),
    )
    await context.output.document(shown(made), (row) =>
      factsText({ route: row.name, source: row.source, 'called at': pathOf(row) }),
    )
  })
}

async function jsonOf(given: string | undefined, flag: string): Promise<unknown> {
  if (given === undefined) return {}
  const text = given.startsWith('@') ? await readText(given.slice(1), flag) : given
  try {
    return JSON.parse(text)
  } catch (cause) {
    // What is secret may stand in it: nothing of it is repeated.
    throw new AppError('bad-settings', `${flag} is not JSON; check its quotes and commas.`, { cause })
  }
}

async function readText(file: string, flag: string): Promise<string> {
  try {
    return await readFile(file, 'utf8')
  } catch (cause) {
    throw new AppError('file-not-found', `${flag} names ${file}, which cannot be read.`, { cause })
  }
}

async function testRoute(context: Context, accountName: string, name: string): Promise<void> {
  await withRoutes(context, accountName, async ({ parts, account }) => {
    const { openRoute, routeByName } = await import('../site/live/index.ts')
    const route = await routeByName(parts, account, name)
    const open = (await openRoute(parts, route, AbortSignal.timeout(120_000)))!
    const findings = (await open.live.test?.(open.given)) ?? []
    await context.output.list(findings, [
      { title: 'check', of: (row) => row.check },
      { title: 'result', of: (row) => row.problem ?? 'ok' },
    ])
    const failed = findings.filter(({ problem }) => problem !== undefined).length
    if (failed > 0)
      throw new AppError('vendor-refused', `${failed} of ${findings.length} checks of "${name}" failed.`)
  })
}

async function syncNow(context: Context, accountName: string, name: string): Promise<void> {
  await withRoutes(context, accountName, async ({ platform, parts, account }) => {
    const { openRoute, routeByName, syncRoute } = await import('../site/live/index.ts')
    const route = await routeByName(parts, account, name)
    const open = (await openRoute(parts, route, AbortSignal.timeout(120_000)))!
    const findings = await auditFailure(platform, { operation: 'sync-route', target: account.name }, () =>
      syncRoute(parts, open),
    )
    await context.output.list(findings, [
      { title: 'what', of: (row) => row.check },
      { title: 'result', of: (row) => row.problem ?? row.result ?? 'ok' },
    ])
    const failed = findings.find(({ problem }) => problem !== undefined)
    if (failed) throw new AppError('vendor-refused', `${failed.check}: ${failed.problem}`)
  })
}

async function pullNow(context: Context, accountName: string, name: string): Promise<void> {
  await withRoutes(context, accountName, async ({ parts, account }) => {
    const { openRoute, pullRoute, routeByName } = await import('../site/live/index.ts')
    const open = (await openRoute(
      parts,
      await routeByName(parts, account, name),
      new AbortController().signal,
    ))!
    if (!open.live.pull)
      throw new AppError(
        'unknown-source',
        `${open.source.name} is called from outside; there is nothing to pull.`,
      )
    await context.output.document(await pullRoute(parts, open), (counts) => factsText({ ...counts }))
  })
}

async function setRoute(
  context: Context,
  accountName: string,
  name: string,
  verb: 'enable' | 'disable' | 'remove',
): Promise<void> {
  await withRoutes(context, accountName, async ({ platform, parts, account }) => {
    const { changeRoute, removeRoute, routeByName } = await import('../site/live/index.ts')
    const route = await routeByName(parts, account, name)
    const source = parts.sources.find((one) => one.name === route.source)!
    const operation = verb === 'remove' ? 'remove-route' : 'change-route'
    const result = await auditFailure(platform, { operation, target: account.name }, async () => {
      if (verb !== 'remove') return changeRoute(parts, account, source, route, { enabled: verb === 'enable' })
      await removeRoute(parts, account, route)
      return { ...route, enabled: false }
    })
    await context.output.document(shown(result), (row) =>
      factsText({ route: row.name, state: verb === 'remove' ? 'removed' : stateOf(row) }),
    )
  })
}

function shown(route: Route): Route & { readonly path: string } {
  return { ...route, path: pathOf(route) }
}

function pathOf({ source, address }: Route): string {
  return `/site/hooks/${source}/${address}`
}

function stateOf({ enabled, problem }: Route): string {
  if (!enabled) return 'disabled'
  return problem === null ? 'running' : `${problem.code}: ${problem.message}`
}
