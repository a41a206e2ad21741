export type { AccessParts } from './parts.ts'
export { holds, type Principal, type PrincipalSession } from './principal.ts'
