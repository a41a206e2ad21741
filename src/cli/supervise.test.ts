/** What `holdfast supervise` says and does, on a firm's database. */
import { Writable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Platform } from '../app.ts'
import {
  openSupervisedFirm,
  policyOf,
  type SupervisedFirm,
} from '../compliance/supervision/supervision-world.fixture.ts'
import type { Context } from './context.ts'
import { createOutput } from './output.ts'
import {
  activate,
  createFromTemplate,
  dictionaries,
  exportPolicy,
  importDictionary,
  importPolicy,
  listAll,
  pause,
  run,
  show,
} from './supervise-acts.ts'

let world: SupervisedFirm
let platform: Platform
beforeAll(async () => {
  world = await openSupervisedFirm()
  const { pool, queries, clock, random } = world.firm.centre
  platform = { queries, clock, random, database: { pool } } as unknown as Platform
}, 60_000)
afterAll(() => world?.close())

async function written(work: (context: Context) => Promise<void>, json = false): Promise<string> {
  let text = ''
  const out = new Writable({
    write(chunk, _encoding, done) {
      text += chunk
      done()
    },
  })
  await work({ output: createOutput({ json, out, notes: out }) } as Context)
  return text
}

describe('holdfast supervise', () => {
  it('saves a policy and its dictionary from files, shows them, and gives the document back', async () => {
    const policy = policyOf('Desk', [{ id: 'codes', when: { dictionary: 'codes' } }])
    const file = await world.firm.file('desk.json', JSON.stringify(policy))
    await expect(written((context) => importPolicy(context, platform, file, {}))).rejects.toMatchObject({
      ...{ code: 'supervision-policy-refused', message: expect.stringContaining('dictionary "codes"') },
    })
    const terms = await world.firm.file('codes.csv', 'term\n老地方\n"wire, me"\n')
    expect(await written((context) => importDictionary(context, platform, 'codes', terms))).toBe(
      '"codes" has 2 terms, version 1.\n',
    )
    expect(await written((context) => importPolicy(context, platform, file, { activate: true }))).toBe(
      '"Desk" is saved as version 1. It looks from now on.\n',
    )
    const exported = await written((context) => exportPolicy(context, platform, 'Desk'), true)
    expect(JSON.parse(exported)).toEqual(policy)
    expect(await written((context) => show(context, platform, 'Desk'))).toContain('version 1 (looks)')
    expect(JSON.parse(await written((context) => dictionaries(context, platform), true))).toMatchObject({
      ...{ name: 'codes', version: 1, terms: 2, madeBy: 'local-operator' },
    })
  })

  it('makes a policy of a template, and says what to do with one that does not look', async () => {
    expect(
      await written((context) => createFromTemplate(context, platform, 'Radar', 'off-channel')),
    ).toContain('supervise run "Radar" --back-test')
    await expect(written((context) => run(context, platform, 'Radar', {}))).rejects.toMatchObject({
      ...{ code: 'supervision-policy-refused', message: expect.stringContaining('activate it') },
    })
    await expect(written((context) => pause(context, platform, 'Radar'))).rejects.toThrow('has never been on')
    await written((context) => activate(context, platform, 'Radar'))
    await written((context) => pause(context, platform, 'Radar'))
    const lines = (await written((context) => listAll(context, platform), true)).trim().split('\n')
    expect(lines.map((line) => JSON.parse(line)).map(({ name, state }) => [name, state])).toEqual([
      ['Desk', 'active'],
      ['Radar', 'paused'],
    ])
  })

  it.each([
    ['bad.json', '{', 'bad.json is no JSON'],
    ['empty.json', '{}', 'rules: '],
    [
      'nobody.json',
      JSON.stringify({ ...policyOf('Nobody', [{ id: 'a', when: { words: ['a'] } }]), supervised: {} }),
      'names nobody',
    ],
  ])('names what is wrong with %s', async (name, content, message) => {
    const file = await world.firm.file(name, content)
    await expect(written((context) => importPolicy(context, platform, file, {}))).rejects.toMatchObject({
      ...{ code: 'supervision-policy-refused', message: expect.stringContaining(message) },
    })
  })
})
