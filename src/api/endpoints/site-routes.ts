/** Routes of the archiver site's accounts: live sources that are called, pull or listen. */
import { z } from 'zod'
import { defineEndpoints } from '../endpoint.ts'
import { idParams, rowId, time } from '../values.ts'

const siteRoles = ['Data Connector Admin', 'Mailbox Import Export'] as const

export const siteRouteFacts = z.object({
  id: z.int(),
  source: z.string(),
  name: z.string(),
  /** Below the site's own address; null for a source that is not called. */
  path: z.string().nullable(),
  settings: z.record(z.string(), z.unknown()),
  /** Whether its vendor hands over contacts and history on request. */
  syncs: z.boolean(),
  enabled: z.boolean(),
  riskAcceptedBy: z.string().nullable(),
  version: z.int(),
  createdAt: time,
  lastReceivedAt: time.nullable(),
  lastPulledAt: time.nullable(),
  refusedCalls: z.int(),
  /** Bodies that are acknowledged and not in the journal yet. */
  waiting: z.int(),
  problem: z.object({ code: z.string(), message: z.string(), since: time }).nullable(),
})

const schema = z.record(z.string(), z.unknown())
const findings = z.array(
  z.object({ check: z.string(), problem: z.string().nullable(), result: z.string().nullable() }),
)
const routeParams = idParams.extend({ route: rowId })
const name = z.string().trim().min(1).max(100)
const settings = z.record(z.string().max(100), z.unknown())
const secret = z.record(z.string().max(100), z.unknown())

export const siteRouteEndpoints = defineEndpoints({
  listRouteForms: {
    method: 'GET',
    path: '/api/site/route-forms',
    summary: 'The sources that run by themselves: what they are told, what secret they need, and their risk.',
    access: [...siteRoles],
    audit: { none: 'what this program is made with' },
    answer: z.array(
      z.object({
        source: z.string(),
        title: z.string(),
        settings: schema,
        secret: schema,
        risk: z.string().nullable(),
        isCalled: z.boolean(),
        pulls: z.boolean(),
      }),
    ),
  },
  listSiteRoutes: {
    method: 'GET',
    path: '/api/site/accounts/:id/routes',
    summary: "An account's routes; their secrets never leave the site.",
    access: [...siteRoles],
    audit: { none: 'settings of our own, without secrets' },
    params: idParams,
    answer: z.array(siteRouteFacts),
  },
  createSiteRoute: {
    method: 'POST',
    path: '/api/site/accounts/:id/routes',
    summary: 'Connects a live source. A source with a risk needs it accepted, which is recorded.',
    access: [...siteRoles],
    audit: 'create-route',
    params: idParams,
    body: z.object({
      source: z.string().max(100),
      name,
      settings,
      secret: secret.nullable().default(null),
      acceptRisk: z.boolean().default(false),
    }),
    answer: siteRouteFacts,
  },
  changeSiteRoute: {
    method: 'PATCH',
    path: '/api/site/accounts/:id/routes/:route',
    summary:
      'Name, settings, secret (absent: as it is), on or off. Refused (`changed-meanwhile`) after another change.',
    access: [...siteRoles],
    audit: 'change-route',
    params: routeParams,
    body: z.object({
      version: z.int(),
      name: name.optional(),
      enabled: z.boolean().optional(),
      settings: settings.optional(),
      secret: secret.optional(),
    }),
    answer: siteRouteFacts,
  },
  removeSiteRoute: {
    method: 'DELETE',
    path: '/api/site/accounts/:id/routes/:route',
    summary: 'It is called and pulled no more; what it captured stays. Refused while bodies of it wait.',
    access: [...siteRoles],
    audit: 'remove-route',
    params: routeParams,
    answer: z.object({ done: z.literal(true) }),
  },
  testSiteRoute: {
    method: 'POST',
    path: '/api/site/accounts/:id/routes/:route/test',
    summary: 'Tries the connection without capturing anything.',
    access: [...siteRoles],
    audit: 'test-route',
    params: routeParams,
    answer: findings,
  },
  syncSiteRoute: {
    method: 'POST',
    path: '/api/site/accounts/:id/routes/:route/sync',
    summary: 'Asks the vendor for contacts and history, once each, and tells how far they have come.',
    access: [...siteRoles],
    audit: 'sync-route',
    params: routeParams,
    answer: findings,
  },
})
