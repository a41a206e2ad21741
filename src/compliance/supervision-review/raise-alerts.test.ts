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
import { decide, type ReviewParts, raiseAlerts, tellReviewers } from './index.ts'

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

it('takes an alert up again that was decided before a rule of a newer version found it', async () => {
  const alerts = () =>
    rows(
      `select rules, severity, state, tag, resolved_at is null as open from supervision_alert order by id limit 2`,
    )
  const [first] = await rows('select id from supervision_alert order by id')
  await decide(parts, {
    ...{ reviewer: null, by: 'rita', alerts: [first!.id] },
    decision: { act: 'resolve', tag: 'compliant' },
  })
  expect(await alerts()).toMatchObject([{ state: 'resolved' }, { state: 'resolved' }])
  const [{ policy_id: policyId }] = await rows('select policy_id from supervision_alert limit 1')
  await world.firm.asOwner(
    `insert into supervision_notice (policy_id, at, alerts, severity, told)
     select policy_id, max(raised_at), 3, 3, '{}' from supervision_alert group by policy_id;
     insert into app_user (username, name, email, created_by, created_at)
     values ('rita', 'Rita', 'rita@firm.example', 'test', now())`,
  )
  world.firm.setClock(new Date(parts.clock.now() + 60_000).toISOString())
  await savePolicy(
    world.parts,
    policyOf(
      'Words',
      [
        { id: 'tip', when: { words: ['tip'] } },
        { id: 'number', severity: 'low', when: { words: ['17'] } },
      ],
      { reviewers: { users: ['rita'], groups: [] } },
    ),
    'ada',
  )
  const { version } = await activatePolicy(world.parts, 'Words')
  expect(version).toBe(2)
  await world.firm.asOwner(
    `insert into supervision_pending (message_ids, noted_at) select array_agg(id), now() from message`,
  )
  await world.matcher.matchPending()
  const [raised] = await raiseAlerts(parts)
  const letters: string[] = []
  const at = new Date(parts.clock.now())
  await tellReviewers(parts.pool, [raised!], at, async ({ subject }) => void letters.push(subject))
  expect([raised!.policyId, raised!.alerts, letters]).toEqual([policyId, 1, ['1 to review: Words']])
  expect(await alerts()).toEqual([
    { rules: ['card', 'tip'], severity: 3, state: 'resolved', tag: 'compliant', open: false },
    { rules: ['card', 'number', 'tip'], severity: 3, state: 'pending', tag: 'compliant', open: true },
  ])
  expect(await rows('select by, comment from supervision_decision order by id desc limit 1')).toEqual([
    { by: 'holdfast', comment: 'Found by what was no rule when it was decided: number.' },
  ])
  expect(await raiseAlerts(parts)).toEqual([])
})

it('shows what was passed over once a rule finds it whose matches are all reviewed', async () => {
  const rule = { id: 'nothing', when: { words: ['nothing'] } } as const
  const save = async (rules: Parameters<typeof policyOf>[1]) => {
    const review = { percent: 0.001, unflaggedPercent: 0, strata: [] }
    await savePolicy(world.parts, policyOf('Few', rules, { review }), 'ada')
    await activatePolicy(world.parts, 'Few')
    await world.firm.asOwner(
      `insert into supervision_pending (message_ids, noted_at) select array_agg(id), now() from message`,
    )
    await world.matcher.matchPending()
    return raiseAlerts(parts)
  }
  await save([rule])
  const passed = `select rules, state, group_id is null as alone from supervision_alert
                   where policy_id = (select id from supervision_policy where name = 'Few')`
  expect(await rows(passed)).toEqual([{ rules: ['nothing'], state: 'passed', alone: true }])
  expect(
    await save([rule, { id: 'altogether', reviewPercent: 100, when: { words: ['altogether'] } }]),
  ).toMatchObject([{ alerts: 1 }])
  expect(await rows(passed)).toEqual([{ rules: ['altogether', 'nothing'], state: 'pending', alone: false }])
})
