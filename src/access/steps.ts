/** Steps of a sign-in that wait for the next one. Each is good for a few minutes and used once. */
import type { Queries } from '../platform/postgres/index.ts'
import type { AccessParts } from './parts.ts'
import { newToken, tokenHash } from './tokens.ts'

/** What waits: a code after the password, a passkey's answer to a challenge, the provider's answer. */
export type StepPurpose = 'code' | 'passkey-sign-in' | 'passkey-confirmation' | 'new-passkey' | 'provider'

export interface Step {
  readonly userId: number | null
  readonly data: unknown
}

const stepMs = 10 * 60_000

/** Keeps the step, its data sealed, and answers the token that takes it up. */
export async function beginStep(
  parts: AccessParts,
  purpose: StepPurpose,
  step: { readonly userId?: number; readonly data?: unknown } = {},
): Promise<string> {
  const now = parts.clock.now()
  const token = newToken(parts.random)
  const sealed = await parts.vault.seal(sealPurpose(purpose), Buffer.from(JSON.stringify(step.data ?? null)))
  await parts.queries.deleteFrom('sign_in_step').where('expires_at', '<', new Date(now)).execute()
  await parts.queries
    .insertInto('sign_in_step')
    .values({
      token_sha256: tokenHash(token),
      purpose,
      user_id: step.userId ?? null,
      sealed_data: Buffer.from(sealed),
      created_at: new Date(now),
      expires_at: new Date(now + stepMs),
    })
    .execute()
  return token
}

/** Whose step it is, without using it; null for one that is unknown, used or expired. */
export async function stepUser(
  parts: AccessParts,
  purpose: StepPurpose,
  token: string,
): Promise<number | null> {
  const row = await parts.queries
    .selectFrom('sign_in_step')
    .select('user_id')
    .where('token_sha256', '=', tokenHash(token))
    .where('purpose', '=', purpose)
    .where('expires_at', '>', new Date(parts.clock.now()))
    .executeTakeFirst()
  return row?.user_id ?? null
}

/** Uses the step; null for one that is unknown, used or expired. Of two who use it at once one gets it. */
export async function takeStep(
  queries: Queries,
  parts: AccessParts,
  purpose: StepPurpose,
  token: string,
): Promise<Step | null> {
  const row = await queries
    .deleteFrom('sign_in_step')
    .where('token_sha256', '=', tokenHash(token))
    .where('purpose', '=', purpose)
    .where('expires_at', '>', new Date(parts.clock.now()))
    .returning(['user_id', 'sealed_data'])
    .executeTakeFirst()
  if (!row) return null
  const data = await parts.vault.open(sealPurpose(purpose), row.sealed_data!)
  return { userId: row.user_id, data: JSON.parse(Buffer.from(data).toString()) }
}

function sealPurpose(purpose: StepPurpose): string {
  return `sign-in step: ${purpose}`
}
