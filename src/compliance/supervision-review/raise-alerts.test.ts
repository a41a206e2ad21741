import { afterAll, beforeAll, expect, it } from 'vitest'
import { groupText } from '../../../test/journey/wecom.ts'
import { installFaults, SimulatedCrash } from '../../platform/faults.ts'
import { systemRandom } from '../../platform/random.ts'
import { activatePolicy, savePolicy } from '../supervision/index.ts'
import {
  openSupervisedFirm,
  policyOf,
  type SupervisedFirm,
} from '../supervision/supervision-world.fixture.ts'
import { type ReviewParts, raiseAlerts } from './index.ts'

let world: SupervisedFirm
let parts: ReviewParts

beforeAll(async () => {
  world = await openSupervisedFirm()
  parts = { ...world.firm.centre, random: systemRandom }
  const rules = [
    { id: 'tip', when: { words: ['tip'] } },
    { id: 'card', severity: 'high', when: { words: ['card'] } },
  ] as const
  await savePolicy(world.parts, policyOf('Words', [...rules]), 'ada')
  await activatePolicy(world.parts, 'Words')
}, 120_000)
afterAll(() => world?.close())

const rows = async (statement: string) => (await world.firm.pool.query(statement)).rows

it('raises one alert of a message for all its rules, though the process died before', async () => {
  await world.bring([groupText('a tip about the card'), groupText('lunch?')])
  const faults = installFaults({ point: 'supervision.alerts-raised', pass: 1, how: 'throw' })
  await expect(raiseAlerts(parts)).rejects.toBeInstanceOf(SimulatedCrash)
  faults.remove()
  expect(await rows('select from supervision_alert')).toEqual([])
  const [one, two] = await Promise.all([raiseAlerts(parts), raiseAlerts(parts)])
  expect([...one, ...two]).toMatchObject([{ alerts: 1, severity: 3 }])
  expect(await rows('select rules, severity, state from supervision_alert')).toEqual([
    { rules: ['card', 'tip'], severity: 3, state: 'pending' },
  ])
  expect(await rows('select from supervision_unraised')).toEqual([])
})

it('raises nothing a second time where a message is looked at again', async () => {
  await world.firm.asOwner(
    `insert into supervision_pending (message_ids, noted_at) select array_agg(id), now() from message`,
  )
  await world.matcher.matchPending()
  expect(await rows('select from supervision_unraised')).toEqual([])
  await world.firm.asOwner(
    'insert into supervision_unraised select policy_id, message_id from supervision_alert',
  )
  expect(await raiseAlerts(parts)).toEqual([])
  expect(await rows('select from supervision_alert')).toHaveLength(1)
})

it('puts a near duplicate into the group of an earlier round', async () => {
  await world.bring([
    groupText('a tip about the card, 17'),
    groupText('another tip altogether, it is nothing'),
  ])
  await raiseAlerts(parts)
  expect(await rows('select (group_id = id) as first from supervision_alert order by id')).toEqual([
    { first: true },
    { first: false },
    { first: true },
  ])
})
