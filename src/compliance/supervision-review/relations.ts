/** Who must not review whom. */
import { readCsv } from '../../domain/csv.ts'
import { appendAudit } from '../../platform/audit/audit.ts'
import { createKysely, inTransaction, type Pool } from '../../platform/postgres/index.ts'
import type { ReviewParts } from './parts.ts'

export const relationKinds = ['supervisor', 'compensation'] as const
export type RelationKind = (typeof relationKinds)[number]

export interface Relation {
  /** Address of the person. */
  readonly person: string
  /** Address of his supervisor, or of who decides on his pay. */
  readonly other: string
  readonly relation: RelationKind
}

export async function listRelations(db: Pick<Pool, 'query'>): Promise<Relation[]> {
  const { rows } = await db.query<Relation>(
    `select person.address as person, other.address as other, relation
       from supervision_relation join mailbox as person on person.id = mailbox_id
       join mailbox as other on other.id = other_mailbox_id order by 1, 3, 2`,
  )
  return rows
}

const columns = [
  { name: 'person', required: true },
  { name: 'other', aliases: ['supervisor'], required: true },
  { name: 'relation', required: true },
] as const

/**
 * Replaces all relations by those of a CSV with the columns `person,other,relation`. Throws `bad-csv` that names every
 * row of an unknown address or relation; nothing is changed then.
 */
export async function importRelations(
  { pool, clock }: Pick<ReviewParts, 'pool' | 'clock'>,
  csv: Uint8Array | string,
  file = 'relations.csv',
): Promise<number> {
  const table = readCsv(csv, { file, columns })
  return inTransaction(pool, async (client) => {
    const { rows } = await client.query<{ id: number; address: string }>('select id, address from mailbox')
    const ids = new Map(rows.map(({ id, address }) => [address, id]))
    const idOf = (address: string, row: number, column: 'person' | 'other') => {
      const id = ids.get(address.toLowerCase())
      if (id === undefined) table.addProblem(row, column, `no mailbox has the address "${address}"`)
      return id ?? 0
    }
    const relations = table.rows.map(({ row, values }) => {
      const relation = relationKinds.find((kind) => kind === values.relation.toLowerCase())
      if (!relation) table.addProblem(row, 'relation', `must be ${relationKinds.join(' or ')}`)
      return { of: idOf(values.person, row, 'person'), to: idOf(values.other, row, 'other'), relation }
    })
    table.refuseProblems()
    await client.query('delete from supervision_relation')
    await client.query(
      `insert into supervision_relation (mailbox_id, other_mailbox_id, relation)
       select * from unnest($1::int[], $2::int[], $3::text[]) on conflict do nothing`,
      [
        relations.map(({ of }) => of),
        relations.map(({ to }) => to),
        relations.map(({ relation }) => relation),
      ],
    )
    await appendAudit(createKysely(client), {
      ...{ at: clock.now(), operation: 'change-review-relations', outcome: 'succeeded' },
      details: { relations: relations.length },
    })
    return relations.length
  })
}
