/** Supervision policies over HTTP: who may, what is kept, and that nobody learns a word of a message by them. */
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { openPortal, type Portal } from '../../../test/journey/portal.ts'
import { groupText } from '../../../test/journey/wecom.ts'
import {
  openSupervisedFirm,
  policyOf,
  type SupervisedFirm,
} from '../../compliance/supervision/supervision-world.fixture.ts'

let world: SupervisedFirm
let portal: Portal
beforeAll(async () => {
  world = await openSupervisedFirm()
  await world.bring([groupText('a tip for you'), groupText('lunch'), groupText('另一条')])
  portal = await openPortal(world.firm, {
    parts: { decode: world.parts.decode },
    people: {
      cora: ['Communication Compliance Admin'],
      vera: ['Communication Compliance Viewer'],
      ivy: ['Preview'],
    },
  })
}, 60_000)
afterAll(async () => {
  await portal?.close()
  await world?.close()
})

it('keeps versions, tests one over the archive, and switches it on and off', async () => {
  const cora = portal.as('cora')
  const document = policyOf('Tips', [{ id: 'tip', when: { words: ['tip'] } }])
  const { id, version } = await cora.saveSupervisionPolicy({ body: { document } })
  expect(version).toBe(1)
  expect(await cora.saveSupervisionPolicy({ body: { document } })).toEqual({ id, version: 1, saved: false })
  await cora.startSupervisionBackTest({ params: { id }, body: {} })
  let policy = await cora.readSupervisionPolicy({ params: { id } })
  for (let wait = 0; policy.testing && wait < 200; wait++) {
    await setTimeout(50)
    policy = await cora.readSupervisionPolicy({ params: { id } })
  }
  expect(policy).toMatchObject({ state: 'draft', document, testProblem: null })
  expect(policy.backTests).toMatchObject([
    {
      version: 1,
      requestedBy: 'cora',
      messages: 3,
      inScope: 3,
      matched: 1,
      byRule: [{ rule: 'tip', matched: 1 }],
    },
  ])
  expect(JSON.stringify(policy.backTests)).not.toContain('for you')
  await cora.switchSupervisionPolicy({ params: { id }, body: { state: 'active' } })
  await world.bring([groupText('another tip')])
  await cora.switchSupervisionPolicy({ params: { id }, body: { state: 'paused' } })
  expect(await portal.as('vera').listSupervisionPolicies()).toMatchObject([
    { name: 'Tips', state: 'paused', activeVersion: 1, looked: 1, matched: 1 },
  ])
  const audited = await portal.audited('create-supervision-policy')
  expect(audited).toMatchObject([{ actor: 'cora', outcome: 'succeeded' }])
}, 60_000)

it('refuses what cannot be found, and people without the role', async () => {
  const [cora, vera, ivy] = [portal.as('cora'), portal.as('vera'), portal.as('ivy')]
  const document = policyOf('Bad', [{ id: 'a', when: { pattern: '(?=a)' } }])
  await expect(cora.saveSupervisionPolicy({ body: { document } })).rejects.toMatchObject({
    ...{ status: 409, code: 'supervision-pattern-refused' },
  })
  await expect(cora.readSupervisionPolicy({ params: { id: 99 } })).rejects.toMatchObject({ status: 404 })
  await expect(vera.saveSupervisionPolicy({ body: { document } })).rejects.toMatchObject({ status: 403 })
  await expect(ivy.listSupervisionPolicies()).rejects.toMatchObject({ status: 403 })
}, 60_000)

it('hands out templates and takes lists of terms', async () => {
  const cora = portal.as('cora')
  const templates = await cora.listSupervisionTemplates()
  expect(templates.map(({ name }) => name)).toContain('off-channel')
  expect(
    await cora.saveSupervisionDictionary({ body: { name: 'codes', terms: 'tyop\n# no\n老地方\n' } }),
  ).toEqual({
    ...{ version: 1, terms: 2, policies: [] },
  })
  expect(await cora.listSupervisionDictionaries()).toMatchObject([{ name: 'codes', version: 1, terms: 2 }])
}, 60_000)
