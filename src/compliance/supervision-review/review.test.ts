import { createHash } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { groupText } from '../../../test/journey/wecom.ts'
import type { Role } from '../../domain/roles.ts'
import { systemRandom } from '../../platform/random.ts'
import { activatePolicy, savePolicy } from '../supervision/index.ts'
import {
  openSupervisedFirm,
  policyOf,
  type SupervisedFirm,
} from '../supervision/supervision-world.fixture.ts'
import {
  commitSample,
  decide,
  drawFrom,
  drawSample,
  evidencePack,
  importRelations,
  type Reviewer,
  type ReviewParts,
  raiseAlerts,
  readAlert,
  readQueue,
  reviewedPolicies,
  reviewReport,
  tellReviewers,
} from './index.ts'

let world: SupervisedFirm
let parts: ReviewParts
let ids: Record<string, number>
const now = () => parts.clock.now()

beforeAll(async () => {
  world = await openSupervisedFirm()
  parts = { ...world.firm.centre, random: systemRandom }
  const save = async (name: string, rules: Parameters<typeof policyOf>[1], rest = {}) => {
    const { version } = await savePolicy(world.parts, policyOf(name, rules, rest), 'test')
    await activatePolicy(world.parts, name, version)
  }
  const insider = { id: 'insider', severity: 'high', when: { words: ['内幕'] } } as const
  const gifts = { id: 'gifts', severity: 'low', when: { words: ['礼品'] } } as const
  await save('Insider', [insider, gifts], {
    reviewers: { users: ['rita'], groups: ['Communication Compliance Analysts'] },
  })
  await save('Gifts', [gifts], {
    reviewers: { users: [], groups: [] },
    review: { percent: 50, unflaggedPercent: 0, strata: [] },
  })
  const texts = [
    '内幕消息先别外传',
    '送你一份礼品',
    '送你一份礼品',
    '午饭吃什么',
    '下午开会',
    '文件发你了',
    '明天见',
  ]
  await world.bring(texts.map((text) => groupText(text)))
  const { rows } = await world.firm.pool.query('select id, name from supervision_policy')
  ids = Object.fromEntries(rows.map(({ id, name }) => [name, id]))
  await world.firm.asOwner(
    `insert into app_user (username, name, email, created_by, created_at) values
       ('rita', 'Rita', 'rita@firm.example', 'test', now()), ('ann', 'Ann', null, 'test', now()),
       ('wang', 'Wang', 'WANG@firm.example', 'test', now()), ('nick', 'Nick', null, 'test', now());
     insert into role_group (name, built_in, roles, created_at)
     values ('Communication Compliance Analysts', true, '{}', now()) on conflict do nothing;
     insert into role_group_member (role_group_id, user_id, added_by, added_at)
     select role_group.id, app_user.id, 'test', now() from role_group, app_user
      where role_group.name = 'Communication Compliance Analysts' and username in ('ann', 'wang')`,
  )
}, 120_000)
afterAll(() => world?.close())

async function reviewer(username: string, ...roles: Role[]): Promise<Reviewer> {
  const { rows } = await world.firm.pool.query('select id from app_user where username = $1', [username])
  return { userId: rows[0].id, username, roles: new Set(roles) }
}
const rita = () =>
  reviewer('rita', 'Communication Compliance Investigation', 'Communication Compliance Analysis')
const ann = () => reviewer('ann', 'Communication Compliance Analysis')
const queue = (who: Reviewer | null, policy = 'Insider', state: 'pending' | 'resolved' = 'pending') =>
  readQueue(parts.pool, who, { policyId: ids[policy]!, state, limit: 50 }, now())

describe('alerts', () => {
  it('are raised once for each match, the serious first, near duplicates as one', async () => {
    const raised = await raiseAlerts(parts)
    expect(raised.map(({ policy, severity }) => [policy.name, severity])).toContainEqual(['Insider', 3])
    expect(await raiseAlerts(parts)).toEqual([])
    const waiting = await queue(await rita())
    expect(waiting.map(({ severity, rules, group }) => [severity, rules, group])).toEqual([
      ['high', ['insider'], 1],
      ['low', ['gifts'], 2],
    ])
  })

  it('are told to reviewers at once where one is serious, without a word of it', async () => {
    const raised = [
      {
        policyId: ids.Insider!,
        policy: policyOf('Insider', [{ id: 'a', severity: 'high', when: { words: ['a'] } }], {
          reviewers: { users: ['rita'], groups: [] },
        }),
        alerts: 1,
        severity: 3,
      },
    ]
    const away = tellReviewers(parts.pool, raised, new Date(now()), () =>
      Promise.reject(new Error('no mail')),
    )
    await expect(away).rejects.toThrow('1 letters')
    const sent: { to: readonly string[]; text: string }[] = []
    await tellReviewers(parts.pool, raised, new Date(now() + 1000), async (letter) => void sent.push(letter))
    expect(sent.map(({ to }) => to)).toEqual([['rita@firm.example']])
    expect(sent[0]!.text).not.toContain('内幕')
    await tellReviewers(parts.pool, raised, new Date(now() + 2000), async (letter) => void sent.push(letter))
    expect(sent).toHaveLength(1)
  })

  it('a policy’s share of its matches is reviewed, chosen by nobody', async () => {
    const { rows } = await parts.pool.query(
      'select state, message_id from supervision_alert where policy_id = $1 order by message_id',
      [ids.Gifts],
    )
    expect(rows).toHaveLength(2)
    const place = (id: bigint) =>
      createHash('sha256').update(`${ids.Gifts} ${id}`).digest().readUInt32BE(0) / 2 ** 32
    for (const { state, message_id } of rows)
      expect(state).toBe(place(message_id) < 0.5 ? 'pending' : 'passed')
  })
})

describe('who reviews what', () => {
  it('is a reviewer of the policy, by name or by role group, and nobody else', async () => {
    expect((await reviewedPolicies(parts.pool, await rita(), now())).map(({ name }) => name)).toEqual([
      'Insider',
    ])
    expect(
      (await reviewedPolicies(parts.pool, await ann(), now())).map(({ name, pending }) => [name, pending]),
    ).toEqual([['Insider', 3]])
    const nick = await reviewer('nick', 'Communication Compliance Investigation')
    expect(await reviewedPolicies(parts.pool, nick, now())).toEqual([])
    expect(await queue(nick)).toEqual([])
    const [alert] = await queue(await rita())
    await expect(readAlert(parts.pool, nick, BigInt(alert!.id), now())).rejects.toMatchObject({
      code: 'alert-not-found',
    })
    const decision = { act: 'comment', comment: 'mine' } as const
    const options = { reviewer: nick, by: 'nick', alerts: [BigInt(alert!.id)], decision }
    await expect(decide(parts, options)).rejects.toMatchObject({ code: 'alert-not-found' })
    expect((await queue(null, 'Gifts')).length).toBeGreaterThanOrEqual(0)
  })

  it('never his own messages, nor his supervisor’s or his payer’s, by any way', async () => {
    const own = await reviewer('wang', 'Communication Compliance Investigation')
    // Everybody takes part in the group, so nothing is left for one of its members.
    expect(await queue(own)).toEqual([])
    const [alert] = await queue(await rita())
    await expect(readAlert(parts.pool, own, BigInt(alert!.id), now())).rejects.toMatchObject({
      code: 'alert-not-found',
    })
    await world.firm.asOwner(`update app_user set email = 'boss@firm.example' where username = 'ann';
      insert into mailbox (address, name, created_at) values ('boss@firm.example', 'Ann', now())`)
    expect(await queue(await ann())).toHaveLength(2)
    const imported = await importRelations(
      parts,
      'person,other,relation\nboss@firm.example,li@firm.example,Supervisor\n',
    )
    expect(imported).toBe(1)
    expect(await queue(await ann())).toEqual([])
    await expect(
      importRelations(parts, 'person,other,relation\nboss@firm.example,nobody@firm.example,friend\n'),
    ).rejects.toMatchObject({ code: 'bad-csv' })
    expect(await queue(await ann())).toEqual([])
    await importRelations(parts, 'person,other,relation\n')
    expect(await queue(await ann())).toHaveLength(2)
  })

  it('nothing that somebody called personal, until it is released', async () => {
    const [first, second] = await queue(await rita())
    await parts.pool.query(
      `insert into personal_flag (message_id, mailbox_id, reason, flagged_by, flagged_at)
       select alert.message_id, min(item.mailbox_id), 'private', 'wang', now()
         from supervision_alert as alert join item using (message_id) where alert.id = $1 group by 1`,
      [first!.id],
    )
    expect((await queue(await rita())).map(({ id }) => id)).toEqual([second!.id])
    await expect(readAlert(parts.pool, await rita(), BigInt(first!.id), now())).rejects.toMatchObject({
      code: 'alert-not-found',
    })
    await parts.pool.query(
      `update personal_flag set proposed = 'release', proposed_by = 'ann', proposed_reason = 'business',
              proposed_at = now(), released_at = now(), decided_by = 'nick'`,
    )
    expect(await queue(await rita())).toHaveLength(2)
  })
})

describe('decisions', () => {
  const act = async (who: Reviewer, alert: string, decision: Parameters<typeof decide>[1]['decision']) =>
    decide(parts, { reviewer: who, by: who.username, alerts: [BigInt(alert)], decision })

  it('resolve near duplicates together, can be reopened with a reason, and stay on record', async () => {
    const [, gifts] = await queue(await rita())
    await expect(act(await ann(), gifts!.id, { act: 'resolve', tag: 'compliant' })).rejects.toMatchObject({
      ...{ code: 'decision-refused', message: expect.stringContaining('investigator') },
    })
    expect(await act(await ann(), gifts!.id, { act: 'tag', tag: 'questionable' })).toBe(1)
    expect(
      await act(await rita(), gifts!.id, { act: 'resolve', tag: 'compliant', comment: 'a calendar' }),
    ).toBe(2)
    expect(await queue(await rita())).toHaveLength(1)
    await expect(act(await rita(), gifts!.id, { act: 'resolve', tag: 'compliant' })).rejects.toThrow(
      'reopen it first',
    )
    await expect(act(await rita(), gifts!.id, { act: 'reopen', comment: ' ' })).rejects.toThrow('Say why')
    expect(await act(await rita(), gifts!.id, { act: 'reopen', comment: 'worth more than allowed' })).toBe(1)
    await act(await rita(), gifts!.id, { act: 'resolve', tag: 'non-compliant' })
    const { decisions } = await readAlert(parts.pool, await rita(), BigInt(gifts!.id), now())
    expect(decisions.map(({ by, act: what, tag }) => [by, what, tag])).toEqual([
      ['ann', 'tag', 'questionable'],
      ['rita', 'resolve', 'compliant'],
      ['rita', 'reopen', null],
      ['rita', 'resolve', 'non-compliant'],
    ])
    await expect(parts.pool.query('delete from supervision_decision')).rejects.toMatchObject({
      code: '42501',
    })
    await expect(parts.pool.query("update supervision_decision set tag = 'compliant'")).rejects.toMatchObject(
      { code: '42501' },
    )
  })

  it('notify somebody whose mailbox is kept, and stand on record once the letter is sent', async () => {
    const [alert] = await queue(await rita())
    const sent: { to: string; text: string }[] = []
    const notify = async (
      to: string,
      send = async (letter: { to: string; text: string }) => void sent.push(letter),
    ) =>
      decide(parts, {
        ...{ reviewer: await rita(), by: 'rita', alerts: [BigInt(alert!.id)], send },
        decision: { act: 'notify', to, subject: 'A word', comment: 'Keep to the house channels.' },
      })
    await expect(notify('nobody@elsewhere.example')).rejects.toThrow('whose mailbox is kept')
    await expect(notify('li@firm.example', () => Promise.reject(new Error('no')))).rejects.toThrow('no')
    const acts = async () =>
      (await readAlert(parts.pool, await rita(), BigInt(alert!.id), now())).decisions.map(
        ({ act: what }) => what,
      )
    expect([await acts(), sent]).toEqual([[], []])
    await notify('li@firm.example')
    expect(await acts()).toEqual(['notify'])
    expect(sent).toMatchObject([{ to: 'li@firm.example', text: 'Keep to the house channels.' }])
  })

  it('escalate to another reviewer who may see the message, and tell him by e-mail', async () => {
    const [alert] = await queue(await rita())
    const letters: { to: string; subject: string; text: string }[] = []
    const escalate = async (to: string, send?: (letter: (typeof letters)[0]) => Promise<void>) =>
      decide(parts, {
        ...{ reviewer: await ann(), by: 'ann', alerts: [BigInt(alert!.id)], send },
        decision: { act: 'escalate', to, comment: 'ask the desk head' },
      })
    const post = async (letter: (typeof letters)[0]) => void letters.push(letter)
    // No reviewer; herself; somebody who took part; nobody at all.
    for (const to of ['nick', 'ann', 'wang', 'someone'])
      await expect(escalate(to, post)).rejects.toMatchObject({ code: 'decision-refused' })
    expect(letters).toEqual([])
    expect((await readAlert(parts.pool, await ann(), BigInt(alert!.id), now())).colleagues).toEqual(['rita'])
    expect(await escalate('rita', post)).toBe(1)
    expect(letters).toMatchObject([{ to: 'rita@firm.example' }])
    expect(JSON.stringify(letters)).not.toMatch(/内幕|desk head/)
    // The queue shows it, whatever the mail server says.
    expect(await escalate('rita', () => Promise.reject(new Error('no')))).toBe(1)
    const { rows } = await parts.pool.query(
      "select details -> 'told' as told from audit_event where details ->> 'act' = 'escalate' order by id",
    )
    expect(rows).toEqual([{ told: true }, { told: false }])
  })

  it('are looked at a second time by another person', async () => {
    const [resolved] = await queue(await rita(), 'Insider', 'resolved')
    await expect(act(await rita(), resolved!.id, { act: 'second-look', tag: 'compliant' })).rejects.toThrow(
      'another person',
    )
    const second = await reviewer('ann', 'Communication Compliance Investigation')
    await act(second, resolved!.id, { act: 'second-look', tag: 'non-compliant' })
  })
})

describe('samples', () => {
  it('are drawn by a seed that was committed before, and anybody can draw again', async () => {
    const [from, to] = [Date.parse('2026-01-01'), now()]
    const committed = await commitSample(
      parts,
      { policyId: ids.Insider!, from, to, percent: 50, strata: ['channel'] },
      'rita',
    )
    expect(committed).toMatchObject({ seed: null, drawnAt: null })
    const drawn = await drawSample(parts, BigInt(committed.id), 'rita')
    expect(createHash('sha256').update(Buffer.from(drawn.seed!, 'hex')).digest('hex')).toBe(
      committed.seedSha256,
    )
    expect(drawn.result).toEqual([{ stratum: 'channel wecom', messages: 4, drawn: 2 }])
    const { rows } = await parts.pool.query(
      "select message_id from supervision_alert where origin = 'sample'",
    )
    const { rows: all } = await parts.pool.query(
      `select id from message where not exists (select from supervision_match where message_id = message.id and policy_id = $1)`,
      [ids.Insider],
    )
    const again = drawFrom(
      all.map(({ id }) => id),
      Buffer.from(drawn.seed!, 'hex'),
      50,
    )
    expect(new Set(rows.map(({ message_id }) => message_id))).toEqual(new Set(again))
    await expect(drawSample(parts, BigInt(committed.id), 'rita')).rejects.toMatchObject({
      code: 'sample-refused',
    })
    await expect(
      commitSample(parts, { policyId: ids.Insider!, from, to: to + 1, percent: 5 }, 'rita'),
    ).rejects.toThrow('past')
    const { rows: noted } = await parts.pool.query(
      `select facts ->> 'of' as of, facts ? 'seed' as told from log_pending where facts ->> 'sample' = $1 order by id`,
      [committed.id],
    )
    expect(noted).toEqual([
      { of: 'commit-sample', told: false },
      { of: 'draw-sample', told: true },
    ])
  })

  it('give the estimate of what is missed, with its interval', async () => {
    const drawn = (await queue(await rita())).filter(({ origin }) => origin === 'sample')
    expect(drawn.map(({ group }) => group)).toEqual([1, 1])
    for (const { id } of drawn)
      await decide(parts, {
        reviewer: await rita(),
        by: 'rita',
        alerts: [BigInt(id)],
        decision: { act: 'resolve', tag: 'compliant' },
      })
    const report = await reviewReport(parts.pool, ids.Insider!, Date.parse('2026-01-01'), now() + 1, now())
    expect(report).toMatchObject({
      ...{ looked: 7, matched: 3, secondLooks: { done: 1, agreed: 1 } },
      alerts: { raised: 3, pending: 1, resolved: 2, passed: 0 },
      misses: { population: 4, drawn: 2, reviewed: 2, found: 0 },
    })
    expect(report.misses.share.low).toBe(0)
    expect(report.misses.share.high).toBeGreaterThan(0.5)
    expect(report.rules).toEqual([{ rule: 'gifts', resolved: 2, nonCompliant: 1, precision: 0.5 }])
  })

  it('and decisions go into the evidence of the year, without a word of a message', async () => {
    const pack = await evidencePack(parts, 'Insider', 2026)
    expect(pack.versions).toHaveLength(1)
    expect(pack.samples).toHaveLength(1)
    expect(pack.decisions.length).toBeGreaterThan(5)
    expect(JSON.stringify({ ...pack, versions: [] })).not.toMatch(/礼品|午饭|内幕/)
    expect(pack.sha256).toMatch(/^[0-9a-f]{64}$/)
  })
})
