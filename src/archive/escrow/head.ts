/** The beginning of an escrow: whose archive it is of, to whom it is sealed, and by which key its log is checked. */
import { z } from 'zod'
import { AppError } from '../../domain/errors.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import type { EscrowStore } from '../../platform/escrow-store/escrow-store.ts'
import { createKysely, inTransaction } from '../../platform/postgres/index.ts'
import { publicKeyFingerprint } from '../../platform/sealing/index.ts'
import { logKey } from '../log/checkpoint.ts'
import { noteLogEntries } from '../log/note.ts'
import type { EscrowParts } from './parts.ts'

const headForm = z.object({
  form: z.literal('holdfast-escrow-head/1'),
  /** ISO time. */
  at: z.string(),
  /** Of the integrity log. Nobody who can write to the escrow may be believed about it: hold it against the published one. */
  verifierKey: z.string(),
  /** Of the officer's public key. */
  officer: z.string(),
})
export type EscrowHead = z.infer<typeof headForm>

const headsFolder = 'head/'

/** Begins the escrow, or begins it again with another officer's key. */
export async function beginEscrow(parts: EscrowParts): Promise<EscrowHead> {
  const at = parts.clock.now()
  const head: EscrowHead = {
    form: 'holdfast-escrow-head/1',
    at: new Date(at).toISOString(),
    verifierKey: (await logKey(parts)).verifierKey,
    officer: publicKeyFingerprint(parts.officerKey),
  }
  const name = `${headsFolder}${head.at.replace(/[:.]/g, '-').toLowerCase()}`
  await parts.escrow.put(name, Buffer.from(JSON.stringify(head)), { until: null, held: true })
  await inTransaction(parts.pool, async (client) => {
    const { protection, place } = parts.escrow
    await client.query(
      `insert into installation (name, value) values ('escrow-officer', $1)
       on conflict (name) do update set value = excluded.value`,
      [head.officer],
    )
    await appendAudit(createKysely(client), {
      ...{ at, operation: 'begin-escrow', target: place, outcome: 'succeeded' },
      details: { protection, officer: head.officer },
    })
    await noteLogEntries(client, [{ at, kind: 'escrow', facts: { officer: head.officer, protection } }])
  })
  return head
}

/** Whether the escrow was begun. Throws `escrow-refused` for another officer's key than it was begun with. */
export async function isBegun(parts: Pick<EscrowParts, 'pool' | 'officerKey'>): Promise<boolean> {
  const { rows } = await parts.pool.query<{ value: string }>(
    `select value from installation where name = 'escrow-officer'`,
  )
  const known = rows[0]?.value
  if (known === undefined || known === publicKeyFingerprint(parts.officerKey)) return known !== undefined
  throw new AppError(
    'escrow-refused',
    `The officer's public key is another one than the escrow was begun with (${known}): run "holdfast escrow init" if that is meant.`,
  )
}

/** The last one. Throws `escrow-refused` where there is none. */
export async function readHead(escrow: Pick<EscrowStore, 'list' | 'get' | 'place'>): Promise<EscrowHead> {
  let last: { name: string; version: string | null } | null = null
  for await (const found of escrow.list(headsFolder)) last = found
  if (last === null) throw new AppError('escrow-refused', `There is no escrow in ${escrow.place}.`)
  return headForm.parse(JSON.parse(Buffer.from(await escrow.get(last.name, last.version)).toString()))
}
