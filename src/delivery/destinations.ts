/** Destinations as they are kept: settings to read, a secret that is sealed, and the connectors that deliver there. */
import { AppError } from '../domain/errors.ts'
import { createKysely, inTransaction } from '../platform/postgres/index.ts'
import { auditDestination } from './audit-destination.ts'
import type { AccessCheck, Delivery, DestinationKind } from './delivery.ts'
import { states } from './ledger.ts'
import { checkDestination, isEmpty, keepsSecret, openDestination } from './open-destination.ts'
import type { DeliveryParts } from './parts.ts'

export interface Destination {
  readonly id: number
  readonly name: string
  readonly kind: DestinationKind
  readonly settings: Readonly<Record<string, unknown>>
  /** Names of the connectors that deliver here. */
  readonly connectors: readonly { readonly id: number; readonly name: string }[]
  /** ISO times. */
  readonly createdAt: string
  readonly pausedAt: string | null
  readonly lastDeliveredAt: string | null
  /** Why nothing can be delivered now. */
  readonly problem: {
    readonly reason: string
    readonly message: string
    readonly since: string
    readonly nextTryAt: string | null
  } | null
  /** Counts the changes of it. */
  readonly version: number
}

/** Throws `destination-not-found`, naming the destinations there are. */
export async function destinationByName(
  parts: Pick<DeliveryParts, 'queries'>,
  name: string,
): Promise<Destination> {
  const all = await listDestinations(parts)
  const found = all.find((one) => one.name === name)
  if (found) return found
  const known =
    all.length === 0 ? 'there are none yet' : `there are: ${all.map((one) => one.name).join(', ')}`
  throw new AppError('destination-not-found', `There is no destination named "${name}"; ${known}.`)
}

/** Throws `destination-not-found`, also for one that was removed. */
export async function destinationById(
  parts: Pick<DeliveryParts, 'queries'>,
  id: number,
): Promise<Destination> {
  const found = (await listDestinations(parts)).find((one) => one.id === id)
  if (found) return found
  throw new AppError(
    'destination-not-found',
    'There is no such destination; it may have been removed. Look at the list of destinations.',
  )
}

/** All that were not removed, by name. */
export async function listDestinations({ queries }: Pick<DeliveryParts, 'queries'>): Promise<Destination[]> {
  const rows = await queries
    .selectFrom('destination')
    .selectAll()
    .where('removed_at', 'is', null)
    .orderBy('name')
    .execute()
  const connectors = await queries
    .selectFrom('connector_destination')
    .innerJoin('connector', 'connector.id', 'connector_destination.connector_id')
    .select(['destination_id', 'connector.id', 'connector.name'])
    .where('connector.removed_at', 'is', null)
    .orderBy('connector.name')
    .execute()
  return rows.map((row) => ({
    id: row.id,
    name: row.name,
    kind: row.kind as DestinationKind,
    settings: row.settings as Destination['settings'],
    connectors: connectors
      .filter(({ destination_id }) => destination_id === row.id)
      .map(({ id, name }) => ({ id, name })),
    createdAt: row.created_at.toISOString(),
    pausedAt: row.paused_at?.toISOString() ?? null,
    lastDeliveredAt: row.last_delivered_at?.toISOString() ?? null,
    problem:
      row.problem_reason === null
        ? null
        : {
            reason: row.problem_reason,
            message: row.problem_message ?? '',
            since: row.problem_since?.toISOString() ?? row.created_at.toISOString(),
            nextTryAt: row.next_try_at?.toISOString() ?? null,
          },
    version: row.version,
  }))
}

/** What a destination's secret is sealed for. */
function secretPurpose(name: string): string {
  return `destination-secret/${name}`
}

/** Opens the adapter of a destination with its secret out of the vault. Throws `bad-settings`, `key-missing`. */
export async function openStored(parts: DeliveryParts, destination: Destination): Promise<Delivery> {
  const { kind, settings } = destination
  const secret = await storedSecret(parts, destination)
  const open = parts.openDestination ?? openDestination
  return open({ kind, settings, secret, clock: parts.clock, random: parts.random })
}

export interface NewDestination {
  readonly name: string
  readonly kind: DestinationKind
  readonly settings: unknown
  readonly secret: unknown
}

/** Tries a destination that is not kept yet; `address` is a mailbox to try too. Throws `bad-settings`. */
export async function tryDestination(
  parts: DeliveryParts,
  given: Omit<NewDestination, 'name'>,
  address: string | null,
): Promise<AccessCheck[]> {
  const open = parts.openDestination ?? openDestination
  const settings = inCloud(parts, given)
  const delivery = await open({ ...given, settings, clock: parts.clock, random: parts.random })
  try {
    return await delivery.test(address)
  } finally {
    await delivery.close()
  }
}

/** Tries a destination as it is kept. Throws `bad-settings`, `key-missing`. */
export async function testDestination(
  parts: DeliveryParts,
  destination: Destination,
  address: string | null,
): Promise<AccessCheck[]> {
  const delivery = await openStored(parts, destination)
  try {
    return await delivery.test(address)
  } finally {
    await delivery.close()
  }
}

/** Keeps a destination, its secret sealed. Throws `bad-settings`, `destination-exists`. */
export async function createDestination(parts: DeliveryParts, given: NewDestination): Promise<Destination> {
  const checked = await checkDestination({ ...given, settings: inCloud(parts, given) })
  const sealed = await sealSecret(parts, given.name, checked.secret)
  const now = new Date(parts.clock.now())
  const id = await parts.queries.transaction().execute(async (transaction) => {
    const added = await transaction
      .insertInto('destination')
      .values({
        name: given.name,
        kind: given.kind,
        settings: JSON.stringify(checked.settings),
        sealed_secret: sealed,
        created_at: now,
      })
      .onConflict((conflict) => conflict.doNothing())
      .returning('id')
      .executeTakeFirst()
    if (!added)
      throw new AppError(
        'destination-exists',
        `There is a destination named "${given.name}" already; choose another name.`,
      )
    await auditDestination(transaction, parts, 'create-destination', given.name, {
      destination: added.id,
      kind: given.kind,
    })
    return added.id
  })
  return destinationById(parts, id)
}

/** The settings, in the installation's cloud where they name none. */
function inCloud({ cloud }: DeliveryParts, { kind, settings }: Omit<NewDestination, 'name'>): unknown {
  if (cloud === undefined || kind !== 'exchange-online' || typeof settings !== 'object') return settings
  return { cloud, ...settings }
}

async function sealSecret({ vault }: DeliveryParts, name: string, secret: unknown): Promise<Buffer | null> {
  if (typeof secret !== 'object' || secret === null || Object.keys(secret).length === 0) return null
  return Buffer.from(await vault.seal(secretPurpose(name), Buffer.from(JSON.stringify(secret))))
}

/** What is to be different; absent stays. */
export interface DestinationChange {
  readonly settings?: unknown
  readonly secret?: unknown
}

/** Changes a destination that is still at `version`, and lets it be tried at once. Throws `changed-meanwhile`, `bad-settings`. */
export async function changeDestination(
  parts: DeliveryParts,
  destination: Destination,
  version: number,
  change: DestinationChange,
): Promise<Destination> {
  const { id, name, kind } = destination
  const settings = change.settings ?? destination.settings
  const secret = change.secret ?? (await storedSecret(parts, destination))
  const checked = await checkDestination({ kind, settings, secret })
  const stays = change.secret === undefined && !isEmpty(secret)
  if (stays && !(await keepsSecret(kind, destination.settings, checked.settings)))
    throw new AppError(
      'bad-settings',
      `The secret of "${name}" is kept for the server and the name it was given for; give it again with the new ones.`,
    )
  const sealed = await sealSecret(parts, name, checked.secret)
  await parts.queries.transaction().execute(async (transaction) => {
    const changed = await transaction
      .updateTable('destination')
      .set({
        ...{ settings: JSON.stringify(checked.settings), sealed_secret: sealed, version: version + 1 },
        ...noProblem,
      })
      .where('id', '=', id)
      .where('version', '=', version)
      .where('removed_at', 'is', null)
      .executeTakeFirst()
    if (changed.numUpdatedRows !== 1n)
      throw new AppError(
        'changed-meanwhile',
        `Somebody has changed "${name}" since you opened it; look at what it says now, and change it again.`,
      )
    await auditDestination(transaction, parts, 'change-destination', name, {
      destination: id,
      changed: Object.keys(change).filter((key) => change[key as keyof DestinationChange] !== undefined),
    })
  })
  return destinationById(parts, id)
}

/** The secret of a destination out of the vault, as its kind has it; `{}` where it has none. Throws `key-missing`. */
export async function storedSecret(
  { queries, vault }: Pick<DeliveryParts, 'queries' | 'vault'>,
  { id, name }: Pick<Destination, 'id' | 'name'>,
): Promise<unknown> {
  const { sealed_secret: sealed } = await queries
    .selectFrom('destination')
    .select('sealed_secret')
    .where('id', '=', id)
    .executeTakeFirstOrThrow()
  return sealed === null
    ? {}
    : JSON.parse(Buffer.from(await vault.open(secretPurpose(name), sealed)).toString())
}

export const noProblem = {
  problem_reason: null,
  problem_message: null,
  problem_since: null,
  next_try_at: null,
  tries: 0,
} as const

/** Delivers nothing until resumed; what is imported meanwhile waits. */
export function pauseDestination(parts: DeliveryParts, destination: Destination): Promise<Destination> {
  return setPaused(parts, destination, new Date(parts.clock.now()))
}

export function resumeDestination(parts: DeliveryParts, destination: Destination): Promise<Destination> {
  return setPaused(parts, destination, null)
}

async function setPaused(
  parts: DeliveryParts,
  { id, name }: Destination,
  pausedAt: Date | null,
): Promise<Destination> {
  await parts.queries.transaction().execute(async (transaction) => {
    await transaction.updateTable('destination').set({ paused_at: pausedAt }).where('id', '=', id).execute()
    const operation = pausedAt === null ? 'resume-destination' : 'pause-destination'
    await auditDestination(transaction, parts, operation, name, { destination: id })
  })
  return destinationById(parts, id)
}

/**
 * Removes a destination: its secret is destroyed, what it holds stays there, and what still waits is closed as
 * `destination-removed`. Its ledger stays. Answers how many items were waiting.
 */
export async function removeDestination(
  parts: DeliveryParts,
  { id, name }: Destination,
): Promise<{ readonly waiting: number }> {
  const now = new Date(parts.clock.now())
  return inTransaction(parts.pool, async (client) => {
    await client.query(
      'update destination set removed_at = $2, sealed_secret = null, version = version + 1 where id = $1 and removed_at is null',
      [id, now],
    )
    await client.query('delete from connector_destination where destination_id = $1', [id])
    await client.query('delete from delivery_mailbox where destination_id = $1', [id])
    const closed = await client.query(
      `update delivery set state = ${states.givenUp}, reason = 'destination-removed', updated_at = $2
        where destination_id = $1 and state < ${states.confirmed}`,
      [id, now],
    )
    const waiting = closed.rowCount ?? 0
    await auditDestination(createKysely(client), parts, 'remove-destination', name, {
      destination: id,
      waiting,
    })
    return { waiting }
  })
}
