import type { z } from 'zod'
import { holds, listApprovals, type Principal, recentSelfGrants } from '../../access/index.ts'
import type { attention, systemEndpoints } from '../../api/endpoints/system.ts'
import {
  archiveFigures,
  type CoverageParts,
  countCoverage,
  type DayFigures,
  dayFigures,
  findAttention,
} from '../../coverage/index.ts'
import { deliveryStatus, listDestinations } from '../../delivery/index.ts'
import type { Role } from '../../domain/roles.ts'
import { checkDisk } from '../../platform/doctor.ts'
import { checkInstallation, keyFileStates } from '../../platform/installation-checks.ts'
import { clockBackMs, clockToleranceMs } from '../../platform/noted-clock.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'

type Attention = z.input<typeof attention>

/** Who looks after what, and so is told of it. */
const connectorRoles: readonly Role[] = [
  'Data Connector Admin',
  'Mailbox Import Export',
  'Organization Configuration',
]
const archiveRoles: readonly Role[] = [...connectorRoles, 'Mail Recipients', 'Compliance Search']
const systemRoles: readonly Role[] = ['Organization Configuration']
const rightsRoles: readonly Role[] = ['Role Management', 'Audit Logs', 'View-Only Audit Logs']

export function homeHandlers(
  parts: PortalParts,
): Pick<Handlers<typeof systemEndpoints>, 'readHome' | 'readSystem'> {
  const coverage: CoverageParts = { ...parts.centre, siteIsHere: parts.site !== null }
  return {
    async readHome({ query: { timeZone } }, { principal }) {
      const asksConnectors = holds(principal, ...connectorRoles)
      const [found, days, covered, archive] = await Promise.all([
        attentionFor(parts, coverage, principal),
        asksConnectors ? dayFigures(coverage, timeZone) : null,
        asksConnectors ? countCoverage(coverage) : null,
        holds(principal, ...archiveRoles) ? archiveFigures(coverage) : null,
      ])
      const today = days?.at(-1) ?? null
      return {
        attention: found,
        today: today && {
          day: today.day,
          timeZone,
          channels: today.channels.map((channel) => ({ ...channel })),
        },
        coverage: covered,
        archive,
        days: days?.map(dayTotal) ?? null,
      }
    },
    readSystem: () => systemFacts(parts),
  }
}

function dayTotal({ day, channels }: DayFigures) {
  return {
    day,
    captured: channels.reduce((sum, { captured }) => sum + captured, 0),
    imported: channels.reduce((sum, { imported }) => sum + imported, 0),
  }
}

const severities = ['error', 'warning', 'information']

/** The gravest first. */
async function attentionFor(
  parts: PortalParts,
  coverage: CoverageParts,
  principal: Principal,
): Promise<Attention[]> {
  const found = await Promise.all([
    holds(principal, ...connectorRoles) ? ofCoverage(coverage) : [],
    holds(principal, ...connectorRoles) ? ofDelivery(parts) : [],
    holds(principal, ...systemRoles) ? ofMachine(parts) : [],
    holds(principal, 'Role Management') ? ofApprovals(parts, principal) : [],
    holds(principal, ...rightsRoles) ? ofSelfGrants(parts) : [],
  ])
  return found.flat().sort((a, b) => severities.indexOf(a.severity) - severities.indexOf(b.severity))
}

async function ofCoverage(coverage: CoverageParts): Promise<Attention[]> {
  return (await findAttention(coverage)).map(({ facts, ...one }) => ({ ...one, facts: { ...facts } }))
}

async function ofDelivery({ centre }: PortalParts): Promise<Attention[]> {
  const found: Attention[] = []
  for (const { id, name, problem, pausedAt } of await listDestinations(centre)) {
    const { heldMailboxes, refused, givenUp } = await deliveryStatus(centre, { id })
    const facts = (more: Record<string, string | number>) => ({ id, destination: name, ...more })
    if (problem && pausedAt === null)
      found.push({ code: 'destination-problem', severity: 'error', facts: facts({ reason: problem.reason }) })
    if (heldMailboxes.length > 0)
      found.push({
        ...{ code: 'mailboxes-held', severity: 'warning' },
        facts: facts({ count: heldMailboxes.length }),
      })
    if (refused + givenUp > 0)
      found.push({
        ...{ code: 'delivery-exceptions', severity: 'warning' },
        facts: facts({ count: refused + givenUp }),
      })
  }
  return found
}

async function ofMachine(parts: PortalParts): Promise<Attention[]> {
  const found: Attention[] = []
  const disk = checkDisk(parts.folder)
  if (!disk.ok) {
    found.push({ code: 'disk-low', severity: 'error', facts: { message: disk.message, remedy: disk.remedy } })
  }
  const back = await clockBackMs(parts.centre)
  if (back > clockToleranceMs) {
    const minutes = Math.round(back / 60_000)
    found.push({ code: 'clock-moved-back', severity: 'error', facts: { minutes } })
  }
  for (const [name, vault] of Object.entries({ site: parts.site?.vault, centre: parts.centre.vault })) {
    if (vault && !(await vault.backedUp()))
      found.push({ code: 'keys-not-backed-up', severity: 'warning', facts: { name } })
  }
  return found
}

async function ofApprovals({ access }: PortalParts, principal: Principal): Promise<Attention[]> {
  const waiting = (await listApprovals(access, principal)).filter(({ mayDecide }) => mayDecide)
  if (waiting.length === 0) return []
  return [{ code: 'approval-waiting', severity: 'information', facts: { count: waiting.length } }]
}

async function ofSelfGrants({ access }: PortalParts): Promise<Attention[]> {
  return (await recentSelfGrants(access)).map(({ at, username, target, approvedBy }) => ({
    code: 'self-grant',
    severity: 'warning',
    facts: { at, username, target, ...(approvedBy === null ? {} : { approvedBy }) },
  }))
}

async function systemFacts(parts: PortalParts) {
  const { config, folder, centre, databaseEmbedded } = parts
  const { pool, queries, objects, clock, random } = centre
  const installation = { config, folder, pool, queries, databaseEmbedded, objects, clock, random }
  const [checks, keys, server] = await Promise.all([
    checkInstallation(installation),
    keyFileStates(installation),
    pool.query<{ version: string }>("select current_setting('server_version') as version"),
  ])
  const { objectStore } = config
  return {
    version: parts.version,
    database: { embedded: databaseEmbedded, server: `PostgreSQL ${server.rows[0]!.version}` },
    objectStore:
      objectStore.type === 'local'
        ? ({ type: 'local', place: folder.objects } as const)
        : ({ type: 'azure', place: objectStore.container } as const),
    emailDomain: config.emailDomain,
    keys: keys.map((key) => ({ ...key })),
    checks: checks.map((check) => ({ ...check })),
  }
}
