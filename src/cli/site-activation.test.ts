/** What the commands of activation say and do, on a firm's database. */
import { rmSync } from 'node:fs'
import { mkdtemp } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Firm, openFirm } from '../../test/journey/firm.ts'
import type { Platform } from '../app.ts'
import { loadConfig } from '../platform/config.ts'
import { openDataFolder } from '../platform/data-folder.ts'
import { activationPage } from '../site/activation/index.ts'
import type { Context } from './context.ts'
import { createOutput } from './output.ts'
import {
  type At,
  decide,
  exclusions,
  invite,
  leave,
  propose,
  publish,
  required,
  showNotice,
  status,
  withdraw,
} from './site-activation-acts.ts'

const ada = '+447700900001'

let firm: Firm
let place: At
let data: string

beforeAll(async () => {
  firm = await openFirm()
  await firm.addUsers(`name,mobile,email\nAda Trader,${ada},ada@firm.example\n`)
  data = await mkdtemp(join(tmpdir(), 'holdfast-activation-'))
  const { queries, clock, random } = firm.centre
  const config = loadConfig({ HOLDFAST_DATA: data, HOLDFAST_PUBLIC_URL: 'https://archive.firm.example' })
  const platform = { config, folder: openDataFolder(data), queries, clock, random } as unknown as Platform
  place = { platform, site: firm.site, account: firm.account }
}, 60_000)
afterAll(async () => {
  rmSync(data, { recursive: true, force: true })
  await firm?.close()
})

/** What a command writes, as JSON; a list is its lines. */
async function written(work: (context: Context) => Promise<void>, json = true): Promise<string> {
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

const inviteAda = (context: Context) =>
  invite(context, place, { account: 'Firm', mobile: '+44 7700 900001', language: 'it' })

describe('holdfast site user', () => {
  it('invite prints a link that opens the user’s page, and status says that it waits', async () => {
    const { link } = JSON.parse(await written(inviteAda)) as { link: string }
    expect(link).toMatch(/^https:\/\/archive\.firm\.example\/activate#[\w-]{32}$/)
    const page = await activationPage(firm.site, link.split('#')[1]!, { qrText: async () => null })
    expect(page).toMatchObject({ name: 'Ada Trader', language: 'it' })
    expect(JSON.parse(await written((context) => status(context, place)))).toMatchObject({
      ...{ mobile: ada, invitation: { state: 'open' }, capture: null },
    })
    expect(await written((context) => status(context, place), false)).toContain('no answer')
  })

  it('invite wants to know whom, and says where a number is nobody’s', async () => {
    const account = 'Firm'
    await expect(written((context) => invite(context, place, { account }))).rejects.toMatchObject({
      code: 'bad-settings',
    })
    const nobody = { account, mobile: '+447700900009' }
    await expect(written((context) => invite(context, place, nobody))).rejects.toMatchObject({
      code: 'registered-user-not-found',
    })
  })

  it('leave ends his registration', async () => {
    await firm.addUsers('name,mobile,email\nBen Broker,+447700900002,ben@firm.example\n')
    await written((context) => leave(context, place, { account: 'Firm', mobile: '+447700900002' }))
    expect(await written((context) => status(context, place), false)).toMatch(/Ben Broker.*2026-03-20/)
  })
})

describe('holdfast site consent, notice and exclusion', () => {
  it('withdraw a consent and say whether one is needed', async () => {
    await written((context) => withdraw(context, place, { account: 'Firm', mobile: ada }))
    expect(await written((context) => status(context, place), false)).toContain('withdrawn')
    const asked = async (value?: 'yes' | 'no') =>
      JSON.parse(await written((context) => required(context, place, value))).consentRequired
    expect([await asked(), await asked('yes'), await asked(), await asked('no')]).toEqual([
      false,
      true,
      true,
      false,
    ])
  })

  it('publish what was shown and changed', async () => {
    const shown = JSON.parse(await written((context) => showNotice(context, place)))
    shown.texts.en.keeping = 'Ten years.'
    const file = await firm.file('notice.json', JSON.stringify(shown))
    expect(JSON.parse(await written((context) => publish(context, place, file)))).toEqual({ version: 2 })
    await expect(written((context) => publish(context, place, file))).rejects.toMatchObject({
      code: 'changed-meanwhile',
    })
  })

  it('propose an exclusion, which the same operator cannot approve', async () => {
    const options = { account: 'Firm', conversation: 'family@g.us', reason: 'A private chat.' }
    const { id } = JSON.parse(await written((context) => propose(context, place, options)))
    await expect(written((context) => decide(context, place, String(id), 'approve'))).rejects.toMatchObject({
      code: 'exclusion-refused',
    })
    await written((context) => decide(context, place, String(id), 'end'))
    expect(JSON.parse(await written((context) => exclusions(context, place)))).toMatchObject({
      ...{ id, state: 'ended', proposedBy: 'local-operator' },
    })
  })
})
