export type { Act } from './acts.ts'
export { createToken, listTokens, principalOfToken, revokeToken } from './api-tokens.ts'
export {
  type ApprovalAct,
  decideApproval,
  doOrAsk,
  listApprovals,
  needsApproval,
  type Outcome,
} from './approvals.ts'
export { firstAdministratorLink, type Link, readLink, signInWithLink } from './links.ts'
export { changePassword, changePreferences, readOwnAccount, sessionOf } from './own-account.ts'
export type { AccessParts } from './parts.ts'
export {
  addPasskey,
  beginPasskey,
  beginPasskeyConfirmation,
  beginPasskeySignIn,
  confirmWithPasskey,
  listPasskeys,
  removePasskey,
  signInWithPasskey,
} from './passkeys.ts'
export { confirmWithPassword, signInWithCode, signInWithPassword } from './password-sign-in.ts'
export { holds, type Principal, type PrincipalSession } from './principal.ts'
export { testProvider } from './provider-client.ts'
export { beginProviderLink, beginProviderSignIn, finishProviderSignIn } from './provider-sign-in.ts'
export { changeRights, listAdministrators } from './rights.ts'
export {
  deleteRoleGroup,
  listRoleGroups,
  readRoleGroup,
  roleGroupNamesOf,
  seedRoleGroups,
} from './role-groups.ts'
export { listSearchFilters, readSearchFilter } from './search-filters.ts'
export { recentSelfGrants, type SelfGrant } from './self-grants.ts'
export { endSession, listSessions, type OpenedSession, principalOfSession } from './sessions.ts'
export {
  issuerAddress,
  type ProviderSettings,
  readSettings,
  type Settings,
  type SettingsChange,
  sealClientSecret,
} from './settings.ts'
export { beginTotp, confirmTotp, removeTotp } from './totp.ts'
export {
  createUser,
  createUserLink,
  endUserSessions,
  listUsers,
  readUser,
  updateUser,
  userIdOf,
} from './users.ts'
