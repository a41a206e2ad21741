import type { peopleEndpoints } from '../../api/endpoints/people.ts'
import { AppError } from '../../domain/errors.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'

export function peopleHandlers(_parts: PortalParts): Handlers<typeof peopleEndpoints> {
  return {
    listUsers: unfinished,
    createUser: unfinished,
    updateUser: unfinished,
    createUserLink: unfinished,
    listUserSessions: unfinished,
    endUserSessions: unfinished,
    listRoleGroups: unfinished,
    createRoleGroup: unfinished,
    changeRoleGroup: unfinished,
    deleteRoleGroup: unfinished,
    changeMembers: unfinished,
    listSearchFilters: unfinished,
    createSearchFilter: unfinished,
    deleteSearchFilter: unfinished,
    listApprovals: unfinished,
    decideApproval: unfinished,
    listTokens: unfinished,
    createToken: unfinished,
    revokeToken: unfinished,
  }
}

async function unfinished(): Promise<never> {
  throw new AppError('not-found', 'This is not there yet.')
}
