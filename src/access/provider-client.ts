/** What speaks to the sign-in provider (OpenID Connect). */
import * as client from 'openid-client'
import { AppError } from '../domain/errors.ts'
import type { AccessParts } from './parts.ts'
import { issuerAddress, openClientSecret, type ProviderSettings } from './settings.ts'

const answerSecondsMax = 10
const rememberedMs = 10 * 60_000

interface Known {
  readonly settings: string
  readonly until: number
  readonly configuration: client.Configuration
}
/** What was found, by whose parts it is, so that not each sign-in asks the provider for its configuration. */
const found = new WeakMap<AccessParts, Known>()

/** The provider's configuration, asked for anew after ten minutes. Throws `provider-refused`, `bad-settings`. */
export async function findProvider(
  parts: AccessParts,
  provider: ProviderSettings,
): Promise<client.Configuration> {
  const settings = JSON.stringify(provider)
  const known = found.get(parts)
  if (known?.settings === settings && known.until > parts.clock.now()) return known.configuration
  const configuration = await discover(parts, provider)
  found.set(parts, { settings, until: parts.clock.now() + rememberedMs, configuration })
  return configuration
}

async function discover(parts: AccessParts, provider: ProviderSettings): Promise<client.Configuration> {
  const address = issuerAddress(provider.issuer)
  const secret = await openClientSecret(parts, provider)
  const insecure = address.protocol === 'http:'
  try {
    return await client.discovery(
      address,
      provider.clientId,
      undefined,
      secret === null ? client.None() : client.ClientSecretPost(secret),
      { timeout: answerSecondsMax, execute: insecure ? [client.allowInsecureRequests] : [] },
    )
  } catch (cause) {
    throw new AppError(
      'provider-refused',
      `The sign-in provider "${provider.name}" did not give its configuration: ${reasonOf(cause)}.`,
      { cause },
    )
  }
}

/** Asks the provider for its configuration and says what is wrong; never throws for what the provider does. */
export async function testProvider(
  parts: AccessParts,
  provider: ProviderSettings,
): Promise<{ ok: boolean; message: string }> {
  try {
    const configuration = await discover(parts, provider)
    const { authorization_endpoint, token_endpoint, issuer } = configuration.serverMetadata()
    if (!authorization_endpoint || !token_endpoint) {
      return { ok: false, message: 'The provider names no authorization or no token endpoint.' }
    }
    return { ok: true, message: `The provider ${issuer} answers and offers what is needed.` }
  } catch (error) {
    if (error instanceof AppError) return { ok: false, message: error.message }
    throw error
  }
}

/** What went wrong, in the library's words, which name no token. */
export function reasonOf(error: unknown): string {
  const { message, code, cause } = error as { message?: string; code?: string; cause?: { code?: string } }
  return [message ?? 'unknown', code ?? cause?.code].filter(Boolean).join(', ')
}
