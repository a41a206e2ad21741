/** The application that signs in at Microsoft, as the options of a command name it. */
import { AppError } from '../domain/errors.ts'
import { readInput } from './input-file.ts'

export interface ApplicationOptions {
  readonly cloud?: string
  readonly tenant?: string
  readonly client?: string
  readonly certificate?: string
  readonly secretFile?: string
  readonly managedIdentity?: boolean
}

export type ApplicationSecret = { readonly certificatePem: string } | { readonly clientSecret: string } | null

export interface Application {
  readonly settings: {
    readonly cloud: string
    readonly tenantId: string | undefined
    readonly clientId: string | undefined
    readonly credential: 'certificate' | 'secret' | 'managed-identity'
  }
  readonly secret: ApplicationSecret
}

/** Settings are still to be checked. `own` is the installation's cloud. Throws `bad-settings` where nothing says how to sign in; `orElse` ends its list. */
export async function applicationOf(
  options: ApplicationOptions,
  own: string,
  orElse = '',
): Promise<Application> {
  const secret = await secretOf(options)
  if (secret === null && !options.managedIdentity)
    throw new AppError(
      'bad-settings',
      `Say how to sign in: --certificate FILE, --secret-file FILE, --managed-identity${orElse}.`,
    )
  const credential = options.certificate ? 'certificate' : secret ? 'secret' : 'managed-identity'
  const { cloud = own, tenant, client } = options
  return { settings: { cloud, tenantId: tenant, clientId: client, credential }, secret }
}

async function secretOf({ certificate, secretFile }: ApplicationOptions): Promise<ApplicationSecret> {
  if (certificate) return { certificatePem: (await readInput(certificate, 'the certificate')).toString() }
  return secretFile ? { clientSecret: await readSecret(secretFile) } : null
}

/** A file ends with a line feed that is not part of the secret. */
async function readSecret(file: string): Promise<string> {
  const secret = (await readInput(file, 'the client secret')).toString().replace(/\r?\n$/, '')
  if (secret !== '') return secret
  throw new AppError('bad-settings', `${file} holds no secret.`)
}
