import { openCentre, type Platform } from '../app.ts'
import { type GraphSettings, graphSettings, readDirectory } from '../directory/index.ts'
import { AppError } from '../domain/errors.ts'
import { auditFailure, type Context } from './context.ts'
import { readInput } from './input-file.ts'
import { factsText } from './output.ts'

export interface GraphOptions {
  readonly destination?: string
  readonly cloud: string
  readonly tenant?: string
  readonly client?: string
  readonly certificate?: string
  readonly secretFile?: string
  readonly managedIdentity?: boolean
}

type Secret = { readonly certificatePem: string } | { readonly clientSecret: string } | null

interface Given {
  readonly settings: GraphSettings
  readonly secret: Secret
}

export async function setGraph(context: Context, platform: Platform, options: GraphOptions): Promise<void> {
  const { setGraphSource } = await import('../directory/index.ts')
  const centre = await openCentre(platform)
  await auditFailure(platform, { operation: 'change-directory', target: 'graph' }, async () => {
    const { settings, secret } =
      options.destination === undefined
        ? await givenOf(options)
        : await asDestination(platform, centre.vault, options.destination)
    await setGraphSource(centre, { settings, secret })
  })
  await tell(context, platform)
  context.output.note('See what a sync would change: holdfast directory sync --dry-run')
}

export async function removeGraph(context: Context, platform: Platform): Promise<void> {
  const { removeGraphSource } = await import('../directory/index.ts')
  await removeGraphSource(platform)
  await tell(context, platform)
}

export async function release({ output }: Context, platform: Platform, address: string): Promise<void> {
  const { releaseMailbox } = await import('../directory/index.ts')
  await auditFailure(platform, { operation: 'change-directory', target: address }, () =>
    releaseMailbox(platform, address),
  )
  await output.document(
    { released: address },
    () => `${address} goes on with the user who has the address now, from the next sync on.`,
  )
}

async function givenOf(options: GraphOptions): Promise<Given> {
  const secret: Secret = options.certificate
    ? { certificatePem: (await readInput(options.certificate, 'the certificate')).toString() }
    : options.secretFile
      ? { clientSecret: await readSecret(options.secretFile) }
      : null
  if (secret === null && !options.managedIdentity)
    throw new AppError(
      'bad-settings',
      'Say how to sign in: --certificate FILE, --secret-file FILE, --managed-identity, or --destination NAME.',
    )
  const credential = options.certificate ? 'certificate' : secret ? 'secret' : 'managed-identity'
  const { cloud, tenant, client } = options
  return { settings: checked({ cloud, tenantId: tenant, clientId: client, credential }), secret }
}

/** A file ends with a line feed that is not part of the secret. */
async function readSecret(file: string): Promise<string> {
  const secret = (await readInput(file, 'the client secret')).toString().replace(/\r?\n$/, '')
  if (secret !== '') return secret
  throw new AppError('bad-settings', `${file} holds no secret.`)
}

function checked(given: unknown): GraphSettings {
  const settings = graphSettings.safeParse(given)
  if (settings.success) return settings.data
  const slips = settings.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new AppError('bad-settings', `The source cannot be set up: ${slips.join('; ')}.`)
}

/** The application that a destination at Exchange Online signs in as. */
async function asDestination(
  platform: Platform,
  vault: Awaited<ReturnType<typeof openCentre>>['vault'],
  name: string,
): Promise<Given> {
  const { destinationByName } = await import('../delivery/index.ts')
  const { id, kind, settings } = await destinationByName(platform, name)
  if (kind !== 'exchange-online')
    throw new AppError(
      'bad-settings',
      `"${name}" is no destination at Exchange Online; set the application up by itself.`,
    )
  const { sealed_secret: sealed } = await platform.queries
    .selectFrom('destination')
    .select('sealed_secret')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  const opened = sealed && Buffer.from(await vault.open(`destination-secret/${name}`, sealed)).toString()
  const own = checked(settings)
  const secret =
    opened === null || own.credential === 'managed-identity' ? null : (JSON.parse(opened) as Secret)
  return { settings: own, secret }
}

async function tell({ output }: Context, platform: Platform): Promise<void> {
  const { graph } = await readDirectory(platform)
  await output.document({ graph }, () =>
    graph === null
      ? 'Microsoft Graph is not asked any more; mailboxes stay as they are.'
      : factsText({ ...graph.settings, secret: graph.hasSecret ? 'kept sealed' : 'none' }),
  )
}
