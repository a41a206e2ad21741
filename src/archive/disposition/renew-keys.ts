/**
 * A new epoch of the key vault: what must live on is opened and wrapped again, and old epochs, under which the keys of
 * disposed content were wrapped, are destroyed. After that an old backup of the database opens nothing that is gone.
 */
import { faultPoint } from '../../platform/faults.ts'
import type { KeyCustody, KeyVault } from '../../platform/keys/index.ts'
import type { Pool } from '../../platform/postgres/index.ts'

export interface KeyPlace {
  readonly table: string
  readonly column: string
  /** SQL for what a secret is sealed for; absent where the column holds wrapped keys. */
  readonly purpose?: string
}

/**
 * Where the centre's vault has wrapped or sealed something. A place that is missing here does no harm: an epoch that
 * anything is still under is not destroyed, and compacting says where it found that.
 */
export const keyPlaces: readonly KeyPlace[] = [
  { table: 'block', column: 'wrapped_key' },
  { table: 'attachment', column: 'wrapped_key' },
  { table: 'staged_page', column: 'catalogue_wrapped_key' },
  { table: 'exception_catalogue', column: 'sealed_catalogue', purpose: `'exception-catalogue'` },
  { table: 'account_key', column: 'sealed_private_key', purpose: `'account-private-key'` },
  { table: 'connector', column: 'sealed_password', purpose: `'connector-password/' || name` },
  { table: 'connector_draft', column: 'sealed_password', purpose: `'connector-draft-password/' || id` },
  { table: 'destination', column: 'sealed_secret', purpose: `'destination-secret/' || name` },
  { table: 'directory_sync', column: 'sealed_secret', purpose: `'directory-secret'` },
  { table: 'coverage_setting', column: 'sealed_webhook_secret', purpose: `'coverage-webhook'` },
  { table: 'app_user', column: 'sealed_totp_secret', purpose: `'authenticator app of user ' || id` },
  { table: 'app_user', column: 'sealed_new_totp_secret', purpose: `'authenticator app of user ' || id` },
  { table: 'supervision_sample', column: 'sealed_seed', purpose: `'supervision-sample-seed'` },
  { table: 'sign_in_step', column: 'sealed_data', purpose: `'sign-in step: ' || purpose` },
]

const rowsPerBatch = 5_000
/** As the vault has it: an epoch that was current in the last hour may still be in use. */
const graceMs = 3_600_000

/** Wraps everything under the current epoch that is under another one; answers how many keys and secrets. */
export async function renewKeys(
  owner: Pool,
  vault: KeyVault & KeyCustody,
  places: readonly KeyPlace[] = keyPlaces,
): Promise<number> {
  const current = epochBytes((await vault.epochs()).at(-1)!.id)
  let renewed = 0
  for (const place of places) renewed += await renewPlace(owner, vault, place, current)
  return renewed + (await renewClientSecret(owner, vault))
}

/** The sign-in provider's secret is one of the settings, as base64. */
async function renewClientSecret(owner: Pool, vault: KeyVault): Promise<number> {
  const purpose = 'client secret of the sign-in provider'
  const { rows } = await owner.query<{ name: string; sealed: string }>(
    `select name, value ->> 'sealedClientSecret' as sealed from setting
      where jsonb_typeof(value) = 'object' and value ->> 'sealedClientSecret' is not null`,
  )
  for (const { name, sealed } of rows) {
    const fresh = await vault.seal(purpose, await vault.open(purpose, Buffer.from(sealed, 'base64')))
    await owner.query(
      `update setting set value = jsonb_set(value, '{sealedClientSecret}', to_jsonb($3::text))
        where name = $1 and value ->> 'sealedClientSecret' = $2`,
      [name, sealed, Buffer.from(fresh).toString('base64')],
    )
  }
  return rows.length
}

async function renewPlace(
  owner: Pool,
  vault: KeyVault,
  { table, column, purpose }: KeyPlace,
  current: Buffer,
): Promise<number> {
  for (let renewed = 0; ; ) {
    const { rows } = await owner.query<{ place: string; secret: Buffer; purpose: string | null }>(
      `select ctid::text as place, ${column} as secret, ${purpose ?? 'null'} as purpose from ${table}
        where substring(${column} from 2 for 4) <> $1 limit ${rowsPerBatch}`,
      [current],
    )
    if (rows.length === 0) return renewed
    const secrets = rows.map(({ secret }) => secret)
    const fresh =
      purpose === undefined
        ? await vault.wrap(await vault.unwrap(secrets))
        : await Promise.all(
            rows.map(async (row) => vault.seal(row.purpose!, await vault.open(row.purpose!, row.secret))),
          )
    // A row that somebody changed meanwhile is found again.
    const answer = await owner.query(
      `update ${table} as t set ${column} = fresh.secret
         from unnest($1::text[], $2::bytea[], $3::bytea[]) as fresh (place, old, secret)
        where t.ctid = fresh.place::tid and t.${column} = fresh.old`,
      [rows.map(({ place }) => place), secrets, fresh.map((one) => Buffer.from(one))],
    )
    renewed += answer.rowCount ?? 0
    faultPoint('compact.keys-renewed')
  }
}

export interface DestroyedEpochs {
  readonly destroyed: readonly number[]
  /** Where something is still under an old epoch that could be destroyed otherwise. */
  readonly inUse: readonly string[]
  /** ISO time from which the youngest retired epoch may be destroyed; null where none waits. */
  readonly nextAt: string | null
}

/** Destroys every retired epoch that nothing is under any more. */
export async function destroyOldEpochs(
  owner: Pool,
  custody: KeyCustody,
  now: number,
): Promise<DestroyedEpochs> {
  const destroyed: number[] = []
  const inUse: string[] = []
  let nextAt: number | null = null
  for (const { id, retiredAt, destroyedAt } of await custody.epochs()) {
    if (retiredAt === null || destroyedAt !== null) continue
    const due = retiredAt.getTime() + graceMs
    if (now < due) {
      nextAt = Math.max(nextAt ?? 0, due)
      continue
    }
    const found = await usesOf(owner, id)
    if (found.length > 0) {
      inUse.push(...found.map((place) => `${place} (epoch ${id})`))
      continue
    }
    await custody.destroyEpoch(id)
    faultPoint('compact.epoch-destroyed')
    destroyed.push(id)
  }
  return { destroyed, inUse, nextAt: nextAt === null ? null : new Date(nextAt).toISOString() }
}

/** Columns of bytes in which something looks wrapped or sealed under this epoch; the site's vault is another one. */
async function usesOf(owner: Pool, epoch: number): Promise<string[]> {
  const { rows } = await owner.query<{ table: string; column: string }>(
    `select c.table_name as table, c.column_name as column
       from information_schema.columns as c join information_schema.tables as t using (table_schema, table_name)
      where c.table_schema = 'public' and c.data_type = 'bytea' and t.table_type = 'BASE TABLE'
        and (c.column_name like '%sealed%' or c.column_name like '%wrapped%') and c.table_name not like 'site\\_%'`,
  )
  const used: string[] = []
  for (const { table, column } of rows) {
    const { rowCount } = await owner.query(
      `select 1 from "${table}" where substring("${column}" from 1 for 5) = any($1) limit 1`,
      [[1, 2].map((form) => Buffer.concat([Buffer.from([form]), epochBytes(epoch)]))],
    )
    if (rowCount === 1) used.push(`${table}.${column}`)
  }
  return used
}

function epochBytes(epoch: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(epoch)
  return bytes
}
