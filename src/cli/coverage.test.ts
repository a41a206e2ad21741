/** What `holdfast coverage` says and does, on a firm's database. */
import { readFileSync, rmSync, writeFileSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Platform } from '../app.ts'
import { ada, type CoverageWorld, openCoverageWorld } from '../coverage/coverage-world.fixture.ts'
import { refreshCoverage } from '../coverage/index.ts'
import { loadConfig } from '../platform/config.ts'
import { openDataFolder } from '../platform/data-folder.ts'
import { createRightOfWay } from '../platform/right-of-way.ts'
import type { Context } from './context.ts'
import { accept, attest, key, verify } from './coverage-acts.ts'
import { gaps, show } from './coverage-show.ts'
import { createOutput } from './output.ts'

let world: CoverageWorld
let platform: Platform
let data: string

beforeAll(async () => {
  world = await openCoverageWorld()
  data = await mkdtemp(join(tmpdir(), 'holdfast-coverage-'))
  const { queries, objects, clock, random } = world.firm.centre
  platform = {
    ...{ config: loadConfig({ HOLDFAST_DATA: data }), folder: openDataFolder(data), queries, objects },
    ...{ clock, random, database: { pool: world.firm.pool }, rightOfWay: createRightOfWay() },
  } as unknown as Platform
  await world.capture('one', 'two')
  await world.tell({ gap: { reason: 'sequence-jump', key: '4', explanation: 'Lost.', custodian: ada } })
  await world.firm.run('whatsapp')
  world.firm.setClock('2026-03-21T07:00:00Z')
  await refreshCoverage(world.firm.centre, await world.account())
  // The commands open a vault of their own, which has not the account's key.
  await world.rows('update feed_account set public_key = null')
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
  await work({ output: createOutput({ json, out, notes }) } as Context)
  return text
}

describe('holdfast coverage', () => {
  it('show tells who is captured and how far each day’s messages have come', async () => {
    const text = await written((context) => show(context, platform, { refresh: false }))
    expect(text).toMatch(/Ada Trader +whatsapp-export +new +2026-03-20 12:00 +2 +0/)
    expect(text).toMatch(/2026-03-20 +3 +2 +2 +2 +2 +0 +gaps/)
    await expect(
      written((context) => show(context, platform, { account: 'Nobody', refresh: false })),
    ).rejects.toThrow(/there are: Firm/)
  })

  it('accept closes the question of a gap, and gaps lists it ever after', async () => {
    await written((context) => accept(context, platform, '1', 'The vendor has it no more.'))
    expect(await written((context) => gaps(context, platform, { state: 'accepted' }))).toMatch(
      /1 +accepted +high +sequence-jump +wecom-archive +Ada Trader +\d+ +The vendor has it no more\./,
    )
    expect(await written((context) => gaps(context, platform, { state: 'open' }))).toBe('None.\n')
    await expect(written((context) => accept(context, platform, '7', 'No.'))).rejects.toMatchObject({
      code: 'not-found',
    })
  })

  it('attest writes what verify finds true with the public key, and false once a count is changed', async () => {
    const file = join(data, 'day.json')
    await written((context) => attest(context, platform, { day: '2026-03-20', out: file }))
    const keyFile = join(data, 'public.txt')
    writeFileSync(keyFile, await written((context) => key(context, platform)))
    expect(await written((context) => verify(context, file, keyFile))).toMatch(
      /as it was signed.*captured +2/s,
    )
    const told = await written((context) => verify(context, file, readFileSync(keyFile, 'utf8')), true)
    expect(JSON.parse(told)).toMatchObject({ verified: true, statement: { day: '2026-03-20' } })
    writeFileSync(file, readFileSync(file, 'utf8').replace('"captured":2', '"captured":3'))
    await expect(written((context) => verify(context, file, keyFile))).rejects.toMatchObject({
      code: 'verification-failed',
    })
  })
})
