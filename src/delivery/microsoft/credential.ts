/** Who an application is at Microsoft Entra ID, and how it proves it. */
import { z } from 'zod'
import { cloudNames } from '../../platform/clouds.ts'
import { DeliveryProblem } from '../problem.ts'

/** What every destination or directory at Microsoft is told about the registered application. */
export const applicationSettings = {
  cloud: z.enum(cloudNames).default('worldwide'),
  /** Directory (tenant) id, or one of the tenant's domains. */
  tenantId: z
    .string()
    .regex(/^[A-Za-z0-9][A-Za-z0-9.-]{1,253}$/, 'must be the tenant’s id or a domain of it'),
  /** Application (client) id; for a managed identity, the client id of that identity. */
  clientId: z.guid(),
  credential: z.enum(['certificate', 'secret', 'managed-identity']),
}

/** The application's certificate with its private key (PEM, unencrypted), or its client secret. */
export const applicationSecret = z
  .union([
    z.strictObject({ certificatePem: z.string().min(1) }),
    z.strictObject({ clientSecret: z.string().min(1) }),
  ])
  .nullable()
export type ApplicationSecret = z.output<typeof applicationSecret>

export type Proof =
  | { readonly kind: 'certificate'; readonly certificatePem: string }
  | { readonly kind: 'secret'; readonly clientSecret: string }
  | { readonly kind: 'managed-identity' }

export interface Credential {
  readonly tenantId: string
  readonly clientId: string
  readonly proof: Proof
}

export interface ApplicationSettings {
  readonly tenantId: string
  readonly clientId: string
  readonly credential: Proof['kind']
}

/** The settings and the secret as one. Throws `bad-settings` where the secret is not of the kind that was chosen. */
export function credentialOf(settings: ApplicationSettings, secret: ApplicationSecret): Credential {
  const { tenantId, clientId } = settings
  return { tenantId, clientId, proof: proofOf(settings.credential, secret) }
}

function proofOf(kind: Proof['kind'], secret: ApplicationSecret): Proof {
  if (kind === 'managed-identity') return { kind }
  if (kind === 'certificate' && secret !== null && 'certificatePem' in secret) return { kind, ...secret }
  if (kind === 'secret' && secret !== null && 'clientSecret' in secret) return { kind, ...secret }
  const needed = kind === 'certificate' ? 'its certificate with the private key (PEM)' : 'its client secret'
  throw new DeliveryProblem('bad-settings', `The application signs in by ${kind}: give ${needed}.`)
}
