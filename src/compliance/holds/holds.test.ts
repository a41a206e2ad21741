/** What a hold keeps, from when until when, and who knows of it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseItemId } from '../../archive/index.ts'
import {
  ada,
  anna,
  ben,
  bruno,
  type HoldsWorld,
  openHoldsWorld,
  plainHold,
  stateOf,
} from './holds-world.fixture.ts'
import {
  addHoldMailboxes,
  decideHoldRequest,
  deleteItem,
  endDelay,
  evaluateHolds,
  explainHolds,
  listDelays,
  listHoldRequests,
  listHolds,
  placeHold,
  purgeBySearch,
  readHold,
  releaseHold,
  updateHoldStatistics,
} from './index.ts'

let world: HoldsWorld
let [adaBox, benBox, catchBox] = [0, 0, 0]

beforeAll(async () => {
  world = await openHoldsWorld()
  await world.chat(ada, 'one', ['lunch on Friday?', 'the merger is on', 'nothing of note'])
  await world.chat(ben, 'two', ['merger talk again', 'weather'])
  adaBox = await world.mailboxId('ada@firm.example')
  benBox = await world.mailboxId('ben@firm.example')
  catchBox = await world.mailboxId('catch@firm.example')
}, 60_000)
afterAll(() => world?.close())

/** Releases and lets the delay pass by the owner's hand. */
async function letGo(hold: number | string) {
  await releaseHold(world.parts, { hold, mailboxIds: null, reason: 'over' }, anna, { secondPerson: false })
  await world.firm.asOwner(`update delay_hold set began_at = began_at - interval '31 days'`)
}

async function itemNamed(query: string): Promise<string> {
  return (await world.firm.search(query))[0]!.id
}

describe('a litigation hold', () => {
  it('keeps its whole mailbox, what comes later too, until 30 days after its release', async () => {
    expect(await world.held()).toEqual([])
    await placeHold(world.parts, plainHold, [adaBox], anna)
    expect(await world.held()).toEqual(['ada', 'ada', 'ada'])
    await world.chat(ada, 'three', ['one more'])
    expect(await world.held()).toHaveLength(4)
    expect(await stateOf(world.firm, [`delete from item where mailbox_id = ${adaBox}`], 'owner')).toBe(
      'HF001',
    )
    expect(await stateOf(world.firm, [`delete from item where mailbox_id = ${benBox}`], 'owner')).toBe(null)
    await releaseHold(world.parts, { hold: 'matter', mailboxIds: null, reason: 'settled' }, anna, {
      secondPerson: false,
    })
    expect(await listDelays(world.parts, anna)).toMatchObject([{ mailbox: { address: 'ada@firm.example' } }])
    expect(await world.held()).toHaveLength(4)
    expect(await stateOf(world.firm, [`delete from item where mailbox_id = ${adaBox}`], 'owner')).toBe(
      'HF001',
    )
    await world.firm.asOwner(`update delay_hold set began_at = began_at - interval '31 days'`)
    expect(await world.held()).toEqual([])
    expect(await stateOf(world.firm, [`delete from item where mailbox_id = ${adaBox}`], 'owner')).toBe(null)
    expect(
      await world.rows(`select kind, facts from log_pending where kind in ('hold', 'release') order by id`),
    ).toMatchObject([
      { kind: 'hold', facts: { mailboxes: [adaBox] } },
      { kind: 'release', facts: { mailboxes: 1 } },
    ])
  })

  it('of days counts for each item from the latest of sent, captured and imported, and holds its family as long', async () => {
    const hold = await placeHold(world.parts, { ...plainHold, name: 'Days', days: 30 }, [adaBox], anna)
    const [old, edit] = [await itemNamed('lunch'), await itemNamed('merger mailbox:ada@firm.example')].map(
      (id) => parseItemId(id).messageId,
    )
    await world.firm.asOwner(`update message set captured_at = now(), received_at = now()`)
    expect(await world.held()).toHaveLength(4)
    await world.firm.asOwner(
      `update message set captured_at = '2026-03-19', received_at = '2026-03-19' where id in (${old}, ${edit})`,
    )
    expect(await world.held()).toHaveLength(2)
    // An edit of it that came today keeps both.
    await world.firm.asOwner(
      `update message set captured_at = now(), event = 2,
         refers_to_key = (select message_key from message where id = ${old}) where id = ${edit}`,
    )
    expect(await world.held()).toHaveLength(4)
    await world.firm.asOwner(`update message set captured_at = '2026-03-19', received_at = '2026-03-19'`)
    expect(await world.held()).toEqual([])
    expect(await updateHoldStatistics(world.parts, anna, hold)).toMatchObject({ statistics: { items: 0 } })
    await world.firm.asOwner(`update message set event = 1, refers_to_key = null`)
    await letGo(hold)
  })
})

describe('a query hold', () => {
  it('holds the whole mailbox until its query was gone through, then what matches with its family', async () => {
    const hold = await placeHold(
      world.parts,
      { ...plainHold, name: 'Merger', query: 'merger' },
      [adaBox, benBox],
      anna,
    )
    expect(await world.held()).toHaveLength(6)
    const [merger, lunch] = [await itemNamed('merger mailbox:ada@firm.example'), await itemNamed('lunch')]
    await world.firm.asOwner(
      `update message set refers_to_key = (select message_key from message where id = ${parseItemId(lunch).messageId})
        where id = ${parseItemId(merger).messageId}`,
    )
    await evaluateHolds(world.firm.pool)
    expect(await world.held()).toEqual(['ada', 'ada', 'ben'])
    expect(await explainHolds(world.parts, parseItemId(lunch), null)).toEqual([
      { hold: { id: hold, name: 'Merger' }, because: 'query', until: null },
    ])
    expect(await updateHoldStatistics(world.parts, anna, hold)).toMatchObject({
      mailboxes: 2,
      evaluating: 0,
      statistics: { items: 3, bytes: expect.any(Number) },
    })
  })

  it('takes in what is imported later and matches, and what cannot be looked into', async () => {
    await world.chat(ada, 'four', ['merger signed', 'sunshine'])
    expect(await world.held()).toEqual(['ada', 'ada', 'ada', 'ben'])
    const sunshine = parseItemId(await itemNamed('sunshine')).messageId
    await world.firm.asOwner(
      `update message set has_attachments = true, words = words || '''=a'':1'::tsvector where id = ${sunshine}`,
    )
    await placeHold(world.parts, { ...plainHold, name: 'Other', query: 'zebra' }, [adaBox], anna)
    await evaluateHolds(world.firm.pool)
    expect(await world.held()).toEqual(['ada', 'ada', 'ada', 'ada', 'ben'])
    await letGo('Merger')
    expect(await world.held()).toEqual(['ada'])
    await letGo('Other')
  })

  it('of a mailbox that was added again while its query was gone through holds it whole', async () => {
    const hold = await placeHold(
      world.parts,
      { ...plainHold, name: 'Again', query: 'zebra' },
      [adaBox, benBox],
      anna,
    )
    await evaluateHolds(world.firm.pool, { holdId: hold })
    expect(await world.held()).toEqual(['ada'])
    const { rows } = await world.firm.pool.query<{ added_at: string }>(
      'select added_at::text from hold_mailbox where hold_id = $1 and mailbox_id = $2',
      [hold, benBox],
    )
    await releaseHold(world.parts, { hold, mailboxIds: [benBox], reason: 'x' }, anna, { secondPerson: false })
    await world.firm.asOwner(`update delay_hold set began_at = began_at - interval '31 days'`)
    await addHoldMailboxes(world.parts, hold, [benBox], anna)
    await world.firm.pool.query('select finish_hold_mailbox($1, $2, $3)', [hold, benBox, rows[0]!.added_at])
    expect(await world.held()).toEqual(['ada', 'ben', 'ben'])
    await letGo(hold)
  })

  it('refuses what it cannot mean', async () => {
    const place = (change: object, boxes = [adaBox]) =>
      placeHold(world.parts, { ...plainHold, name: 'Bad', ...change }, boxes, anna)
    await expect(place({ query: 'mailbox:ada@firm.example' })).rejects.toMatchObject({ code: 'hold-refused' })
    await expect(place({ query: '(' })).rejects.toMatchObject({ code: 'bad-query' })
    await expect(place({ days: 0 })).rejects.toMatchObject({ code: 'hold-refused' })
    await expect(place({}, [])).rejects.toMatchObject({ code: 'hold-refused' })
    await expect(place({}, [9999])).rejects.toMatchObject({ code: 'mailbox-not-found' })
    await expect(place({ name: 'matter' })).rejects.toMatchObject({ code: 'hold-exists' })
  })
})

describe('an import', () => {
  it('goes on under a hold, also over what was imported before; a page that waits goes by its import only', async () => {
    const hold = await placeHold(world.parts, { ...plainHold, name: 'Import' }, [adaBox], anna)
    const window = { from: Date.parse('2026-03-01'), to: Date.parse('2026-03-31') }
    expect(await world.firm.runWindow('whatsapp', window)).toMatchObject({
      state: 'succeeded',
      imported: 0,
      transferred: 8,
    })
    expect(
      await world.rows(
        'select count(*)::int as blocks from block where id not in (select block_id from message)',
      ),
    ).toEqual([{ blocks: 0 }])
    await world.firm.asOwner(
      `insert into segment (connector_id, object_name, bytes, created_at) select id, 'waits', 1, now() from connector;
       insert into staged_page (connector_id, run_id, segment_id, first_sequence, last_sequence, first_block_id, messages,
                                catalogue_object, catalogue_wrapped_key, moves_cursor)
         select c.id, (select max(id) from import_run), (select max(id) from segment), 9000, 9001, 1, 2, 'w', '\\x00', true
           from connector c`,
    )
    const away = ['delete from staged_page', `delete from segment where object_name = 'waits'`]
    expect(await stateOf(world.firm, away, 'application')).toBe('HF001')
    await letGo(hold)
    expect(await stateOf(world.firm, away, 'application')).toBe(null)
    await world.firm.asOwner(away.join(';'))
  })
})

describe('a person who is held', () => {
  it('is held in the catch-all mailbox, by every identity he has or had', async () => {
    await world.firm.asOwner(
      `insert into item (message_id, mailbox_id, participant_id, explanation_id, folder)
       select message_id, ${catchBox}, null, explanation_id, folder from item where mailbox_id = ${benBox};
       update message set item_count = 2 where id in (select message_id from item where mailbox_id = ${benBox})`,
    )
    await placeHold(world.parts, { ...plainHold, name: 'Ben' }, [benBox], anna)
    expect(await world.held()).toEqual(['ben', 'ben', 'catch', 'catch'])
    await world.firm.asOwner(`update registered_user set mobile = '+447700900077'`)
    expect(await world.held()).toEqual(['ben', 'ben', 'catch', 'catch'])
    expect(await stateOf(world.firm, [`delete from item where mailbox_id = ${catchBox}`], 'owner')).toBe(
      'HF001',
    )
    expect(await world.rows('select held_feed_accounts() as id')).toHaveLength(1)
    await letGo('Ben')
    await world.firm.asOwner(
      `delete from item where mailbox_id = ${catchBox}; update message set item_count = 1`,
    )
  })
})

describe('a confidential hold', () => {
  it('is there only for who placed it and who was given it', async () => {
    const secret = { ...plainHold, name: 'Secret', confidential: true, readers: ['bruno'] }
    const hold = await placeHold(world.parts, secret, [adaBox], anna)
    const carl = { username: 'carl' }
    expect((await listHolds(world.parts, anna)).map(({ name }) => name)).toContain('Secret')
    expect((await listHolds(world.parts, bruno)).map(({ name }) => name)).toContain('Secret')
    expect((await listHolds(world.parts, carl)).map(({ name }) => name)).not.toContain('Secret')
    await expect(readHold(world.parts, carl, hold)).rejects.toMatchObject({ code: 'hold-not-found' })
    await expect(addHoldMailboxes(world.parts, hold, [benBox], carl)).rejects.toMatchObject({
      code: 'hold-not-found',
    })
    // Its name is not taken for anybody else.
    await letGo(
      await placeHold(world.parts, { ...plainHold, name: 'Secret' }, [benBox], carl).then((id) => id),
    )
    const item = parseItemId(await itemNamed('lunch'))
    expect(await explainHolds(world.parts, item, carl)).toEqual([])
    expect(await explainHolds(world.parts, item, bruno)).toMatchObject([{ because: 'mailbox' }])
  })

  it('does not show in what a deletion answers', async () => {
    const [kept, free] = [await itemNamed('lunch'), await itemNamed('weather')]
    const answers = []
    for (const id of [kept, free])
      answers.push(await deleteItem(world.parts, id, { purge: true }, { username: 'carl' }))
    expect(answers.map(({ area }) => area)).toEqual(['recoverable-items', 'recoverable-items'])
    const folders = await world.rows(
      'select recoverable_folder as folder from item where area = 2 order by recoverable_folder',
    )
    expect(folders).toEqual([{ folder: 2 }, { folder: 4 }])
    expect((await world.firm.search('lunch'))[0]).toMatchObject({ id: kept, area: 'recoverable-items' })
    await letGo((await listHolds(world.parts, anna)).find(({ confidential }) => confidential)!.id)
  })
})

describe('two people', () => {
  it('end a delay early; nobody does it alone', async () => {
    await placeHold(world.parts, { ...plainHold, name: 'Two' }, [adaBox], anna)
    const asked = await releaseHold(world.parts, { hold: 'Two', mailboxIds: null, reason: 'x' }, anna, {
      secondPerson: true,
    })
    expect(asked).toMatchObject({ state: 'waiting' })
    const release = (await listHoldRequests(world.parts, bruno))[0]!
    await expect(decideHoldRequest(world.parts, release.id, 'done', anna)).rejects.toMatchObject({
      code: 'approval-refused',
    })
    await decideHoldRequest(world.parts, release.id, 'done', bruno)
    const [delay] = await listDelays(world.parts, anna)
    await endDelay(world.parts, delay!.id, 'wrong mailbox', anna)
    await decideHoldRequest(world.parts, (await listHoldRequests(world.parts, bruno))[0]!.id, 'done', bruno)
    expect(await world.held()).toEqual([])
    expect(await world.rows(`select actor from audit_event where operation = 'end-delay-hold'`)).toEqual([
      { actor: 'anna' },
    ])
    for (const call of [
      `select end_delay_hold(${delay!.id}, 'anna', 'anna', 'x')`,
      `select end_delay_hold(${delay!.id}, 'anna', 'nobody', 'x')`,
    ])
      expect(await stateOf(world.firm, [call], 'application')).toBe('HF003')
  })

  it('purge what a search finds', async () => {
    const input = { query: 'merger', mailboxIds: [adaBox] }
    await expect(purgeBySearch(world.parts, { ...input, mailboxIds: [] }, 'x', anna)).rejects.toMatchObject({
      code: 'hold-refused',
    })
    expect(await purgeBySearch(world.parts, input, 'leak', anna)).toMatchObject({ state: 'waiting' })
    await decideHoldRequest(world.parts, (await listHoldRequests(world.parts, bruno))[0]!.id, 'done', bruno)
    expect(
      await world.rows(
        `select details ->> 'items' as items from audit_event where operation = 'purge-items'`,
      ),
    ).toEqual([{ items: '2' }])
  })
})

describe('placing a hold while something is disposed of', () => {
  it.each(['hold first', 'disposition first'] as const)('%s: never both', async (order) => {
    const name = `Race, ${order}`
    const { createPool } = await import('../../platform/postgres/index.ts')
    const owner = createPool({ url: world.firm.ownerUrl, connectionsMax: 1 })
    const [disposer, holder] = [await owner.connect(), await world.firm.pool.connect()]
    const place = () =>
      holder.query(
        `select place_hold($1, 'litigation', null, null, null, null, null, null, false, '{}', 'anna', $2)`,
        [name, [benBox]],
      )
    const dispose = () => disposer.query('delete from item where mailbox_id = $1', [benBox])
    await disposer.query('begin isolation level repeatable read')
    await disposer.query('select 1 from mailbox')
    await holder.query('begin')
    if (order === 'hold first') {
      await place()
      const disposed = dispose().then(
        () => 'gone',
        (error: { code: string }) => error.code,
      )
      await holder.query('commit')
      expect(await disposed).toBe('40001')
    } else {
      await dispose()
      const placed = place()
      await disposer.query('commit')
      await placed
      await holder.query('commit')
      // What went before the hold stood is gone, and the hold counts nothing of it.
      expect(await world.held()).not.toContain('ben')
    }
    await disposer.query('rollback')
    // Whatever failed, no connection stays behind.
    disposer.release()
    holder.release()
    await owner.end()
    await letGo(name)
  })
})
