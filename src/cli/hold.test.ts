/** What `holdfast hold` and `holdfast item delete` say and do, on a firm's database. */
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Platform } from '../app.ts'
import { ada, type HoldsWorld, openHoldsWorld } from '../compliance/holds/holds-world.fixture.ts'
import { loadConfig } from '../platform/config.ts'
import { openDataFolder } from '../platform/data-folder.ts'
import type { Context } from './context.ts'
import {
  decide,
  delayEnd,
  delays,
  deleteOne,
  list,
  place,
  purge,
  release,
  requests,
  show,
  stats,
} from './hold-acts.ts'
import { createOutput } from './output.ts'

let world: HoldsWorld
let platform: Platform
let data: string

beforeAll(async () => {
  world = await openHoldsWorld()
  data = await mkdtemp(join(tmpdir(), 'holdfast-hold-'))
  const { queries, objects, clock, random } = world.firm.centre
  platform = {
    ...{ config: loadConfig({ HOLDFAST_DATA: data }), folder: openDataFolder(data), queries, objects },
    ...{ clock, random, database: { pool: world.firm.pool } },
  } as unknown as Platform
  await world.chat(ada, 'one', ['lunch on Friday?', 'the merger is on'])
}, 60_000)
afterAll(async () => {
  rmSync(data, { recursive: true, force: true })
  await world?.close()
})

/** What a command writes, to a person or as JSON. */
async function written(work: (context: Context) => Promise<void>, json = false): Promise<string> {
  let text = ''
  const out = new Writable({
    write(chunk, _encoding, done) {
      text += chunk
      done()
    },
  })
  const notes = new Writable({ write: (_chunk, _encoding, done) => done() })
  const stopping = new AbortController().signal
  await work({ output: createOutput({ json, out, notes }), stopping } as Context)
  return text
}

const mailbox = ['ada@firm.example']

describe('holdfast hold', () => {
  it('places, goes through the query at once, and tells how much it holds', async () => {
    const options = { mailbox, query: 'merger', note: 'Keep all.' }
    const placed = await written((context) => place(context, platform, 'Inquiry', options), true)
    expect(JSON.parse(placed)).toMatchObject({ kind: 'query', evaluating: 0, statistics: { items: 1 } })
    expect(await written((context) => list(context, platform))).toMatch(/Inquiry +query +1 +1 +for ever/)
    expect(await written((context) => show(context, platform, 'inquiry'))).toMatch(/ada@firm\.example, since/)
    expect(await written((context) => stats(context, platform, 'Inquiry'))).toMatch(/items +1\n/)
    await expect(written((context) => show(context, platform, 'Other'))).rejects.toMatchObject({
      code: 'hold-not-found',
    })
    await expect(
      written((context) => place(context, platform, 'Bad', { mailbox, days: 'many' })),
    ).rejects.toMatchObject({ code: 'bad-settings' })
  })

  it('deletes as a user would, the same whether something is held or not', async () => {
    const [held, free] = [await world.firm.search('merger'), await world.firm.search('lunch')]
    const answers: string[] = []
    for (const [one] of [held, free])
      answers.push(
        (await written((context) => deleteOne(context, platform, one!.id, true))).replace(one!.id, 'ID'),
      )
    expect(answers).toEqual(['ID is deleted.\n', 'ID is deleted.\n'])
  })

  it('releases with a reason; a delay or a purge needs somebody else', async () => {
    const said = await written((context) => release(context, platform, 'Inquiry', { reason: 'settled' }))
    expect(said).toMatch(/stay held for 30 days/)
    const [delay] = (await written((context) => delays(context, platform), true)).trim().split('\n')
    const { id } = JSON.parse(delay!) as { id: number }
    await written((context) => delayEnd(context, platform, String(id), 'wrong mailbox'))
    await written((context) => purge(context, platform, 'merger', { mailbox, reason: 'leak' }))
    const waiting = await written((context) => requests(context, platform))
    expect(waiting).toMatch(/purge.*local-operator +leak/)
    expect(waiting).toMatch(/end-delay +Inquiry +local-operator +wrong mailbox/)
    const { rows } = await world.firm.pool.query<{ id: number }>('select max(id) as id from hold_request')
    const request = String(rows[0]!.id)
    await expect(written((context) => decide(context, platform, request, 'done'))).rejects.toMatchObject({
      code: 'approval-refused',
    })
    await written((context) => decide(context, platform, request, 'withdrawn'))
    expect(
      await world.rows(`select outcome from audit_event where operation = 'decide-approval' order by id`),
    ).toEqual([{ outcome: 'refused' }, { outcome: 'succeeded' }])
  })
})
