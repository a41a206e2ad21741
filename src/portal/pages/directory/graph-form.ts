/** The form of Microsoft Graph as the directory's source: from what is kept to fields, and back. */
import type { InputOf } from '../../api/client.ts'
import {
  type ApplicationFields,
  applicationSecretOf,
  applicationSettingsOf,
  emptyApplication,
  isApplicationFilled,
} from '../destinations/application-form.ts'
import type { Directory } from './labels.ts'

type Graph = Directory['graph']

export function graphFieldsOf(graph: Graph): ApplicationFields {
  return { ...emptyApplication, ...graph?.settings }
}

export function graphOf(fields: ApplicationFields): InputOf<'changeDirectory'>['body']['graph'] {
  const secret = applicationSecretOf(fields)
  return { ...applicationSettingsOf(fields), ...(secret === null ? {} : { secret }) }
}

/** A secret is for the application it was made for: with another one the server forgets it. */
export function keepsGraphSecret(fields: ApplicationFields, graph: Graph): boolean {
  if (graph === null || !graph.hasSecret) return false
  const settings = applicationSettingsOf(fields)
  return (['cloud', 'tenantId', 'clientId', 'credential'] as const).every(
    (name) => settings[name] === graph.settings[name],
  )
}

export function isGraphFilled(fields: ApplicationFields, graph: Graph): boolean {
  const proved =
    fields.credential === 'managed-identity' ||
    applicationSecretOf(fields) !== null ||
    keepsGraphSecret(fields, graph)
  return proved && isApplicationFilled(fields)
}
