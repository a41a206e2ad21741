/** A row of `ZWACDCALLEVENT` with its participants and the line of the call list it belongs to. */
import { hash } from 'node:crypto'
import type { DatabaseSync } from 'node:sqlite'
import { whatsappCallId } from '../../formats/whatsapp-message-id.ts'
import { attempt } from '../android/jids.ts'
import type { ReadItem } from '../read-item.ts'
import { memberNames, type Row, rowJson } from '../tables/row-json.ts'
import type { Found } from '../tables/scan-table.ts'
import { keyExpression, quoted, type Table } from '../tables/table-list.ts'
import { numberOf, textOf } from '../tables/values.ts'
import type { People } from './people.ts'

export function iosCallReader(db: DatabaseSync, tables: ReadonlyMap<string, Table>, people: People) {
  const lines = lineLookup(db, tables.get('zwaaggregatecallevent'))
  return function* read(found: Found): Generator<ReadItem> {
    const id = textOf(found.get('zcallidstring'))
    const parties = found
      .linkedAll('ZWACDCALLEVENTPARTICIPANT')
      .map((party) => textOf(party.get('zjidstring')))
    const group = textOf(found.get('zgroupjidstring'))
    const creator = textOf(found.get('zgroupcallcreatoruserjidstring'))
    const chat = people.chatOf(group || parties[0] || creator)
    const named = [...new Set([creator, ...parties])]
      .filter((jid) => jid !== '')
      .map((jid) => people.person(jid))
    const says = ['zdate', 'zduration', 'zoutcome'].map((name) => textOf(found.get(name)))
    yield {
      record: {
        json: `{"table":"ZWACDCALLEVENT",${found.json()}${lines(numberOf(found.get('z1callevents')))},"people":${JSON.stringify(named)}}`,
        ...{
          key: found.key,
          chat: chat.number,
          refersTo: '',
          fingerprint: hash('sha256', says.join('\0')).slice(0, 16),
        },
        messageId: id === '' ? '' : whatsappCallId(id),
      },
    }
  }
}

function lineLookup(db: DatabaseSync, table: Table | undefined): (row: number) => string {
  if (table === undefined) return () => ''
  const statement = db.prepare(
    `SELECT ${table.columns.map(quoted).join(', ')} FROM ${quoted(table.name)} WHERE ${keyExpression(table)} = ?`,
  )
  const names = memberNames(table.columns)
  return (row) => {
    const found = row > 0 ? attempt(statement, row) : undefined
    if (found === undefined) return ''
    return `,"line":${rowJson(names, table.columns.map((name) => found[name] ?? null) as Row, 0)}`
  }
}
