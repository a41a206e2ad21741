/** Making, changing and removing destinations, as the portal does. */
import { keepDelivery, openCentre, type Platform } from '../app.ts'
import { connectorByName } from '../connector/index.ts'
import {
  attachConnector,
  createDestination,
  type Destination,
  type DestinationKind,
  destinationByName,
  detachConnector,
  pauseDestination,
  removeDestination,
  resumeDestination,
  tryDestination,
} from '../delivery/index.ts'
import type { AuditOperation } from '../domain/audit.ts'
import { AppError } from '../domain/errors.ts'
import { readPassword } from './connector-setup.ts'
import { auditFailure, type Context } from './context.ts'
import { checksText, destinationFacts, destinationText } from './delivery-reports.ts'
import { readInput } from './input-file.ts'
import { type ApplicationOptions, applicationOf } from './microsoft-application.ts'

/** As commander gives them; which of them a kind takes is in delivery.ts. */
export interface AddOptions extends ApplicationOptions {
  readonly name: string
  readonly connector?: readonly string[]
  readonly newOnly?: boolean
  readonly mailbox?: string
  readonly test: boolean
  readonly host?: string
  readonly port?: string
  readonly tls?: string
  readonly ca?: string
  readonly user?: string
  readonly passwordFile?: string
  readonly connections?: string
  readonly login?: string
  readonly folderPrefix?: string
  readonly to?: string
  readonly from?: string
  readonly itemBytes?: string
}

export async function add(
  context: Context,
  platform: Platform,
  kind: DestinationKind,
  options: AddOptions,
): Promise<void> {
  const centre = await openCentre(platform)
  const given = { kind, ...(await givenOf[kind](options, platform.config.cloud)) }
  const made = await auditFailure(
    platform,
    { operation: 'create-destination', target: options.name },
    async () => {
      const connectors = await Promise.all(
        (options.connector ?? []).map((name) => connectorByName(centre, name)),
      )
      if (options.test) {
        const checks = await tryDestination(centre, given, options.mailbox ?? null)
        if (checks.some(({ ok }) => !ok))
          throw new AppError(
            'destination-refused',
            `"${options.name}" was not kept:\n${checksText(checks)}\n(--no-test keeps it all the same.)`,
          )
      }
      const destination = await createDestination(centre, { ...given, name: options.name })
      for (const { id, name } of connectors) {
        const attaching = { connectorId: id, connectorName: name, history: !options.newOnly }
        await attachConnector(centre, destination, attaching)
      }
      return destination
    },
  )
  await keepDelivery(platform, made.id, true)
  await tell(context, platform, made.name)
  context.output.note(`Deliver what waits now: holdfast delivery run "${made.name}"`)
}

type Given = { readonly settings: unknown; readonly secret: unknown }

const givenOf: Readonly<Record<DestinationKind, (options: AddOptions, cloud: string) => Promise<Given>>> = {
  'exchange-online': async (options, cloud) => {
    const { settings, secret } = await applicationOf(options, cloud)
    const more = { itemBytesMax: options.itemBytes, connections: options.connections }
    const numbers = Object.entries(more).filter(([, text]) => text !== undefined)
    return {
      settings: { ...settings, ...Object.fromEntries(numbers.map(([name, text]) => [name, Number(text)])) },
      secret,
    }
  },
  imap: async (options) => ({
    settings: {
      ...(await serverOf(options)),
      login: options.login,
      ...(options.login === 'own-passwords' ? {} : { masterUser: options.user }),
      ...(options.folderPrefix === undefined ? {} : { folderPrefix: options.folderPrefix }),
    },
    secret: await imapSecret(options),
  }),
  'smtp-journal': async (options) => ({
    settings: {
      ...(await serverOf(options)),
      to: options.to,
      from: options.from,
      ...(options.user === undefined ? {} : { user: options.user }),
    },
    secret: options.passwordFile === undefined ? {} : { password: await readPassword(options.passwordFile) },
  }),
}

async function serverOf(options: AddOptions) {
  return {
    host: options.host,
    port: Number(options.port),
    tls: options.tls,
    ...(options.ca
      ? { certificateAuthority: (await readInput(options.ca, 'the authority')).toString() }
      : {}),
    ...(options.connections === undefined ? {} : { connections: Number(options.connections) }),
  }
}

async function imapSecret(options: AddOptions): Promise<unknown> {
  const text = await readPassword(options.passwordFile!)
  if (options.login === 'oauth') return { accessToken: text }
  if (options.login !== 'own-passwords') return { password: text }
  const { parse } = await import('csv-parse/sync')
  const rows: { address: string; password: string }[] = parse(text, { columns: true, bom: true, trim: true })
  return { passwords: Object.fromEntries(rows.map(({ address, password }) => [address, password])) }
}

export async function pause(context: Context, platform: Platform, name: string): Promise<void> {
  const centre = await openCentre(platform)
  const changed = await audited(platform, 'pause-destination', name, (found) =>
    pauseDestination(centre, found),
  )
  await keepDelivery(platform, changed.id, false)
  await tell(context, platform, name)
}

export async function resume(context: Context, platform: Platform, name: string): Promise<void> {
  const centre = await openCentre(platform)
  const changed = await audited(platform, 'resume-destination', name, (found) =>
    resumeDestination(centre, found),
  )
  await keepDelivery(platform, changed.id, true)
  await tell(context, platform, name)
}

export async function remove({ output }: Context, platform: Platform, name: string): Promise<void> {
  const centre = await openCentre(platform)
  const { id, waiting } = await audited(platform, 'remove-destination', name, async (found) => ({
    id: found.id,
    ...(await removeDestination(centre, found)),
  }))
  await keepDelivery(platform, id, false)
  await output.document(
    { removed: name, waiting },
    () => `"${name}" is removed; ${waiting} items still waited for it and are not delivered.`,
  )
}

export async function attach(
  { output }: Context,
  platform: Platform,
  name: string,
  options: { readonly connector: string; readonly newOnly?: boolean },
): Promise<void> {
  const centre = await openCentre(platform)
  const { id, waiting } = await audited(platform, 'attach-destination', name, async (found) => {
    const connector = await connectorByName(centre, options.connector)
    const attaching = { connectorId: connector.id, connectorName: connector.name, history: !options.newOnly }
    return { id: found.id, waiting: await attachConnector(centre, found, attaching) }
  })
  await keepDelivery(platform, id, true)
  await output.document(
    { destination: name, connector: options.connector, waiting },
    () => `"${options.connector}" delivers to "${name}"; ${waiting} items it has imported so far wait.`,
  )
}

export async function detach(
  { output }: Context,
  platform: Platform,
  name: string,
  options: { readonly connector: string },
): Promise<void> {
  const centre = await openCentre(platform)
  await audited(platform, 'detach-destination', name, async (found) => {
    const connector = await connectorByName(centre, options.connector)
    await detachConnector(centre, found, { connectorId: connector.id, connectorName: connector.name })
  })
  await output.document(
    { destination: name, connector: options.connector },
    () => `"${options.connector}" delivers to "${name}" no more; what waits still goes.`,
  )
}

function audited<Result>(
  platform: Platform,
  operation: AuditOperation,
  name: string,
  work: (destination: Destination) => Promise<Result>,
): Promise<Result> {
  return auditFailure(platform, { operation, target: name }, async () =>
    work(await destinationByName(platform, name)),
  )
}

async function tell({ output }: Context, platform: Platform, name: string): Promise<void> {
  await output.document(destinationFacts(await destinationByName(platform, name)), destinationText)
}
