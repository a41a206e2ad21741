/**
 * Every way in which something could vanish, as the database's own catalogue tells it, tried as the application's role on
 * an item that is held. What is new in the catalogue fails here until somebody has said what it may do.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  cascades,
  changeableColumns,
  contentTables,
  definerFunctions,
  deletableTables,
} from './delete-paths.fixture.ts'
import { ada, anna, type HoldsWorld, openHoldsWorld, plainHold, stateOf } from './holds-world.fixture.ts'
import { placeHold, releaseHold } from './index.ts'

let world: HoldsWorld
let mailbox = 0
let hold = 0
let message = ''

beforeAll(async () => {
  world = await openHoldsWorld()
  await world.chat(ada, 'one', ['the merger is on'])
  mailbox = await world.mailboxId('ada@firm.example')
  message = String((await world.rows('select id from message'))[0]!.id)
  await fillTables()
  hold = await placeHold(world.parts, plainHold, [mailbox], anna)
}, 60_000)
afterAll(() => world?.close())

/** A row of the held message in every table that tells of one, and something that waits. */
async function fillTables(): Promise<void> {
  await world.firm.asOwner(`
    insert into long_text values (${message}, 2, '');
    insert into attachment (sha256, bytes, object_name, wrapped_key, reference_count) values ('\\x01', 1, 'large', '\\x00', 1);
    insert into message_attachment select ${message}, 1, 'a', 'b', 1, '\\x01', max(id) from attachment;
    insert into observation select id, feed_account_id, sequence + 1000, null, now(), block_id, place from message;
    insert into exception_catalogue (first_block_id, sealed_catalogue) select block_id, '\\x00' from message;
    insert into import_exception (connector_id, run_id, catalogue_id, sequence, reason, explanation, channel, captured_at,
                                  block_id, place, found_at)
      select c.id, r.id, e.id, 5000, 'undecodable', 'x', 1, now(), m.block_id, 0, now()
        from connector c, (select max(id) as id from import_run) r, exception_catalogue e, message m;
    insert into segment (connector_id, object_name, bytes, created_at) select id, 'waits', 1, now() from connector;
    insert into staged_page (connector_id, run_id, segment_id, first_sequence, last_sequence, first_block_id, messages,
                             catalogue_object, catalogue_wrapped_key, moves_cursor)
      select c.id, r.id, s.id, 9000, 9001, 1, 2, 'waits.catalogue', '\\x00', true
        from connector c, (select max(id) as id from import_run) r, (select max(id) as id from segment) s;
    insert into block select s.id << 13, s.id, 0, 1, 1, '\\x00' from (select max(id) as id from segment) s;`)
}

async function column(statement: string): Promise<string[]> {
  return (await world.rows(statement)).map((row) => String(Object.values(row)[0]))
}

const ours = `select c.oid, c.relname from pg_class as c where c.relnamespace = 'public'::regnamespace and c.relkind in ('r', 'p')`
const tables = `select relname from (${ours}) as c where not exists (select from pg_inherits where inhrelid = c.oid)`

describe('the catalogue', () => {
  it('lets the application delete from the tables known here only, and from no partition', async () => {
    const found = await column(
      `select relname from (${ours}) as c where has_table_privilege('holdfast_app', c.oid, 'DELETE') order by 1`,
    )
    expect(found.filter((name) => !(name in deletableTables))).toEqual([])
  })

  it('lets it truncate, own, or put triggers on nothing', async () => {
    expect(
      await column(
        `select relname from (${ours}) as c
          where has_table_privilege('holdfast_app', c.oid, 'TRUNCATE, TRIGGER, REFERENCES')
             or pg_has_role('holdfast_app', (select relowner from pg_class where oid = c.oid), 'MEMBER')`,
      ),
    ).toEqual([])
    expect(await column(`select has_schema_privilege('holdfast_app', 'public', 'CREATE')`)).toEqual(['false'])
  })

  it('lets it change only columns known here in what makes up a record', async () => {
    const found = await column(
      `select c.relname || '.' || a.attname
         from (${ours}) as c join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
        where (c.relname = any ('{${contentTables.join(',')}}') or exists (select from pg_inherits where inhrelid = c.oid))
          and has_column_privilege('holdfast_app', c.oid, a.attnum, 'UPDATE') order by 1`,
    )
    const unknown = found.filter(
      (name) => !changeableColumns.some((known) => known === name || known === name.replace(/[^.]+$/, '*')),
    )
    expect(unknown).toEqual([])
  })

  it('has no cascade but those known here', async () => {
    const found = await column(
      `select conrelid::regclass || ' to ' || confrelid::regclass from pg_constraint
        where contype = 'f' and confdeltype in ('c', 'n', 'd') and connamespace = 'public'::regnamespace order by 1`,
    )
    expect(found).toEqual(cascades)
  })

  it('has no function with its owner’s rights for the application but those known here', async () => {
    const found = await column(
      `select proname from pg_proc where prosecdef and pronamespace = 'public'::regnamespace
          and has_function_privilege('holdfast_app', oid, 'EXECUTE') order by 1`,
    )
    expect(found.filter((name) => !(name in definerFunctions))).toEqual([])
  })
})

describe('the application', () => {
  it('empties no table that tells of a held item, by any statement', async () => {
    const before = await content()
    for (const table of await column(tables)) {
      for (const statement of [
        `delete from "${table}"`,
        `truncate "${table}"`,
        `truncate "${table}" cascade`,
        `drop table "${table}"`,
        `drop table "${table}" cascade`,
        `alter table "${table}" disable trigger all`,
        `delete from "${table}" as gone using mailbox as m`,
      ]) {
        const state = await stateOf(world.firm, [statement], 'application')
        const may = statement.startsWith('delete') && deletableTables[table] === 'may go'
        expect({ statement, state }).toEqual({
          statement,
          state: may ? expect.toBeOneOf([null, '23503']) : expect.stringMatching(/^(42501|HF001|23503)$/),
        })
      }
    }
    expect(await content()).toEqual(before)
  })

  it('drops, detaches and empties no month', async () => {
    for (const parent of ['message', 'item']) {
      const [month] = await column(
        `select inhrelid::regclass::text from pg_inherits where inhparent = '${parent}'::regclass`,
      )
      for (const statement of [
        `drop table ${month}`,
        `alter table ${parent} detach partition ${month}`,
        `delete from ${month}`,
        `truncate ${month}`,
      ])
        expect([statement, await stateOf(world.firm, [statement], 'application')]).toEqual([
          statement,
          '42501',
        ])
    }
    expect(await stateOf(world.firm, ['select drop_month(2026, 3)'], 'application')).toBe('HF001')
  })

  it('changes no key of what is held', async () => {
    for (const statement of [
      `update block set wrapped_key = '\\x00'`,
      `update attachment set wrapped_key = '\\x00'`,
      `update attachment set object_name = 'other'`,
      `update segment set object_name = 'other'`,
      `update message set message_key = '\\x00'`,
      `update message set id = id + 1`,
      `update message set block_id = 77`,
      `update item set mailbox_id = 77`,
      `update item set message_id = message_id + 1`,
      `update mailbox set id = default`,
      `update connector set id = default`,
      `update participant set identity_value = 'x'`,
      `update import_exception set block_id = 77`,
      `update account_key set sealed_private_key = '\\x00'`,
      `update hold set released_at = now()`,
      `update hold_mailbox set removed_at = now()`,
      `update delay_hold set began_at = '2000-01-01'`,
      `insert into hold (name, kind, placed_by) values ('x', 'litigation', 'x')`,
      `insert into delay_hold (mailbox_id, hold_id, began_at) values (1, 1, '2000-01-01')`,
      `insert into dead_object select object_name from segment`,
    ])
      expect([statement, await stateOf(world.firm, [statement], 'application')]).toEqual([
        statement,
        expect.stringMatching(/^(42501|HF001|428C9)$/),
      ])
  })
})

describe('the owner of the tables', () => {
  const paths = () => [
    [`delete from item`],
    [`delete from message`],
    [`delete from long_text`],
    [`delete from message_attachment`],
    [`delete from observation`],
    [`update message_attachment set attachment_id = null`, `delete from message_attachment`],
    [`delete from block where id in (select block_id from message)`],
    [
      `delete from block where id in (select first_block_id from staged_page) or segment_id in (select segment_id from staged_page)`,
    ],
    [`delete from attachment`],
    [`delete from staged_page`],
    [`delete from import_exception`],
    [`delete from mailbox where id = ${mailbox}`],
    [`delete from connector`],
    [`delete from account_key`],
    [`update message set block_id = 77`],
    [`delete from site_segment`],
    [`delete from site_block`],
    // A statement at once over all of it: what depends on a message that is gone counts as held.
    [`with i as (delete from item), m as (delete from message) select 1`],
  ]

  it('is refused as well, while it is held', async () => {
    await world.firm.asOwner(`delete from site_segment where false`)
    for (const path of paths()) {
      const state = await stateOf(world.firm, path, 'owner')
      if (path[0]!.includes('site_') && (await column('select count(*) from site_segment'))[0] === '0')
        continue
      expect([path[0], state]).toEqual([path[0], expect.stringMatching(/^(HF001|23503)$/)])
    }
  })

  it('and then the delay; after it, in the order of a disposition, all of it goes', async () => {
    await releaseHold(world.parts, { hold, mailboxIds: null, reason: 'over' }, anna, { secondPerson: false })
    expect(await stateOf(world.firm, ['delete from item'], 'owner')).toBe('HF001')
    await world.firm.asOwner(`update delay_hold set began_at = began_at - interval '31 days'`)
    const disposition = [
      'delete from item',
      'delete from message_attachment',
      'delete from long_text',
      'delete from observation',
      `update import_exception set resolved_at = now()`,
      'create temporary table old as select block_id from message',
      'delete from message',
      'delete from block where id in (select block_id from old)',
      'update attachment set reference_count = 0',
      'delete from attachment',
      'select drop_month(2026, 3)',
    ]
    expect(await stateOf(world.firm, disposition, 'owner')).toBe(null)
  })
})

/** What is there of the records, counted. */
async function content(): Promise<Record<string, unknown>> {
  const counts: Record<string, unknown> = {}
  for (const table of contentTables) counts[table] = (await column(`select count(*) from ${table}`))[0]
  return counts
}
