import * as access from '../../access/index.ts'
import type { peopleEndpoints } from '../../api/endpoints/people.ts'
import { AppError } from '../../domain/errors.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'

export function peopleHandlers(parts: PortalParts): Handlers<typeof peopleEndpoints> {
  return {
    ...userHandlers(parts),
    ...roleGroupHandlers(parts),
    ...searchFilterHandlers(parts),
    ...approvalHandlers(parts),
    ...tokenHandlers(parts),
  }
}

type Of<Name extends keyof typeof peopleEndpoints> = Pick<Handlers<typeof peopleEndpoints>, Name>
type Users =
  | 'listUsers'
  | 'createUser'
  | 'updateUser'
  | 'createUserLink'
  | 'listUserSessions'
  | 'endUserSessions'
type RoleGroups =
  | 'listRoleGroups'
  | 'createRoleGroup'
  | 'changeRoleGroup'
  | 'deleteRoleGroup'
  | 'changeMembers'
type SearchFilters = 'listSearchFilters' | 'createSearchFilter' | 'deleteSearchFilter'
type Tokens = 'listTokens' | 'createToken' | 'revokeToken'

const done = { done: true } as const

function userHandlers({ access: own }: PortalParts): Of<Users> {
  return {
    listUsers: () => access.listUsers(own),
    createUser: ({ body }, { principal, origin }) => access.createUser(own, principal, origin, body),
    updateUser: ({ params, body }) => access.updateUser(own, params.id, body),
    createUserLink: ({ params }, { principal, origin }) =>
      access.createUserLink(own, origin, params.id, principal.username),
    async listUserSessions({ params }) {
      await access.readUser(own, params.id)
      const sessions = await access.listSessions(own, params.id)
      return sessions.map(({ userId, ...session }) => session)
    },
    endUserSessions: async ({ params }) => ({ ended: await access.endUserSessions(own, params.id) }),
  }
}

function roleGroupHandlers({ access: own }: PortalParts): Of<RoleGroups> {
  const group = (id: number) => access.readRoleGroup(own.queries, id)
  return {
    listRoleGroups: () => access.listRoleGroups(own.queries),
    createRoleGroup: async ({ body }, { principal }) =>
      told(await access.doOrAsk(own, principal, { operation: 'createRoleGroup', input: body }), group),
    async changeRoleGroup({ params, body }, { principal }) {
      const { version, ...input } = body
      const act = { operation: 'changeRoleGroup', id: params.id, version, input } as const
      return told(await access.doOrAsk(own, principal, act), group)
    },
    async deleteRoleGroup({ params }, { principal }) {
      await access.changeRights(own, (transaction) => {
        const { userId, username } = principal
        const author = { userId, username, approval: null, self: false }
        return access.deleteRoleGroup(transaction, own, params.id, author)
      })
      return done
    },
    async changeMembers({ params, body }, { principal }) {
      const act = { operation: 'changeMembers', id: params.id, ...body } as const
      return told(await access.doOrAsk(own, principal, act), group)
    },
  }
}

function searchFilterHandlers({ access: own }: PortalParts): Of<SearchFilters> {
  return {
    listSearchFilters: () => access.listSearchFilters(own.queries),
    createSearchFilter: async ({ body }, { principal }) =>
      told(await access.doOrAsk(own, principal, { operation: 'createSearchFilter', input: body }), (id) =>
        access.readSearchFilter(own.queries, id),
      ),
    deleteSearchFilter: async ({ params }, { principal }) =>
      told(
        await access.doOrAsk(own, principal, { operation: 'deleteSearchFilter', id: params.id }),
        async () => done,
      ),
  }
}

function approvalHandlers({ access: own }: PortalParts): Of<'listApprovals' | 'decideApproval'> {
  return {
    listApprovals: (_input, { principal }) => access.listApprovals(own, principal),
    async decideApproval({ params, body }, { principal }) {
      await access.decideApproval(own, principal, params.id, body.decision, body.reason)
      const [approval] = await access.listApprovals(own, principal, params.id)
      if (!approval) throw new AppError('not-found', `There is no request with the number ${params.id}.`)
      return approval
    },
  }
}

function tokenHandlers({ access: own }: PortalParts): Of<Tokens> {
  return {
    listTokens: (_input, { principal }) => access.listTokens(own, principal),
    createToken: ({ body }, { principal }) => access.createToken(own, principal, body),
    async revokeToken({ params }, { principal }) {
      await access.revokeToken(own, principal, params.id)
      return done
    },
  }
}

/** A change as it stands now, or the request that waits for a second person. */
async function told<Result>(outcome: access.Outcome, read: (id: number) => Promise<Result>) {
  if (outcome.state === 'waiting') return outcome
  return { state: 'done', result: await read(outcome.id) } as const
}
