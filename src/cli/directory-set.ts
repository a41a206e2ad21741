import { type Centre, openCentre, type Platform } from '../app.ts'
import { type GraphSettings, graphSettings, readDirectory } from '../directory/index.ts'
import { AppError } from '../domain/errors.ts'
import { auditFailure, type Context } from './context.ts'
import { type ApplicationOptions, type ApplicationSecret, applicationOf } from './microsoft-application.ts'
import { factsText } from './output.ts'

export interface GraphOptions extends ApplicationOptions {
  readonly destination?: string
}

interface Given {
  readonly settings: GraphSettings
  readonly secret: ApplicationSecret
}

export async function setGraph(context: Context, platform: Platform, options: GraphOptions): Promise<void> {
  const { setGraphSource } = await import('../directory/index.ts')
  const centre = await openCentre(platform)
  await auditFailure(platform, { operation: 'change-directory', target: 'graph' }, async () => {
    const { settings, secret } =
      options.destination === undefined
        ? await givenOf(options, platform.config.cloud)
        : await asDestination(centre, options.destination)
    await setGraphSource(centre, { settings, secret })
  })
  await tell(context, platform)
  context.output.note(
    'A worker syncs soon, and then each night. See what it would change: holdfast directory sync --dry-run',
  )
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

async function givenOf(options: GraphOptions, cloud: string): Promise<Given> {
  const { settings, secret } = await applicationOf(options, cloud, ', or --destination NAME')
  return { settings: checked(settings), secret }
}

function checked(given: unknown): GraphSettings {
  const settings = graphSettings.safeParse(given)
  if (settings.success) return settings.data
  const slips = settings.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new AppError('bad-settings', `The source cannot be set up: ${slips.join('; ')}.`)
}

/** The application that a destination at Exchange Online signs in as. */
async function asDestination(centre: Centre, name: string): Promise<Given> {
  const { destinationByName, storedSecret } = await import('../delivery/index.ts')
  const destination = await destinationByName(centre, name)
  if (destination.kind !== 'exchange-online')
    throw new AppError(
      'bad-settings',
      `"${name}" is no destination at Exchange Online; set the application up by itself.`,
    )
  const settings = checked(destination.settings)
  if (settings.credential === 'managed-identity') return { settings, secret: null }
  return { settings, secret: (await storedSecret(centre, destination)) as ApplicationSecret }
}

async function tell({ output }: Context, platform: Platform): Promise<void> {
  const { graph } = await readDirectory(platform)
  await output.document({ graph }, () =>
    graph === null
      ? 'Microsoft Graph is not asked any more; mailboxes stay as they are.'
      : factsText({ ...graph.settings, secret: graph.hasSecret ? 'kept sealed' : 'none' }),
  )
}
