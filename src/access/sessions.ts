import type { AccessParts } from './parts.ts'
import type { Principal } from './principal.ts'

/** Whoever is signed in by a session's token; null for one that is unknown, has ended or whose user is disabled. */
export async function principalOfSession(_parts: AccessParts, _token: string): Promise<Principal | null> {
  return null
}
