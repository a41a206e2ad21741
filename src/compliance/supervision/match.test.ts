import { rename } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { groupText, sentMs } from '../../../test/journey/wecom.ts'
import { installFaults, SimulatedCrash } from '../../platform/faults.ts'
import { activatePolicy, pausePolicy, policyFacts, saveDictionary, savePolicy } from './index.ts'
import { openSupervisedFirm, policyOf, type SupervisedFirm } from './supervision-world.fixture.ts'

let world: SupervisedFirm
beforeEach(async () => {
  world = await openSupervisedFirm()
}, 60_000)
afterEach(() => world?.close())

async function turnOn(...[name, rules, rest]: Parameters<typeof policyOf>): Promise<void> {
  await savePolicy(world.parts, policyOf(name, rules, rest), 'ada')
  await activatePolicy(world.parts, name)
}

const rulesFound = async () => (await world.matches()).map(({ rule }) => rule)

describe('supervision', () => {
  it('finds words, phrases and numbers in English and Chinese as they are imported, also in messages of one word', async () => {
    await turnOn('All', [
      { id: 'bribe', severity: 'high', when: { words: ['bribe', '回扣'] } },
      { id: 'near', when: { near: { first: ['buy', '买'], second: ['announcement', '公告'], within: 4 } } },
      { id: 'card', when: { information: { type: 'payment-card' } } },
      { id: 'pattern', when: { pattern: 'proj(ect)? [A-Z]{2}\\d+' } },
      { id: 'not-gift', when: { words: ['gift'] }, unless: { words: ['gift shop'] } },
    ])
    await world.bring([
      groupText('Bribe'),
      groupText('這是回扣嗎'),
      groupText('buy it before the announcement'),
      groupText('公告前赶紧买一点'),
      groupText('buy bread. Later tonight we will hear the whole announcement'),
      groupText('use 4111 1111 1111 1111 for it'),
      groupText('see Project ZX81 file'),
      groupText('a gift for you'),
      groupText('meet at the gift shop'),
      groupText('nothing at all'),
    ])
    const matches = await world.matches()
    expect(matches.map(({ rule }) => rule)).toEqual([
      ...['bribe', 'bribe', 'near', 'near', 'card', 'pattern', 'not-gift'],
    ])
    expect(matches[0]).toMatchObject({
      ...{ policy: 'All', version: 1, severity: 3, directions: 7, mailboxes: ['li', 'wang', 'zhang'] },
      spans: [{ at: 'text', start: 0, end: 5, what: 'term' }],
    })
    expect(matches[1]!.spans).toEqual([{ at: 'text', start: 2, end: 4, what: 'term' }])
    expect(matches[4]!.spans).toEqual([{ at: 'text', start: 4, end: 23, what: 'information' }])
    expect(matches[5]!.spans).toEqual([{ at: 'text', start: 4, end: 16, what: 'pattern' }])
    expect(await policyFacts(world.firm.pool, 'All')).toMatchObject({
      looked: 10,
      matched: 7,
      waitingPages: 0,
    })
    expect(await world.firm.problems()).toEqual([])
  }, 60_000)

  it('looks only at supervised people, in the directions and channels it names', async () => {
    const when = { words: ['secret'] }
    const research = { departments: ['Research'] }
    await turnOn('Out', [{ id: 'out', when }], { supervised: research, directions: ['outbound'] })
    await turnOn('In', [{ id: 'in', when }], { supervised: research, directions: ['inbound'] })
    await turnOn('Within', [{ id: 'within', when }], {
      supervised: { departments: ['Sales'] },
      directions: ['internal'],
    })
    await turnOn('Others', [{ id: 'others', when }], {
      supervised: { everyone: true, except: { departments: ['Research', 'Sales'] } },
    })
    await turnOn('WhatsApp', [{ id: 'whatsapp', when }], { channels: ['whatsapp'] })
    await turnOn('Between', [
      { id: 'between', when: { between: { first: research, second: { departments: ['Sales'] } } } },
    ])
    await world.bring([
      groupText('secret one', { tolist: ['lisi'], roomid: '' }),
      groupText('secret two', { from: 'lisi', tolist: ['wangwu'], roomid: '' }),
      groupText('secret three', { from: 'lisi', tolist: ['ZhangSan'], roomid: '' }),
    ])
    expect(await rulesFound()).toEqual(['between', 'out', 'within', 'between', 'in'])
  }, 60_000)

  it('leaves out quotes, disclaimers, allowed phrases and allowed senders', async () => {
    await turnOn(
      'Words',
      [
        { id: 'secret', when: { words: ['secret', 'confidential'] } },
        { id: 'p', when: { pattern: 'secr.t' } },
      ],
      {
        exclude: {
          disclaimers: ['This message is confidential and may be read by nobody else.'],
          phrases: ['secret santa'],
          senders: ['wangwu'],
        },
      },
    )
    await world.bring([
      groupText('Yes.\nThis message is confidential and may be read by nobody else.'),
      groupText('who does Secret Santa this year?'),
      groupText('> a secret\nyes'),
      groupText('「李四：who does Secret Santa」\n- - - - - - - - - - - - - - -\nno'),
      groupText('secret', { from: 'wangwu', tolist: ['lisi'], roomid: '' }),
      groupText('the secret santa is secret'),
    ])
    const matches = await world.matches()
    expect(matches.map(({ rule, spans }) => [rule, spans.map(({ start }) => start)])).toEqual([
      // No chat quotes so: somebody wrote it himself.
      ['p', [4]],
      ['secret', [4]],
      ['p', [20]],
      ['secret', [20]],
    ])
  }, 60_000)

  it('leaves out a quote only where somebody said it before in that conversation', async () => {
    await turnOn('Words', [
      { id: 'secret', when: { words: ['secret', '内幕'] } },
      { id: 'p', when: { pattern: 'secr.t' } },
    ])
    const line = '\n- - - - - - - - - - - - - - -\n'
    const later = (minutes: number) => ({ msgtime: sentMs + minutes * 60_000 })
    const elsewhere = { tolist: ['lisi'], roomid: '' }
    await world.bring([
      groupText('a secret, as I said', later(0)),
      groupText(`「李四：a secret, as I said」${line}yes`, later(1)),
      groupText('这是内幕消息', later(2)),
      groupText(`「王五：这是内幕消息」${line}收到`, later(3)),
      // Nobody said that, or nobody there, or only afterwards.
      groupText(`「李四：the secret is out」${line}yes`, later(4)),
      groupText(`「李四：a secret, as I said」${line}yes`, { ...elsewhere, ...later(5) }),
      groupText(`「王五：内幕」${line}收到`, { ...elsewhere, ...later(6) }),
      groupText(`「李四：no secret yet」${line}yes`, later(7)),
      groupText('no secret yet', later(8)),
    ])
    const matches = await world.matches()
    const places = matches.map(({ message_id, rule, spans }) => [message_id, rule, spans[0]!.start] as const)
    const ids = [...new Set(places.map(([id]) => id))]
    expect(places.map(([id, rule, start]) => [ids.indexOf(id), rule, start])).toEqual([
      [0, 'p', 2],
      [0, 'secret', 2],
      [1, 'secret', 2],
      [2, 'p', 8],
      [2, 'secret', 8],
      [3, 'p', 6],
      [3, 'secret', 6],
      [4, 'secret', 4],
      [5, 'p', 7],
      [5, 'secret', 7],
      [6, 'p', 3],
      [6, 'secret', 3],
    ])
    expect(ids).toHaveLength(7)
  }, 60_000)

  it('catches up with what came while a policy was paused, once, by the version that looks then', async () => {
    await turnOn('Steady', [{ id: 'steady', when: { everything: true } }])
    await turnOn('Paused', [{ id: 'old', when: { words: ['tip'] } }])
    await pausePolicy(world.parts, 'Paused')
    await world.bring([groupText('a tip')])
    expect(await rulesFound()).toEqual(['steady'])
    expect(await policyFacts(world.firm.pool, 'Paused')).toMatchObject({ state: 'paused', waitingPages: 1 })
    await savePolicy(world.parts, policyOf('Paused', [{ id: 'new', when: { words: ['tip'] } }]), 'ada')
    await activatePolicy(world.parts, 'Paused')
    await world.matcher.matchPending()
    await world.matcher.matchPending()
    expect((await world.matches()).map(({ rule, version }) => [rule, version])).toEqual([
      ['new', 2],
      ['steady', 1],
    ])
  }, 60_000)

  it('keeps what waits for a policy that is paused at that moment', async () => {
    await turnOn('Words', [{ id: 'tip', when: { words: ['tip'] } }])
    await pausePolicy(world.parts, 'Words')
    await world.bring([groupText('a tip')])
    await activatePolicy(world.parts, 'Words')
    const pausing = await world.firm.pool.connect()
    await pausing.query('begin')
    await pausing.query(`update supervision_policy set state = 'paused'`)
    const looking = world.matcher.matchPending()
    await new Promise((resolve) => setTimeout(resolve, 300))
    await pausing.query('commit')
    pausing.release()
    expect(await looking).toMatchObject({ matches: 0 })
    expect(await policyFacts(world.firm.pool, 'Words')).toMatchObject({ state: 'paused', waitingPages: 1 })
    await activatePolicy(world.parts, 'Words')
    expect(await world.matcher.matchPending()).toMatchObject({ pages: 1, matches: 1 })
  }, 60_000)

  it('looks at an import that began when its policy was still a draft', async () => {
    await savePolicy(world.parts, policyOf('Words', [{ id: 'tip', when: { words: ['tip'] } }]), 'ada')
    await world.bring([groupText('a tip')], { looking: false })
    await activatePolicy(world.parts, 'Words')
    await world.matcher.matchPending()
    expect(await rulesFound()).toEqual(['tip'])
  }, 60_000)

  it('looks into attached texts, small and large, whatever wrote them', async () => {
    await turnOn('Words', [
      { id: 'tip', when: { words: ['tip', '内幕'] } },
      { id: 'number', when: { sharedNumber: true } },
    ])
    const { firm } = world
    const gb18030 = Buffer.from([0xc4, 0xda, 0xc4, 0xbb, 0xcf, 0xfb, 0xcf, 0xa2])
    await firm.file('media/note.txt', 'nothing\na tip')
    await firm.file('media/list.csv', `${'one,two\n'.repeat(12_000)}three,tip\n`)
    await firm.file('media/chinese.txt', gb18030)
    const card = await firm.file('media/card.vcf', 'BEGIN:VCARD\nTEL:+44 7700 900123\nEND:VCARD\n')
    await firm.file('media/picture.txt', Buffer.from([0x50, 0x4b, 3, 4, 0, 0, 0]))
    await firm.file('media/long.txt', `${'line\n'.repeat(250_000)}tip`)
    const fileOf = (filename: string) =>
      groupText('', {
        ...{ msgtype: 'file', text: undefined },
        file: { sdkfileid: filename.replace(/\W/g, ''), filename, fileext: filename.split('.')[1] },
      })
    for (const name of ['note.txt', 'list.csv', 'chinese.txt', 'card.vcf', 'picture.txt', 'long.txt'])
      await rename(join(dirname(card), name), join(dirname(card), name.replace('.', '')))
    await world.bring(
      ['note.txt', 'list.csv', 'chinese.txt', 'card.vcf', 'picture.txt', 'long.txt'].map(fileOf),
      { media: dirname(card) },
    )
    expect((await world.matches()).map(({ rule, spans }) => [rule, spans[0]?.at, spans[0]?.start])).toEqual([
      ['tip', 'attachment 0', 10],
      ['tip', 'attachment 0', 96_006],
      ['tip', 'attachment 0', 0],
      ['number', 'attachment 0', 16],
    ])
    expect(await policyFacts(world.firm.pool, 'Words')).toMatchObject({ looked: 6, unreadable: 0 })
  }, 60_000)

  it('loses nothing when nobody looked after an import, and does nothing twice', async () => {
    await turnOn('Words', [{ id: 'tip', when: { words: ['tip'] } }])
    await world.bring([groupText('a tip'), groupText('no')], { looking: false })
    expect(await rulesFound()).toEqual([])
    const [one, two] = await Promise.all([world.matcher.matchPending(), world.matcher.matchPending()])
    expect(one.pages + two.pages).toBe(1)
    expect(await rulesFound()).toEqual(['tip'])
  }, 60_000)

  it.each(['supervision.before-commit', 'supervision.committed'])(
    'loses and doubles nothing when stopped at %s',
    async (point) => {
      await turnOn('Words', [{ id: 'tip', when: { words: ['tip'] } }])
      await world.bring([groupText('a tip')], { looking: false })
      const faults = installFaults({ point, pass: 1, how: 'throw' })
      await expect(world.matcher.matchPending()).rejects.toBeInstanceOf(SimulatedCrash)
      faults.remove()
      await world.matcher.matchPending()
      expect(await rulesFound()).toEqual(['tip'])
      expect(await policyFacts(world.firm.pool, 'Words')).toMatchObject({
        looked: 1,
        matched: 1,
        waitingPages: 0,
      })
    },
    60_000,
  )

  it('keeps of a message that is gone only that it was found', async () => {
    await turnOn('Words', [{ id: 'tip', when: { words: ['tip'] } }])
    await world.bring([groupText('a tip on Telegram'), groupText('another tip')])
    await world.firm.asOwner(
      'delete from message where id = (select message_id from supervision_match order by id limit 1)',
    )
    const [gone, kept] = await world.matches()
    expect(gone).toMatchObject({ rule: 'tip', spans: [], facts: {}, fingerprint: null })
    expect(kept!.spans).toHaveLength(1)
  }, 60_000)

  it('cannot be stalled by a pattern', async () => {
    await turnOn('Evil', [
      { id: 'evil', when: { pattern: '(a+)+$' } },
      { id: 'tip', when: { words: ['tip'] } },
    ])
    const started = performance.now()
    await world.bring([groupText(`${'a'.repeat(50_000)}! tip`), groupText('aaa')])
    expect(performance.now() - started).toBeLessThan(10_000)
    expect(await rulesFound()).toEqual(['tip', 'evil'])
  }, 60_000)

  it('takes a new list of terms into every policy that names it', async () => {
    await saveDictionary(world.parts, 'codes', ['tyop'], 'ada')
    await turnOn('Codes', [{ id: 'code', when: { dictionary: 'codes' } }])
    const changed = await saveDictionary(world.parts, 'codes', ['tyop', 'LDL', '老地方'], 'ada')
    expect(changed).toEqual({ name: 'codes', version: 2, policies: ['Codes'] })
    await world.bring([groupText('ldl'), groupText('老地方见')])
    expect((await world.matches()).map(({ version }) => version)).toEqual([2, 2])
  }, 60_000)

  it('says which channel a message leads to, and that it answers what nobody captured', async () => {
    await turnOn('Radar', [
      { id: 'switch', when: { words: ['message me on', '加我微信'] } },
      { id: 'number', when: { sharedNumber: true } },
    ])
    await world.bring([
      groupText('message me on Telegram or WhatsApp'),
      groupText('下班加我微信'),
      groupText('my number is +44 7700 900123'),
      groupText('the total is 1,234,567,890.12 on 2026-03-02'),
    ])
    expect((await world.matches()).map(({ rule, facts }) => [rule, facts.channels ?? null])).toEqual([
      ['switch', ['whatsapp', 'telegram']],
      ['switch', ['wechat']],
      ['number', null],
    ])
  }, 60_000)

  it('links a message that leads elsewhere to open gaps in the capture of its people', async () => {
    await turnOn('Radar', [
      { id: 'switch', when: { words: ['message me on'] } },
      { id: 'unseen', when: { unseenReply: true } },
    ])
    const { firm } = world
    await world.bring(
      [
        groupText('message me on Telegram', { tolist: ['lisi'], roomid: '' }),
        groupText('yes, as you said there'),
        groupText('plain'),
      ],
      { looking: false },
    )
    await firm.asOwner(`update message set refers_to_key = '\\x0102' where subject like '%as you said%'`)
    await firm.asOwner(
      `insert into gap (feed_account_id, site_gap_id, source, reason, site_user_id, found_at, sealed_explanation, closed_at)
       select a.id, one.site_gap_id, 'wecom-archive', one.reason, u.site_user_id, now(), '', one.closed_at
         from feed_account a
         cross join (values (1, 'sequence-jump', 'zhang@firm.example', null), (2, 'reference-unseen', null, null),
                            (3, 'sequence-jump', 'wang@firm.example', null), (4, 'sequence-jump', 'zhang@firm.example', now()))
           as one (site_gap_id, reason, email, closed_at)
         left join registered_user u on u.email = one.email order by one.site_gap_id`,
    )
    await world.matcher.matchPending()
    expect(
      (await world.matches()).map(({ rule, facts }) => [rule, facts.unseenReply ?? false, facts.gaps]),
    ).toEqual([
      ['switch', false, ['2', '1']],
      ['unseen', true, ['3', '2', '1']],
    ])
  }, 60_000)

  it.each([
    [{ words: ['!!'] }, 'supervision-policy-refused'],
    [{ dictionary: 'none' }, 'supervision-policy-refused'],
    [{ pattern: '(?=a)' }, 'supervision-pattern-refused'],
    [{ pattern: '(' }, 'supervision-pattern-refused'],
    [
      { between: { first: { mailboxes: ['nobody@firm.example'] }, second: { everyone: true } } },
      'supervision-policy-refused',
    ],
  ])(
    'refuses %j',
    async (when, code) => {
      await expect(
        savePolicy(world.parts, policyOf('Bad', [{ id: 'a', when }]), 'ada'),
      ).rejects.toMatchObject({ code })
      expect((await world.firm.pool.query('select from supervision_policy')).rowCount).toBe(0)
    },
    60_000,
  )
})
