/** The integrity log over HTTP: its state for who answers for records, its proofs for whoever checks them. */
import { hash } from 'node:crypto'
import { readFile } from 'node:fs/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openPortal, type Portal } from '../../../test/journey/portal.ts'
import { openNote, readCheckpoint, signDay } from '../../archive/log/index.ts'
import { ada, ben, type HoldsWorld, openHoldsWorld } from '../../compliance/holds/holds-world.fixture.ts'

let world: HoldsWorld
let portal: Portal

beforeAll(async () => {
  world = await openHoldsWorld()
  await world.chat(ada, 'one', ['lunch on Friday?', 'the merger is on'])
  await world.chat(ben, 'two', ['nobody else reads this'])
  portal = await openPortal(world.firm, {
    people: { olga: ['Audit Logs'], ivy: ['Preview'], max: ['Preview'], nick: [] },
    mailboxIds: { max: [await world.mailboxId('ada@firm.example')] },
  })
}, 60_000)
afterAll(async () => {
  await portal?.close()
  await world?.close()
})

describe('the endpoints of the integrity log', () => {
  it('tell how far it reaches and what is wrong, and hand out what it signed', async () => {
    const olga = portal.as('olga')
    const before = await olga.readIntegrityLog()
    expect(before).toMatchObject({ checkpoint: null, day: null, problems: [] })
    expect(before.waiting).toBeGreaterThanOrEqual(3)
    await expect(olga.downloadCheckpoint()).rejects.toMatchObject({ status: 404 })
    await expect(olga.downloadTimestamp()).rejects.toMatchObject({ status: 404 })
    world.firm.setClock('2026-03-20T14:00:00Z')
    expect((await olga.readIntegrityLog()).problems).toEqual(['unsigned'])
    await signDay({ ...world.firm.centre, log: { timestampUrl: 'http://127.0.0.1:9/', witnessFolder: null } })
    const log = await olga.readIntegrityLog()
    expect(log).toMatchObject({
      ...{ waiting: 0, problems: ['no-timestamp'], checkpoint: { size: log.entries } },
      day: {
        day: '2026-03-20',
        size: log.entries,
        timestamped: false,
        problem: expect.stringContaining('authority'),
      },
    })
    const note = await (await olga.downloadCheckpoint()).text()
    const signed = readCheckpoint(openNote(note, log.verifierKey))
    expect(signed.root.toString('base64')).toBe(log.checkpoint?.root)
    for (const name of ['readIntegrityLog', 'downloadCheckpoint'] as const)
      for (const who of ['ivy', 'nick'])
        await expect(portal.as(who)[name]()).rejects.toMatchObject({ status: 403 })
  })

  it('hand out the timestamp of a day with the very note it is of', async () => {
    await world.firm.pool.query(
      `update log_checkpoint set timestamp_token = '\\x3003', timestamp_problem = null`,
    )
    const olga = portal.as('olga')
    expect(Buffer.from(await (await olga.downloadTimestamp()).arrayBuffer()).toString('hex')).toBe('3003')
    const note = await (await olga.downloadDayCheckpoint()).text()
    expect(note).toBe((await olga.readIntegrityLog()).checkpoint?.note)
  })

  it('hand out the verifier as it is', async () => {
    for (const [form, file] of [
      ['page', 'holdfast-verify.html'],
      ['script', 'holdfast-verify.mjs'],
    ] as const) {
      const answer = await portal.as('olga').downloadVerifier({ params: { form } })
      expect(answer.headers.get('content-disposition')).toContain(`attachment; filename="${file}"`)
      const bytes = Buffer.from(await answer.arrayBuffer())
      expect(hash('sha256', bytes)).toBe(hash('sha256', await readFile(`verifier/${file}`)))
    }
  })

  it('prove an item to whoever may read it, and note that', async () => {
    const item = async (words: string) => (await world.firm.search(words))[0]!.id
    const [adas, bens] = [await item('merger'), await item('nobody')]
    const proof = await (await portal.as('ivy').downloadItemProof({ params: { id: adas } })).text()
    expect(proof).toMatch(/^c2sp\.org\/tlog-proof@v1\nextra [\w+/=]+\nindex \d+\n/)
    const { verifierKey } = await portal.as('olga').readIntegrityLog()
    expect(() => openNote(proof.slice(proof.indexOf('\n\n') + 2), verifierKey)).not.toThrow()
    expect(await portal.audited('prove-item')).toMatchObject([{ actor: 'ivy', target: adas }])
    await portal.as('max').downloadItemProof({ params: { id: adas } })
    await expect(portal.as('max').downloadItemProof({ params: { id: bens } })).rejects.toMatchObject({
      status: 404,
    })
    await expect(portal.as('olga').downloadItemProof({ params: { id: adas } })).rejects.toMatchObject({
      status: 403,
    })
  })
})
