/** Disposition over a real firm: what goes, what stays, and who wins when a hold comes at the same moment. */
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import {
  ada,
  anna,
  ben,
  type HoldsWorld,
  openHoldsWorld,
  plainHold,
} from '../../compliance/holds/holds-world.fixture.ts'
import { placeHold } from '../../compliance/holds/index.ts'
import { createContentReader } from '../content.ts'
import { integrate } from '../log/index.ts'
import { createDispositionRun, type DispositionParts, dispose, dispositionRun } from './index.ts'
import { clearLeftovers, findUnusedRecords } from './leftovers.ts'

let world: HoldsWorld
let parts: DispositionParts
beforeEach(async () => {
  world = await openHoldsWorld()
  parts = world.firm.centre
})
afterEach(async () => {
  expect(await world.firm.problems()).toEqual([])
  await world.close()
})

/** A run over the items that `where` finds (`m` is the message, `i` the item). */
async function runOver(where: string, values: unknown[] = []): Promise<bigint> {
  const id = await createDispositionRun(world.firm.pool, {
    ...{ reason: 'purge', requestedBy: 'anna', asOf: parts.clock.now() },
  })
  await world.firm.pool.query(
    `insert into disposition_item (run_id, message_id, mailbox_id, basis, approvers)
     select ${id}, i.message_id, i.mailbox_id, '{"policy": 7}', '{anna,bruno}'
       from item as i join message as m on m.id = i.message_id where ${where}`,
    values,
  )
  return id
}

const states = (run: bigint) =>
  world.rows('select state, count(*)::int from disposition_item where run_id = $1 group by 1 order by 1', [
    run,
  ])

describe('disposition', () => {
  it('takes an item with row, index, content and key, enters it in the log, and keeps its neighbours as they were', async () => {
    await world.chat(ada, 'Carl', ['alpha', 'zanzibar', 'gamma'])
    const [kept] = await world.firm.search('gamma')
    const email = await world.firm.email(kept!.id)
    const [gone] = await world.firm.search('zanzibar')
    const before = await world.rows('select id, segment_id from block')
    const run = await runOver(`m.words @@ 'zanzibar'::tsquery`)

    expect(await dispose(parts, run)).toMatchObject({ state: 'done', disposed: 1, kept: 0, finalAt: null })
    expect(await world.firm.search('zanzibar')).toEqual([])
    await expect(world.firm.email(gone!.id)).rejects.toMatchObject({ code: 'item-not-found' })
    expect(await world.firm.email(kept!.id)).toBe(email)
    expect(await world.rows('select 1 from block where id = any($1)', [before.map(({ id }) => id)])).toEqual(
      [],
    )
    expect(await world.rows('select 1 from dead_object')).toEqual([])
    const objects = (await Array.fromAsync(parts.objects.list('segments/'))).map(({ name }) => name)
    expect(objects).toEqual(
      (await world.rows('select object_name from segment')).map((row) => row.object_name),
    )
    await expect(createContentReader(parts).block(before[0]!.id as bigint)).rejects.toMatchObject({
      code: 'object-not-found',
    })

    await integrate(parts)
    expect(await world.rows('select leaf > 0 as entered from log_disposal')).toEqual([{ entered: true }])
    expect(await states(run)).toEqual([{ state: 'disposed', count: 1 }])
  })

  it('of a message in several mailboxes takes the one item, and the message with the last', async () => {
    await world.chat(ada, 'Ben Broker', ['one', 'two'])
    const benId = await world.mailboxId('ben@firm.example')
    await world.firm.asOwner(
      `insert into item select message_id, ${benId}, participant_id, explanation_id, folder from item;
       update message set item_count = 2, words = words || '=m${benId}'::tsvector`,
    )
    const first = await runOver('i.mailbox_id = $1', [benId])
    expect(await dispose(parts, first)).toMatchObject({ disposed: 2 })
    expect(await world.rows('select item_count from message')).toEqual([{ item_count: 1 }, { item_count: 1 }])
    expect(await world.firm.search('one')).toHaveLength(1)
    expect(await dispose(parts, await runOver('true'))).toMatchObject({ disposed: 2 })
    expect(
      await world.rows(
        'select (select count(*)::int from message) as messages, (select count(*)::int from block) as blocks',
      ),
    ).toEqual([{ messages: 0, blocks: 0 }])
  })

  it('never takes what is held, and goes on with the rest', async () => {
    await world.chat(ada, 'Carl', ['alpha', 'beta'])
    await world.chat(ben, 'Dora', ['gamma', 'delta'])
    await placeHold(world.parts, plainHold, [await world.mailboxId('ada@firm.example')], anna)
    const run = await runOver('true')
    expect(await dispose(parts, run)).toMatchObject({ disposed: 2, kept: 2 })
    expect(await states(run)).toEqual([
      { state: 'disposed', count: 2 },
      { state: 'kept-by-hold', count: 2 },
    ])
    expect(await world.firm.search('alpha')).toHaveLength(1)
    expect(await world.firm.search('gamma')).toEqual([])
    // Again is no error and takes nothing.
    expect(await dispose(parts, run)).toEqual(await dispositionRun(world.firm.pool, run))
  })

  it('is won by a hold that comes at the same moment, or wins whole: nothing held is gone', async () => {
    await world.chat(
      ada,
      'Carl',
      Array.from({ length: 40 }, (_, place) => `word${place}`),
    )
    const mailbox = await world.mailboxId('ada@firm.example')
    const run = await runOver('true')
    const [done] = await Promise.all([
      dispose(parts, run),
      placeHold(world.parts, plainHold, [mailbox], anna),
    ])
    expect([0, 40]).toContain(done.disposed)
    expect(done.disposed + done.kept).toBe(40)
    expect((await world.firm.search()).length).toBe(40 - done.disposed)
  })

  it('waits for a hold that is about to commit', async () => {
    await world.chat(ada, 'Carl', ['alpha', 'beta'])
    const mailbox = await world.mailboxId('ada@firm.example')
    const run = await runOver('true')
    const client = await world.firm.pool.connect()
    await client.query('begin')
    await client.query(
      `select place_hold('H', 'litigation', null, null, null, null, null, null, false, '{}', 'anna', array[$1::int])`,
      [mailbox],
    )
    const disposing = dispose(parts, run)
    await expect
      .poll(() =>
        world.rows(
          `select 1 from pg_stat_activity where wait_event_type = 'Lock' and query ~ 'keep_from|dispose_items'`,
        ),
      )
      .not.toEqual([])
    await client.query('commit')
    client.release()
    expect(await disposing).toMatchObject({ disposed: 0, kept: 2 })
  })

  it('leaves a block alone while an import exception needs it, and clears it with the next run', async () => {
    await world.chat(ada, 'Carl', ['alpha', 'beta'])
    await world.firm.asOwner(
      `insert into import_exception (connector_id, run_id, sequence, reason, explanation, channel, captured_at, block_id, place, found_at)
       select connector_id, run.id, 999, 'undecodable', 'x', 1, now(), m.block_id, 1, now()
         from (select id, connector_id from import_run limit 1) as run, (select block_id from message limit 1) as m`,
    )
    expect(await dispose(parts, await runOver(`m.words @@ 'alpha'::tsquery`))).toMatchObject({ disposed: 1 })
    expect(await world.rows('select 1 from leftover_block')).toHaveLength(1)
    const [before] = await world.rows('select id from block')
    await world.firm.asOwner(`update import_exception set resolved_at = now()`)
    await dispose(parts, await runOver('false'))
    expect(await world.rows('select 1 from leftover_block')).toEqual([])
    expect(await world.rows('select 1 from block where id = $1', [before!.id])).toEqual([])
    expect(await world.firm.search('beta')).toHaveLength(1)
  })

  it('clears copies that nothing refers to when it is compacted: a page that was read again has some', async () => {
    await world.chat(ada, 'Carl', ['alpha', 'beta'])
    await world.firm.asOwner('update block set records = records + 1')
    expect(await findUnusedRecords(parts, 0n)).toBe(1)
    const [before] = await world.rows('select id from block')
    expect(await clearLeftovers(parts, 0n)).toBe(0)
    expect(await world.rows('select records from block where id <> $1', [before!.id])).toEqual([
      { records: 2 },
    ])
    expect(await findUnusedRecords(parts, 0n)).toBe(0)
  })

  it('lets a message that is captured again come back as a new one, and the application delete by no other way', async () => {
    await world.chat(ada, 'Carl', ['alpha'])
    await dispose(parts, await runOver('true'))
    expect((await world.firm.runWindow('whatsapp', {})).imported).toBe(1)
    for (const table of [
      'item',
      'message',
      'observation',
      'long_text',
      'message_attachment',
      'disposition_item',
      'disposition_run',
    ])
      await expect(world.firm.pool.query(`delete from ${table}`)).rejects.toMatchObject({ code: '42501' })
    await expect(
      world.firm.pool.query(`update disposition_item set state = 'waiting'`),
    ).rejects.toMatchObject({
      code: '42501',
    })
  })
})
