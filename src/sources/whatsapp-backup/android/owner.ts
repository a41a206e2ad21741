/** Whose phone it was. */
import type { DatabaseSync } from 'node:sqlite'
import type { Json } from '../../source.ts'
import type { ReadOrder } from '../read-item.ts'
import { columnOf, type Table } from '../tables/table-list.ts'
import { numberOf } from '../tables/values.ts'
import { attempt, type Jids } from './jids.ts'

/** `own`: E.164 or a jid, or empty. The context's part names him: `custodian`, `ownJid`, `ownName`. */
export function ownerOf(
  db: DatabaseSync,
  tables: ReadonlyMap<string, Table>,
  jids: Jids,
  { custodian }: ReadOrder,
): { readonly own: string; readonly context: { readonly [key: string]: Json } } {
  const found = jidWhoJoined(db, tables, jids)
  const name = pushName(db, tables)
  return {
    own: custodian ?? found,
    context: {
      ...(custodian === undefined ? {} : { custodian }),
      ...(found === '' ? {} : { ownJid: found }),
      ...(name === '' ? {} : { ownName: name.slice(0, 200) }),
    },
  }
}

function pushName(db: DatabaseSync, tables: ReadonlyMap<string, Table>): string {
  const props = tables.get('props')
  if (!props || !columnOf(props, 'key') || !columnOf(props, 'value')) return ''
  const found = attempt(db.prepare(`SELECT value FROM props WHERE key = 'user_push_name' LIMIT 1`))
  return typeof found?.value === 'string' ? found.value : ''
}

/** The database nowhere says "me", but where a group tells that I joined, it says who that was; all such rows must agree. */
function jidWhoJoined(db: DatabaseSync, tables: ReadonlyMap<string, Table>, jids: Jids): string {
  const [group, participant] = [
    tables.get('message_system_group'),
    tables.get('message_system_chat_participant'),
  ]
  if (!group || !participant || !columnOf(group, 'is_me_joined') || !columnOf(participant, 'user_jid_row_id'))
    return ''
  try {
    const rows = db
      .prepare(
        `SELECT DISTINCT p.user_jid_row_id AS row FROM message_system_group g
         JOIN message_system_chat_participant p ON p.message_row_id = g.message_row_id
         WHERE g.is_me_joined = 1 LIMIT 2`,
      )
      .all() as { row: number | null }[]
    return rows.length === 1 ? (jids.byRow(numberOf(rows[0]!.row))?.phone ?? '') : ''
  } catch {
    return ''
  }
}
