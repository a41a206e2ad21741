import type { Principal } from '../../access/index.ts'
import type { retentionPolicyEndpoints } from '../../api/endpoints/retention-policies.ts'
import { listMailboxes, mailboxByAddress } from '../../archive/index.ts'
import {
  approvePolicy,
  askForPolicy,
  changeRetentionPolicy,
  createRetentionPolicy,
  declinePolicy,
  deleteRetentionPolicy,
  editRetentionPolicy,
  isInForce,
  listAdaptiveScopes,
  listRetentionPolicies,
  lockPolicy,
  type NewRetentionPolicy,
  presets,
  type RetentionPolicy,
  retentionPolicyByName,
  type Simulation,
  simulatePolicy,
  turnOffPolicy,
} from '../../compliance/retention/index.ts'
import { AppError, isAppError } from '../../domain/errors.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import { logEvents } from '../../platform/log/events.ts'
import type { CallContext, Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'

type PolicyHandlers = Handlers<typeof retentionPolicyEndpoints>
type Settings = Parameters<PolicyHandlers['editRetentionPolicy']>[0]['body']

// Long because: one line for each endpoint, each handing on to the feature.
export function retentionPolicyHandlers({
  centre,
  log,
}: Pick<PortalParts, 'centre' | 'log'>): PolicyHandlers {
  const simulations = createSimulations(centre, (error) => logEvents.retentionSimulationFailed(log, error))
  const idsOf = (addresses: readonly string[]) => mailboxIdsOf(centre, addresses)
  const policyOf = async (id: number) => {
    const found = (await listRetentionPolicies(centre.pool)).find((policy) => policy.id === id)
    if (!found) throw new AppError('not-found', `There is no retention policy ${id}.`)
    return found
  }
  const whole = async (policy: RetentionPolicy, principal: Principal) => {
    const [mailboxes, scopes] = await Promise.all([listMailboxes(centre), listAdaptiveScopes(centre.pool)])
    return {
      ...shown(policy, scopes, centre.clock.now()),
      namedMailboxes: mailboxes
        .filter(({ id }) => policy.mailboxIds.includes(id))
        .map(({ id, address, name }) => ({ id, address, name })),
      simulation: policy.simulation && shownSimulation(policy.simulation),
      simulating: simulations.isRunning(policy.id),
      simulationProblem: simulations.problemOf(policy.id),
      mayApprove:
        policy.state === 'asked' &&
        principal.kind === 'person' &&
        policy.askedBy?.toLowerCase() !== principal.username.toLowerCase(),
    }
  }
  /** Does something to the policy with that number, and answers what became of it. */
  const after = async (
    id: number,
    { principal }: CallContext,
    work: (policy: RetentionPolicy) => Promise<unknown>,
  ) => {
    const policy = await policyOf(id)
    await work(policy)
    return whole(await retentionPolicyByName(centre.pool, policy.name), principal)
  }
  const settingsOf = async ({
    mailboxes,
    adaptiveScope,
    ...rest
  }: Settings): Promise<Omit<NewRetentionPolicy, 'name'>> => ({
    ...rest,
    mailboxIds: rest.scope === 'adaptive' ? [] : await idsOf(mailboxes),
    adaptiveScopeId: adaptiveScope ?? undefined,
  })
  return {
    async listRetentionPolicies() {
      const [policies, scopes] = await Promise.all([
        listRetentionPolicies(centre.pool),
        listAdaptiveScopes(centre.pool),
      ])
      return { items: policies.map((policy) => shown(policy, scopes, centre.clock.now())) }
    },
    async readRetentionPolicy({ params }, { principal }) {
      // Asked first: of a simulation that ends while the policy is read, the next reading tells.
      const simulating = simulations.isRunning(params.id)
      return { ...(await whole(await policyOf(params.id), principal)), simulating }
    },
    listRetentionPresets: async () => ({ items: [...presets] }),
    async createRetentionPolicy({ body: { name, ...settings } }, { principal }) {
      await createRetentionPolicy(centre, { name, ...(await settingsOf(settings)) }, principal.username)
      return whole(await retentionPolicyByName(centre.pool, name), principal)
    },
    editRetentionPolicy: ({ params, body }, context) =>
      after(params.id, context, async ({ name }) =>
        editRetentionPolicy(centre, { name, ...(await settingsOf(body)) }),
      ),
    async deleteRetentionPolicy({ params }) {
      await deleteRetentionPolicy(centre, (await policyOf(params.id)).name)
      return { done: true }
    },
    extendRetentionPolicy: ({ params, body: { period, mailboxes } }, context) =>
      after(params.id, context, async ({ name, scope }) =>
        changeRetentionPolicy(centre, name, {
          ...(period === undefined ? {} : { period }),
          // Of a policy for all mailboxes the named ones are left out.
          [scope === 'all' ? 'remove' : 'add']: await idsOf(mailboxes),
        }),
      ),
    async simulateRetentionPolicy({ params }) {
      const { id, name } = await policyOf(params.id)
      await appendAudit(centre.queries, {
        ...{ at: centre.clock.now(), operation: 'simulate-retention-policy', target: name },
        ...{ outcome: 'succeeded', details: { started: true } },
      })
      simulations.start(id, name)
      return { started: true }
    },
    askForRetentionPolicy: ({ params }, context) =>
      after(params.id, context, ({ name }) => askForPolicy(centre, name, context.principal.username)),
    decideRetentionPolicy: ({ params, body }, context) =>
      after(params.id, context, async ({ name }) => {
        const { kind, username } = context.principal
        if (kind !== 'person')
          throw new AppError('approval-refused', 'Only a person may decide, not a token.')
        if (body.decision === 'declined') await declinePolicy(centre, name, username)
        else await approvePolicy(centre, name, username, body.simulatedAt)
      }),
    turnOffRetentionPolicy: ({ params }, context) =>
      after(params.id, context, ({ name }) => turnOffPolicy(centre, name)),
    lockRetentionPolicy: ({ params, body }, context) =>
      after(params.id, context, async ({ name }) => {
        if (body.name.trim() !== name)
          throw new AppError('retention-refused', `Type the policy's name, "${name}", to lock it for ever.`)
        await lockPolicy(centre, name, context.principal.username)
      }),
  }
}

export async function mailboxIdsOf(
  centre: PortalParts['centre'],
  addresses: readonly string[],
): Promise<number[]> {
  const ids: number[] = []
  for (const address of new Set(addresses)) ids.push((await mailboxByAddress(centre, address)).id)
  return ids
}

type Scopes = Awaited<ReturnType<typeof listAdaptiveScopes>>

function shown(policy: RetentionPolicy, scopes: Scopes, now: number) {
  const { mailboxIds, adaptiveScopeId, simulation: _simulation, ...rest } = policy
  const scope = scopes.find(({ id }) => id === adaptiveScopeId)
  return {
    ...rest,
    inForce: isInForce(policy, now),
    mailboxes: mailboxIds.length,
    adaptiveScope: scope ? { id: scope.id, name: scope.name } : null,
  }
}

/** Of what is kept it is not told whether a hold keeps it: a confidential one would betray itself. */
function shownSimulation({ keptByHold, keptByRetention, ...found }: Simulation) {
  return {
    ...found,
    kept: keptByHold + keptByRetention,
    byMailbox: [...found.byMailbox],
    byMonth: [...found.byMonth],
    // Simulations of earlier versions have none.
    sample: [...(found.sample ?? [])],
  }
}

/** A simulation of a large archive takes minutes: it goes on while its result is asked for, one of each policy at a time. */
function createSimulations(parts: Parameters<typeof simulatePolicy>[0], onFailure: (error: unknown) => void) {
  const running = new Set<number>()
  const problems = new Map<number, string>()
  return {
    isRunning: (policyId: number) => running.has(policyId),
    problemOf: (policyId: number) => problems.get(policyId) ?? null,
    start(policyId: number, name: string) {
      if (running.has(policyId)) return
      running.add(policyId)
      problems.delete(policyId)
      simulatePolicy(parts, name)
        .catch((error: unknown) => {
          problems.set(policyId, isAppError(error) ? error.code : 'internal')
          onFailure(error)
        })
        .finally(() => running.delete(policyId))
    },
  }
}
