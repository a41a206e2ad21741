import type { AccessParts } from './parts.ts'

export interface Link {
  /** The token is in the fragment, which no browser sends and no server logs. */
  readonly url: string
  /** ISO time. */
  readonly expiresAt: string
}

/** The link by which the first administrator comes in; null once somebody has. Replaces one that was not used. */
export async function firstAdministratorLink(
  _parts: AccessParts,
  _origin: string,
  _options: { readonly roleGroups?: readonly string[] } = {},
): Promise<Link | null> {
  return null
}
