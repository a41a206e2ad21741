import type { Role } from '../domain/roles.ts'

/** Who makes a request: a person by his session, or a program by a token of his. */
export interface Principal {
  readonly kind: 'person' | 'token'
  readonly userId: number
  /** What audit records call him. */
  readonly username: string
  readonly name: string
  readonly roles: ReadonlySet<Role>
  /** Null for a token. */
  readonly session: PrincipalSession | null
  /** Mailboxes he may search and read; null for all. In every query of message content this narrows the rows. */
  readonly mailboxIds: readonly number[] | null
}

export interface PrincipalSession {
  readonly id: string
  readonly csrfToken: string
  /** Milliseconds since 1970 UTC of the last time he proved who he is. */
  readonly confirmedAt: number
  /** Until when, by the settings, dangerous acts do not ask again. */
  readonly confirmedUntil: number
}

export function holds(principal: Principal, ...anyOf: readonly Role[]): boolean {
  return anyOf.some((role) => principal.roles.has(role))
}
