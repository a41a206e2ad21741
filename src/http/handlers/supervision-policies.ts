import type { supervisionPolicyEndpoints } from '../../api/endpoints/supervision-policies.ts'
import {
  activatePolicy,
  type BackTestFacts,
  backTest,
  listBackTests,
  listDictionaries,
  listPolicies,
  type PolicyFacts,
  parseDictionary,
  parsePolicy,
  pausePolicy,
  policyFacts,
  policyFromTemplate,
  policyNameOf,
  policyVersions,
  readPolicy,
  saveDictionary,
  savePolicy,
  templates,
} from '../../compliance/supervision/index.ts'
import { isAppError } from '../../domain/errors.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import { logEvents } from '../../platform/log/events.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'

type SupervisionHandlers = Handlers<typeof supervisionPolicyEndpoints>

export function supervisionPolicyHandlers({
  centre,
  decode,
  log,
}: Pick<PortalParts, 'centre' | 'decode' | 'log'>): SupervisionHandlers {
  const db = centre.pool
  const tests = createBackTests({ ...centre, decode }, (error) => logEvents.supervisionFailed(log, error))
  return {
    listSupervisionPolicies: async () => (await listPolicies(db)).map(shownPolicy),
    async readSupervisionPolicy({ params }) {
      // Asked first: of a test that ends while the rest is read, the next reading tells.
      const testing = tests.isRunning(params.id)
      const name = await policyNameOf(db, params.id)
      const { policy } = await readPolicy(db, name)
      return {
        ...shownPolicy(await policyFacts(db, name)),
        document: policy,
        versions: await policyVersions(db, name),
        backTests: (await listBackTests(db, params.id)).map(shownTest),
        testing,
        testProblem: tests.problemOf(params.id),
      }
    },
    async saveSupervisionPolicy({ body }, { principal }) {
      const { name, version, saved } = await savePolicy(centre, body.document, principal.username)
      return { id: (await policyFacts(db, name)).id, version, saved }
    },
    async switchSupervisionPolicy({ params, body }) {
      const name = await policyNameOf(db, params.id)
      return body.state === 'paused' ? pausePolicy(centre, name) : activatePolicy(centre, name, body.version)
    },
    async startSupervisionBackTest({ params, body }, { principal }) {
      const name = await policyNameOf(db, params.id)
      // Whether there is such a version is said now, not when nobody listens any more.
      const { version } = await readPolicy(db, name, body.version)
      const details = { version, started: true }
      await appendAudit(centre.queries, {
        ...{
          at: centre.clock.now(),
          operation: 'test-supervision-policy',
          target: name,
          outcome: 'succeeded',
          details,
        },
      })
      tests.start(params.id, { name, version, by: principal.username })
      return { started: true }
    },
    listSupervisionTemplates: async () =>
      templates.map(({ name, version, description }) => ({
        ...{ name, version, description },
        document: parsePolicy(policyFromTemplate(name)),
      })),
    listSupervisionDictionaries: () => listDictionaries(db),
    async saveSupervisionDictionary({ body }, { principal }) {
      const terms = parseDictionary(Buffer.from(body.terms), 'The list')
      const { version, policies } = await saveDictionary(centre, body.name, terms, principal.username)
      return { version, terms: terms.length, policies: [...policies] }
    },
  }
}

/** A back-test takes minutes: it goes on while its result is asked for, one of each policy at a time. */
function createBackTests(
  parts: Parameters<typeof backTest>[0] & Pick<PortalParts['centre'], 'random'>,
  onFailure: (error: unknown) => void,
) {
  const running = new Set<number>()
  const problems = new Map<number, string>()
  return {
    isRunning: (policyId: number) => running.has(policyId),
    problemOf: (policyId: number) => problems.get(policyId) ?? null,
    start(policyId: number, asked: { readonly name: string; readonly version: number; readonly by: string }) {
      if (running.has(policyId)) return
      running.add(policyId)
      problems.delete(policyId)
      backTest(parts, { ...asked, random: parts.random })
        .catch((error: unknown) => {
          problems.set(policyId, isAppError(error) ? error.code : 'internal')
          onFailure(error)
        })
        .finally(() => running.delete(policyId))
    },
  }
}

function shownPolicy({ reviewers, ...facts }: PolicyFacts) {
  return { ...facts, reviewers: { users: [...reviewers.users], groups: [...reviewers.groups] } }
}

function shownTest({ id, result, ...facts }: BackTestFacts) {
  const byRule = result.byRule.map(({ sample, ...rule }) => ({ ...rule, sample: [...sample] }))
  return {
    ...{ id: String(id), ...facts, ...result },
    ...{ byRule, bySeverity: { ...result.bySeverity }, byMonth: [...result.byMonth] },
    slowPatterns: [...result.slowPatterns],
  }
}
