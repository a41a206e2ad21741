/** The long-running parts in one process: the site's feed, the centre, a worker; started and stopped in order. */
import { once } from 'node:events'
import { setInterval } from 'node:timers'
import type { Link } from '../access/index.ts'
import {
  accessParts,
  type Centre,
  type LiveSite,
  openCentre,
  openLiveSite,
  openPlatform,
  openSite,
  openWorker,
  type Platform,
  type RunningServer,
  serve,
  type Worker,
} from '../app.ts'
import type { Config } from '../platform/config.ts'
import { openDataFolder } from '../platform/data-folder.ts'
import { keysReminder } from '../platform/installation-checks.ts'
import { logEvents } from '../platform/log/events.ts'
import type { SiteParts } from '../site/index.ts'
import { checkClock, noteClock } from './clock-check.ts'
import { claimParts, type ServedPart } from './running.ts'
import { noteSiteAlone } from './site-alone.ts'

export interface ServiceOptions {
  readonly config: Config
  /** Parts that answer over HTTP; none for a mere worker. */
  readonly serves: readonly ServedPart[]
  readonly works: boolean
  readonly acceptClock: boolean
  /** What the first administrator is besides an administrator; a demo's also reads. */
  readonly administratorGroups?: readonly string[]
  /** Told before the address is, for what an operator should know. */
  readonly onReminder?: (text: string) => void
}

export interface Services {
  readonly platform: Platform
  readonly site: (SiteParts & { readonly vault: Centre['vault'] }) | null
  readonly centre: Centre | null
  /** `http://host:port`; null for a mere worker. */
  readonly address: string | null
  /** By which the first administrator comes in, until one has; null where no portal is served. */
  readonly administratorLink: Link | null
  /** Starts taking jobs; what has to be done first may be done before. */
  startWorker(): Promise<void>
  /** Finishes the page at hand of every run, closes everything, and gives the data folder back. */
  stop(): Promise<void>
}

const clockNoteMs = 60_000

/** Throws `data-folder-in-use`, `clock-moved-back`, `port-in-use` and what opening the platform throws. */
export async function startServices(options: ServiceOptions): Promise<Services> {
  const { config, serves } = options
  const claim = await claimParts(openDataFolder(config.dataFolder), serves)
  const undo: (() => Promise<void> | void)[] = [() => claim.release()]
  const stop = async () => {
    for (let last = undo.pop(); last !== undefined; last = undo.pop()) await last()
  }
  try {
    const platform = await openPlatform(config)
    undo.push(() => platform.close())
    await checkClock(platform, options.acceptClock)
    undo.push(keepClockNoted(platform))
    const site = serves.includes('site') ? await openSite(platform) : null
    const centre = serves.includes('centre') || options.works ? await openCentre(platform) : null
    await noteSiteAlone(platform, centre === null)
    await remind(options, { site: site?.vault, centre: centre?.vault })
    const live = site ? await openLiveSite(platform, site) : null
    if (live) undo.push(() => live.stop())
    const server = serves.length > 0 ? await listen(platform, serves, { site, centre, live }) : null
    if (server) undo.push(() => server.close())
    if (server) claim.announce(server.url)
    const administratorLink =
      server && centre && serves.includes('centre')
        ? await linkFor(platform, centre, server.url, options.administratorGroups)
        : null
    const startWorker = async () => {
      const worker: Worker = await openWorker(platform, centre!)
      undo.push(() => worker.stop())
    }
    logEvents.programStarted(platform.log, {
      parts: [...serves, ...(options.works ? ['worker'] : [])],
      ...(server ? { address: server.url } : {}),
    })
    return { platform, site, centre, address: server?.url ?? null, administratorLink, startWorker, stop }
  } catch (error) {
    await stop()
    throw error
  }
}

function listen(
  platform: Platform,
  serves: readonly ServedPart[],
  { site, centre, live }: Pick<Services, 'site' | 'centre'> & { live: LiveSite | null },
): Promise<RunningServer> {
  const { host, port } = platform.config.http
  const calls = live ? { calls: live.calls } : {}
  return serve(platform, { host, port, site, ...calls, centre: serves.includes('centre') ? centre : null })
}

async function linkFor(
  platform: Platform,
  centre: Centre,
  address: string,
  roleGroups: readonly string[] = [],
): Promise<Link | null> {
  const { firstAdministratorLink } = await import('../access/index.ts')
  const origin = platform.config.http.publicUrl ?? address
  return firstAdministratorLink(accessParts(platform, centre), origin, { roleGroups })
}

function keepClockNoted(platform: Platform): () => Promise<void> {
  const noting = setInterval(() => {
    // A database that is away for a moment is told about by whoever needs it.
    noteClock(platform).catch(() => {})
  }, clockNoteMs)
  return async () => {
    clearInterval(noting)
    await noteClock(platform).catch(() => {})
  }
}

async function remind(
  options: ServiceOptions,
  vaults: Readonly<Record<string, Centre['vault'] | undefined>>,
): Promise<void> {
  const names: string[] = []
  for (const [name, vault] of Object.entries(vaults)) {
    if (vault && !(await vault.backedUp())) names.push(name)
  }
  if (names.length > 0) options.onReminder?.(keysReminder(names))
}

/** Waits for the signal that ends a server. */
export async function untilStopped(stopping: AbortSignal): Promise<void> {
  if (!stopping.aborted) await once(stopping, 'abort')
}
