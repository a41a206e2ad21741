import type { AccessParts } from './parts.ts'
import type { Principal } from './principal.ts'

/** Whoever a program's token stands for; null for one that is unknown, revoked, expired or its owner's who is disabled. */
export async function principalOfToken(_parts: AccessParts, _token: string): Promise<Principal | null> {
  return null
}
