/**
 * What happens to a firm's records: held, disposed of as far as the hold lets, moved to the archive, backed up, released,
 * disposed of, moved again, made final. Told again from the start after a crash, it must lead to the same end.
 */
import { compact, createDispositionRun, dispose } from '../../src/archive/disposition/index.ts'
import { integrate } from '../../src/archive/log/index.ts'
import { type BackupParts, backUp, checkBackup } from '../../src/backup/index.ts'
import { listHolds, placeHold, releaseHold } from '../../src/compliance/holds/index.ts'
import {
  createArchivePolicy,
  enableArchive,
  runArchive,
} from '../../src/compliance/in-place-archive/index.ts'
import { isAppError } from '../../src/domain/errors.ts'
import type { KeyCustody, KeyVault } from '../../src/platform/keys/index.ts'
import type { ObjectStore } from '../../src/platform/object-store/object-store.ts'
import { createPool, inTransaction, type Pool } from '../../src/platform/postgres/index.ts'
import type { Secret } from '../../src/platform/secret.ts'
import type { Process } from './world.ts'

const anna = { username: 'anna' }
const heldAddress = 'ada@firm.example'

export interface RecordsPlace {
  /** Of the database: some things only its owner may. */
  readonly ownerUrl: Secret
  readonly adminUrl?: Secret | null
  /** Of the backup. */
  readonly folder: string
}

export async function tellRecords(
  { centre }: Pick<Process, 'centre'>,
  { ownerUrl, adminUrl = null, folder }: RecordsPlace,
): Promise<void> {
  const { pool } = centre
  await integrate(centre)
  const mailbox = await mailboxIdOf(pool, heldAddress)
  await holdOnce(centre, mailbox)
  // Everything of whoever is not held, and half of what is held: the hold keeps that.
  await disposeOnce(centre, 'first', `m.sequence % 2 = 0 or i.mailbox_id <> ${mailbox}`)
  await archiveOld(centre, mailbox)
  await backUpOnce({ ...centre, ownerUrl }, folder)
  await releaseOnce(centre)
  await endDelays(ownerUrl)
  await disposeOnce(centre, 'second', `m.sequence % 2 = 0`)
  // What lives on of cold segments was sealed anew.
  await runArchive(centre, { requestedBy: 'anna' })
  const vault = centre.vault as KeyVault & KeyCustody
  await compact({ ...centre, vault, ownerUrl, adminUrl })
  await integrate(centre)
}

/** Everything that is in the mailbox that the story holds. */
export async function heldItems(pool: Pool): Promise<unknown[]> {
  const { rows } = await pool.query(
    `select encode(message_key, 'hex') as key from item join message on message.id = message_id
       join mailbox on mailbox.id = mailbox_id where address = $1 order by 1`,
    [heldAddress],
  )
  return rows
}

/** What became of the items of each run. */
export async function dispositionsOf(pool: Pool): Promise<unknown[]> {
  const { rows } = await pool.query(
    `select r.requested_by as run, r.state as of_run, d.state, count(*)::int as items, r.disposed::int, r.kept::int
       from disposition_run as r join disposition_item as d on d.run_id = r.id group by r.id, d.state order by 1, 3`,
  )
  return rows
}

/** Where items are, and whether the content of those in the archive is cold, as it must be once no other item needs it. */
export async function areasOf(pool: Pool): Promise<unknown[]> {
  const { rows } = await pool.query(
    `with segments as (
       select s.id, s.cold_at is not null as cold, bool_and(i.area = 1) as archived
         from segment as s join block as b on b.segment_id = s.id join message as m on m.block_id = b.id
         join item as i on i.message_id = m.id group by s.id)
     select i.area, s.archived, s.cold, count(*)::int as items
       from item as i join message as m on m.id = i.message_id join block as b on b.id = m.block_id
       join segments as s on s.id = b.segment_id group by 1, 2, 3 order by 1, 2, 3`,
  )
  return rows
}

/** The log's tiles are no content. */
export function withoutLog(objects: ObjectStore): ObjectStore {
  return {
    ...objects,
    async *list(prefix) {
      for await (const one of objects.list(prefix)) if (!one.name.startsWith('log/')) yield one
    },
  }
}

async function mailboxIdOf(pool: Pool, address: string): Promise<number> {
  const { rows } = await pool.query<{ id: number }>('select id from mailbox where address = $1', [address])
  return rows[0]!.id
}

async function holdOnce(parts: Process['centre'], mailbox: number): Promise<void> {
  if ((await listHolds(parts, anna)).some(({ name }) => name === 'Matter')) return
  const nothing = { query: null, days: null, caseName: null, note: null, owner: null, url: null }
  await placeHold(parts, { ...nothing, name: 'Matter', confidential: false, readers: [] }, [mailbox], anna)
}

async function releaseOnce(parts: Process['centre']): Promise<void> {
  const { rows } = await parts.pool.query('select 1 from hold where released_at is null')
  if (rows.length === 0) return
  await releaseHold(parts, { hold: 'Matter', mailboxIds: null, reason: 'over' }, anna, {
    secondPerson: false,
  })
}

/** Thirty days pass. */
async function endDelays(ownerUrl: Secret): Promise<void> {
  const owner = createPool({ url: ownerUrl, connectionsMax: 1 })
  await owner
    .query(
      `update delay_hold set began_at = began_at - interval '31 days' where began_at > now() - interval '30 days'`,
    )
    .finally(() => owner.end())
}

/** The run of this name, made and filled where there is none yet, and done. */
async function disposeOnce(parts: Process['centre'], name: string, where: string): Promise<void> {
  const { pool, clock } = parts
  const known = await pool.query<{ id: bigint }>('select id from disposition_run where requested_by = $1', [
    name,
  ])
  const run =
    known.rows[0]?.id ??
    (await inTransaction(pool, async (client) => {
      const id = await createDispositionRun(client, {
        ...{ reason: 'retention', requestedBy: name, asOf: clock.now() },
      })
      await client.query(
        `insert into disposition_item (run_id, message_id, mailbox_id, basis)
         select $1, i.message_id, i.mailbox_id, '{"policy": 1}' from item as i join message as m on m.id = i.message_id
          where ${where}`,
        [id],
      )
      return id
    }))
  await dispose(parts, run)
}

/** The backup of this moment, whole; made where there is none yet. */
async function backUpOnce(parts: BackupParts, folder: string): Promise<void> {
  const known = await checkBackup(parts, folder).catch((error: unknown) => {
    if (!isAppError(error, 'backup-refused')) throw error
    return null
  })
  if (known === null) await backUp(parts, { folder })
  const { problems } = known ?? (await checkBackup(parts, folder))
  if (problems.length > 0) throw new Error(`The backup is damaged: ${problems.join(' ')}`)
}

async function archiveOld(parts: Process['centre'], mailbox: number): Promise<void> {
  try {
    await createArchivePolicy(
      parts,
      { name: 'Next day', tags: [{ name: 'All', kind: 'default', folder: null, afterDays: 1 }] },
      'anna',
    )
  } catch (error) {
    if (!isAppError(error, 'archive-policy-refused')) throw error
  }
  await enableArchive(parts, [mailbox], 'Next day', 'anna')
  await runArchive(parts, { requestedBy: 'anna' })
}
