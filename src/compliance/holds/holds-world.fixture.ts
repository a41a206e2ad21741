/** A firm with two people's mailboxes and a catch-all, and an owner who may do what the application may not. */
import { type Firm, openFirm } from '../../../test/journey/firm.ts'
import { createPool } from '../../platform/postgres/index.ts'
import type { NewHold } from './rules.ts'

export const ada = '+447700900001'
export const ben = '+447700900002'
export const anna = { username: 'anna' }
export const bruno = { username: 'bruno' }

export type HoldsWorld = Awaited<ReturnType<typeof openHoldsWorld>>

export async function openHoldsWorld() {
  const firm = await openFirm()
  await firm.addUsers(
    `name,mobile,email\nAda Trader,${ada},ada@firm.example\nBen Broker,${ben},ben@firm.example\n`,
  )
  await firm.addMailboxes(
    'address,name\nada@firm.example,Ada Trader\nben@firm.example,Ben Broker\ncatch@firm.example,Catch-all\n',
  )
  await firm.connect('whatsapp', { catchAll: 'catch@firm.example' })
  for (const username of ['anna', 'bruno'])
    await firm.pool.query(
      `insert into app_user (username, name, created_by, created_at) values ($1, $1, 'test', now())`,
      [username],
    )
  return {
    firm,
    parts: { pool: firm.pool, queries: firm.centre.queries, clock: firm.centre.clock },
    /** Captures and imports a chat of somebody's with Carl, each line its own minute of 19 March 2026. */
    async chat(custodian: string, name: string, lines: readonly string[]) {
      const text = lines
        .map((line, place) => `19/03/2026, 09:${String(place).padStart(2, '0')} - Carl: ${line}`)
        .join('\n')
      const file = await firm.file(`${name}/WhatsApp Chat with ${name}.txt`, `${text}\n`)
      await firm.capture('whatsapp-export', [file], {
        custodian,
        timezone: 'Europe/London',
        dateOrder: 'dmy',
      })
      return firm.run('whatsapp')
    },
    mailboxId: async (address: string) =>
      (await firm.pool.query<{ id: number }>('select id from mailbox where address = $1', [address])).rows[0]!
        .id,
    async held(): Promise<string[]> {
      const { rows } = await firm.pool.query<{ held: string }>(
        `select i.address as held from (select array_agg(id) as ids from message) as m
          cross join lateral held_items(m.ids) as h join mailbox as i on i.id = h.mailbox_id order by 1`,
      )
      return rows.map(({ held }) => held.split('@')[0]!)
    },
    rows: async (statement: string, values: unknown[] = []) =>
      (await firm.pool.query(statement, values)).rows as Record<string, unknown>[],
    close: () => firm.close(),
  }
}

export const plainHold: NewHold = {
  name: 'Matter',
  ...{ query: null, days: null, caseName: null, note: null, owner: null, url: null },
  ...{ confidential: false, readers: [] },
}

/** The SQLSTATE that a statement ends with; null where it was done. It is undone in any case. */
export async function stateOf(firm: Firm, statements: readonly string[], as: 'owner' | 'application') {
  const pool = as === 'owner' ? createPool({ url: firm.ownerUrl, connectionsMax: 1 }) : firm.pool
  const client = await pool.connect()
  try {
    await client.query('begin')
    for (const statement of statements) await client.query(statement)
    await client.query('set constraints all immediate')
    return null
  } catch (error) {
    return (error as { code?: string }).code ?? String(error)
  } finally {
    await client.query('rollback')
    client.release()
    if (pool !== firm.pool) await pool.end()
  }
}
