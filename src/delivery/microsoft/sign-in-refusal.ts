/** What Microsoft Entra ID says when it gives no token, as a problem that says what to do. */
import { DeliveryProblem } from '../problem.ts'
import type { Credential } from './credential.ts'

interface Refusal {
  readonly error?: string
  readonly error_description?: string
  readonly error_codes?: readonly number[]
}

type Sentence = (credential: Credential) => string

/** By the number after AADSTS, from the "Microsoft Entra authentication error codes" page. */
const sentences: Readonly<Record<number, Sentence>> = {
  7000215: ({ clientId }) =>
    `The client secret of application ${clientId} is wrong; give the secret's value, not its id.`,
  7000222: ({ clientId }) =>
    `The client secret of application ${clientId} has expired; make a new one, or use a certificate.`,
  700027: ({ clientId }) =>
    `Application ${clientId} is not registered with this certificate, or it has expired there; upload the certificate to the app registration.`,
  90002: ({ tenantId }) =>
    `There is no tenant ${tenantId} in this cloud; check the tenant id and which cloud it is in.`,
  900023: ({ tenantId }) => `${tenantId} is not the id or a domain of a tenant; copy the tenant id again.`,
  700016: ({ clientId, tenantId }) =>
    `There is no application ${clientId} in tenant ${tenantId}; check the client id, and that an administrator has consented to it.`,
  7000112: ({ clientId }) => `Application ${clientId} is disabled; enable it under Enterprise applications.`,
  70011: () => 'The scope is not known in this cloud; check which cloud the tenant is in.',
  500011: () =>
    'Microsoft Graph is not known by this name in the tenant; check which cloud the tenant is in.',
  53003: ({ clientId }) =>
    `A Conditional Access policy blocks application ${clientId}; exclude its workload identity or this network.`,
}

/** The problem of a token request that was answered with an error. Never holds the secret. */
export function signInProblem(credential: Credential, status: number, text: string): DeliveryProblem {
  const refusal = parse(text)
  const code = refusal.error_codes?.[0] ?? Number(/AADSTS(\d+)/.exec(refusal.error_description ?? '')?.[1])
  if (code === 700024)
    return new DeliveryProblem(
      'clock-skewed',
      "Microsoft Entra ID does not accept the times in the application's proof (AADSTS700024): set this machine's clock right (NTP).",
    )
  const sentence = sentences[code]?.(credential)
  const answered = Number.isNaN(code) ? `HTTP ${status} ${refusal.error ?? ''}`.trim() : `AADSTS${code}`
  const other = `Microsoft Entra ID refused the sign-in of application ${credential.clientId}; look the code up at its error page.`
  return new DeliveryProblem('sign-in-refused', `${sentence ?? other} (${answered})`)
}

function parse(text: string): Refusal {
  try {
    return (JSON.parse(text) ?? {}) as Refusal
  } catch {
    return {}
  }
}
