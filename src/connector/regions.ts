/**
 * Regions: where a connector's site captures, and where a mailbox keeps. Messages go from one region to another only under
 * a basis that somebody has recorded (a contract, a consent, a decision of adequacy); without one a run stops before it
 * imports them, and goes on where it stopped once there is one.
 */
import { AppError } from '../domain/errors.ts'
import { appendAudit } from '../platform/audit/audit.ts'
import { type Client, createKysely, inTransaction, type Queries } from '../platform/postgres/index.ts'
import type { ConnectorParts, NewItems } from './parts.ts'

type RegionParts = Pick<ConnectorParts, 'pool' | 'queries' | 'clock'>

export interface TransferBasis {
  readonly id: number
  readonly from: string
  readonly to: string
  /** What allows it: a contract, a consent, a decision of adequacy. */
  readonly basis: string
  /** The rule it stands on, and where its document lies. */
  readonly law: string | null
  readonly document: string | null
  /** ISO time; nothing goes under it before. */
  readonly validFrom: string
  readonly recordedBy: string
  readonly recordedAt: string
  readonly ended: { readonly by: string; readonly at: string } | null
}

export interface RegionFacts {
  readonly name: string
  readonly connectors: readonly string[]
  readonly mailboxes: number
}

/** To be called in an import's transaction, with its new items. Throws `transfer-basis-missing`. */
export async function requireTransferBases(
  client: Client,
  connectorId: number,
  { mailboxIds }: NewItems,
  now: Date,
): Promise<void> {
  const { rows } = await client.query<{
    name: string
    from_region: string
    to_region: string
    address: string
  }>(
    `select connector.name, connector.region as from_region, mailbox.region as to_region, mailbox.address
       from connector join mailbox on mailbox.id = any($2::int[]) and mailbox.region <> connector.region
      where connector.id = $1
        and not exists (select from transfer_basis as basis where basis.ended_at is null and basis.valid_from <= $3
                           and basis.from_region = connector.region and basis.to_region = mailbox.region)
      order by mailbox.id limit 1`,
    [connectorId, [...new Set(mailboxIds)], now],
  )
  const missing = rows[0]
  if (!missing) return
  const { name, from_region: from, to_region: to, address } = missing
  throw new AppError(
    'transfer-basis-missing',
    `"${name}" takes from region ${from}, and ${address} is in region ${to}: record why messages may go there ("holdfast region allow ${from} ${to} --basis …"), then run it again. Nothing is lost.`,
  )
}

/** All regions that a connector or a mailbox is in, by name, and every basis, newest first. */
export async function readRegions({
  pool,
}: Pick<RegionParts, 'pool'>): Promise<{ regions: RegionFacts[]; bases: TransferBasis[] }> {
  const regions = await pool.query<{ name: string; connectors: string[]; mailboxes: number }>(
    `select name, coalesce(array_agg(connector order by connector) filter (where connector is not null), '{}') as connectors,
            coalesce(sum(mailboxes), 0)::int as mailboxes
       from (select region as name, connector.name as connector, 0 as mailboxes from connector where removed_at is null
             union all select region, null, count(*) from mailbox group by region) as place
      group by name order by name`,
  )
  const bases = await pool.query('select * from transfer_basis order by id desc limit 1000')
  return {
    regions: regions.rows,
    bases: bases.rows.map((row) => ({
      ...{ id: row.id, from: row.from_region, to: row.to_region, basis: row.basis },
      ...{ law: row.law, document: row.document, validFrom: row.valid_from.toISOString() },
      ...{ recordedBy: row.recorded_by, recordedAt: row.recorded_at.toISOString() },
      ended: row.ended_at === null ? null : { by: row.ended_by, at: row.ended_at.toISOString() },
    })),
  }
}

/** Throws `connector-not-found`, `bad-request` for a name that is none. */
export async function setConnectorRegion(
  parts: RegionParts,
  connector: string,
  region: string,
): Promise<void> {
  requireName(region)
  await changed(parts, 'change-connector', connector, { region }, async (client) => {
    const { rowCount } = await client.query(
      'update connector set region = $2, version = version + 1 where name = $1 and removed_at is null',
      [connector, region],
    )
    if (rowCount !== 1)
      throw new AppError(
        'connector-not-found',
        `There is no connector "${connector}"; see "holdfast connector list".`,
      )
  })
}

/** Throws `mailbox-not-found` for the first address that is none; then nothing is changed. */
export async function setMailboxRegion(
  parts: RegionParts,
  addresses: readonly string[],
  region: string,
): Promise<void> {
  requireName(region)
  const wanted = [...new Set(addresses.map((address) => address.trim().toLowerCase()))]
  await changed(
    parts,
    'change-mailbox',
    `${wanted.length} mailboxes`,
    { region, mailboxes: wanted },
    async (client) => {
      const { rows } = await client.query<{ address: string }>(
        'update mailbox set region = $2 where address = any($1::text[]) returning address',
        [wanted, region],
      )
      const found = new Set(rows.map(({ address }) => address))
      const missing = wanted.find((address) => !found.has(address))
      if (missing !== undefined)
        throw new AppError(
          'mailbox-not-found',
          `There is no mailbox "${missing}"; see "holdfast mailbox list".`,
        )
    },
  )
}

export interface NewTransferBasis extends Pick<TransferBasis, 'from' | 'to' | 'basis'> {
  readonly law?: string | undefined
  readonly document?: string | undefined
  readonly validFrom?: string | undefined
}

/** In force from now on, unless a time is given. Throws `bad-request` where one for the same transfer has not ended. */
export async function recordTransferBasis(
  parts: RegionParts,
  { from, to, basis, law, document, validFrom }: NewTransferBasis,
  by: string,
): Promise<number> {
  for (const name of [from, to]) requireName(name)
  if (from === to) throw new AppError('bad-request', 'Within one region no basis is needed.')
  const now = new Date(parts.clock.now())
  const valid = validFrom === undefined ? now : new Date(validFrom)
  const kept = { basis, law: law ?? null, document: document ?? null, validFrom: valid.toISOString() }
  let id = 0
  await changed(parts, 'record-transfer-basis', `${from} to ${to}`, kept, async (client) => {
    const { rows } = await client.query<{ id: number }>(
      `insert into transfer_basis (from_region, to_region, basis, law, document, valid_from, recorded_by, recorded_at)
       values ($1, $2, $3, $4, $5, $6, $7, $8) on conflict do nothing returning id`,
      [from, to, basis, kept.law, kept.document, valid, by, now],
    )
    if (!rows[0])
      throw new AppError(
        'bad-request',
        `A basis from ${from} to ${to} is in force already; end it before you record another.`,
      )
    id = rows[0].id
  })
  return id
}

/** Nothing more goes under it; it stays, for it says why what came in its time is there. Throws `not-found`. */
export async function endTransferBasis(parts: RegionParts, id: number, by: string): Promise<void> {
  await changed(parts, 'end-transfer-basis', `basis ${id}`, {}, async (client) => {
    const { rowCount } = await client.query(
      'update transfer_basis set ended_by = $2, ended_at = $3 where id = $1 and ended_at is null',
      [id, by, new Date(parts.clock.now())],
    )
    if (rowCount !== 1) throw new AppError('not-found', `There is no basis ${id} in force; look at the list.`)
  })
}

async function changed(
  { pool, clock }: RegionParts,
  operation: 'change-connector' | 'change-mailbox' | 'record-transfer-basis' | 'end-transfer-basis',
  target: string,
  details: Record<string, unknown>,
  change: (client: Client) => Promise<void>,
): Promise<void> {
  await inTransaction(pool, async (client) => {
    await change(client)
    const queries: Queries = createKysely(client)
    await appendAudit(queries, {
      at: clock.now(),
      operation,
      target,
      outcome: 'succeeded',
      details: { ...details },
    })
  })
}

function requireName(region: string): void {
  if (!/^[a-z0-9][a-z0-9-]{0,39}$/.test(region))
    throw new AppError(
      'bad-request',
      `"${region}" is no name of a region: small letters, digits and hyphens, up to 40.`,
    )
}
