/** The application that is registered at Microsoft Entra ID, as a destination and the directory both ask for it. */
import type { cloudLabels, credentialLabels } from './labels.ts'

/** Every field as it stands. Secrets are empty until somebody types them. */
export interface ApplicationFields {
  readonly cloud: keyof typeof cloudLabels
  readonly tenantId: string
  readonly clientId: string
  readonly credential: keyof typeof credentialLabels
  readonly certificate: string
  readonly clientSecret: string
}

export type ApplicationSettings = Pick<ApplicationFields, 'cloud' | 'tenantId' | 'clientId' | 'credential'>
export type ApplicationSecret = { readonly certificatePem: string } | { readonly clientSecret: string }

export const emptyApplication: ApplicationFields = {
  ...{ cloud: 'worldwide', tenantId: '', clientId: '', credential: 'certificate' },
  ...{ certificate: '', clientSecret: '' },
}

export function applicationSettingsOf(fields: ApplicationFields): ApplicationSettings {
  const { cloud, tenantId, clientId, credential } = fields
  return { cloud, tenantId: tenantId.trim(), clientId: clientId.trim(), credential }
}

/** The secret that was typed; null where none was, and for a managed identity, which has none. */
export function applicationSecretOf(fields: ApplicationFields): ApplicationSecret | null {
  const [certificatePem, clientSecret] = [fields.certificate.trim(), fields.clientSecret.trim()]
  if (fields.credential === 'certificate') return certificatePem === '' ? null : { certificatePem }
  if (fields.credential === 'secret') return clientSecret === '' ? null : { clientSecret }
  return null
}

/** Whether all is there that the application needs, apart from a secret that may be kept. */
export function isApplicationFilled(fields: ApplicationFields): boolean {
  const { tenantId, clientId } = applicationSettingsOf(fields)
  return tenantId !== '' && clientId !== '' && !isBrokenCertificate(fields)
}

/** A certificate was given and lacks its key, or is none. */
export function isBrokenCertificate({ credential, certificate }: ApplicationFields): boolean {
  if (credential !== 'certificate' || certificate.trim() === '') return false
  return (
    !/-----BEGIN CERTIFICATE-----/.test(certificate) ||
    !/-----BEGIN (?:\w+ )?PRIVATE KEY-----/.test(certificate)
  )
}
