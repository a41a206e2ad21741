/** Access tokens of an application: asked for with its own proof, and kept until shortly before they end. */
import { z } from 'zod'
import type { Clock } from '../../platform/clock.ts'
import type { RandomSource } from '../../platform/random.ts'
import { DeliveryProblem } from '../problem.ts'
import { clientAssertion } from './client-assertion.ts'
import { type Endpoints, scopeOf } from './clouds.ts'
import type { Credential } from './credential.ts'
import { httpCall, retryAfterOf } from './http-call.ts'
import { signInProblem } from './sign-in-refusal.ts'

/** A token is not used in its last five minutes, so that none ends under way. */
const spareMs = 5 * 60_000
const deadlineMs = 30_000

export interface TokenSource {
  /** A token that is good for some minutes; with `instead`, another one than that. Throws `DeliveryProblem`. */
  token(options?: { readonly instead?: string; readonly signal?: AbortSignal | undefined }): Promise<string>
}

export interface TokenGiven {
  readonly endpoints: Endpoints
  readonly credential: Credential
  readonly clock: Clock
  readonly random: RandomSource
}

interface Token {
  readonly value: string
  readonly endsAt: number
}

export function createTokenSource(given: TokenGiven): TokenSource {
  let held: Token | null = null
  let asking: Promise<Token> | null = null

  return {
    token: async ({ instead, signal } = {}) => {
      signal?.throwIfAborted()
      const lifeMs = held === null ? 0 : held.endsAt - given.clock.now()
      if (held && held.value !== instead && lifeMs > 0) return held.value
      // All who wait share one request; none of them may end it for the others.
      asking ??= askFor(given).finally(() => {
        asking = null
      })
      held = await asking
      return held.value
    },
  }
}

async function askFor(given: TokenGiven): Promise<Token> {
  const { kind } = given.credential.proof
  const { value, lifeMs } =
    kind === 'managed-identity' ? await byManagedIdentity(given) : await byProof(given)
  return { value, endsAt: given.clock.now() + Math.max(lifeMs - spareMs, lifeMs / 2) }
}

const tokenAnswer = z.object({ access_token: z.string().min(1), expires_in: z.coerce.number().positive() })

interface Granted {
  readonly value: string
  readonly lifeMs: number
}

async function byProof(given: TokenGiven): Promise<Granted> {
  const { endpoints, credential, clock } = given
  const url = `${endpoints.login}/${encodeURIComponent(credential.tenantId)}/oauth2/v2.0/token`
  const form = new URLSearchParams({
    grant_type: 'client_credentials',
    client_id: credential.clientId,
    scope: scopeOf(endpoints),
    ...proofFields(given, url),
  })
  const { status, text, headers } = await httpCall({
    ...{ url, method: 'POST', deadlineMs, body: form.toString() },
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  if (status === 429 || status >= 500) {
    const retryAfterMs = retryAfterOf(headers.get('retry-after'), clock.now())
    throw new DeliveryProblem(
      status === 429 ? 'throttled' : 'unreachable',
      `The sign-in at ${new URL(url).host} cannot now (HTTP ${status}); it is tried again later.`,
      retryAfterMs === null ? {} : { retryAfterMs },
    )
  }
  if (status !== 200) throw signInProblem(credential, status, text)
  const parsed = tokenAnswer.safeParse(parseJson(text))
  if (!parsed.success)
    throw new DeliveryProblem('sign-in-refused', `The answer of ${new URL(url).host} holds no token.`)
  return { value: parsed.data.access_token, lifeMs: parsed.data.expires_in * 1000 }
}

function proofFields({ credential, clock, random }: TokenGiven, audience: string): Record<string, string> {
  const { proof, clientId } = credential
  if (proof.kind === 'secret') return { client_secret: proof.clientSecret }
  if (proof.kind === 'managed-identity') return {}
  const { certificatePem } = proof
  return {
    client_assertion_type: 'urn:ietf:params:oauth:client-assertion-type:jwt-bearer',
    client_assertion: clientAssertion({ certificatePem, clientId, audience, clock, random }),
  }
}

async function byManagedIdentity({ endpoints, credential, clock }: TokenGiven): Promise<Granted> {
  const { clientId } = credential
  try {
    const { ManagedIdentityCredential } = await import('@azure/identity')
    const identity = new ManagedIdentityCredential({ clientId })
    const { token, expiresOnTimestamp } = await identity.getToken(scopeOf(endpoints))
    return { value: token, lifeMs: expiresOnTimestamp - clock.now() }
  } catch (cause) {
    throw new DeliveryProblem(
      'sign-in-refused',
      `This machine has no managed identity ${clientId}; assign the identity to it, or sign in by certificate.`,
      { cause },
    )
  }
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Application permissions that a token carries: its `roles`. None for a token that cannot be read. */
export function permissionsOf(token: string): readonly string[] {
  const claims = parseJson(Buffer.from(token.split('.')[1] ?? '', 'base64url').toString('utf8'))
  const roles = (claims as { roles?: unknown } | null)?.roles
  return Array.isArray(roles) ? roles.filter((role): role is string => typeof role === 'string') : []
}
