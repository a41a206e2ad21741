import { generateSync } from 'otplib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { from, goodPassword, openWorld, type World, webOrigin } from './access-world.fixture.ts'
import * as access from './index.ts'

const minute = 60_000
const hour = 60 * minute

let world: World
let ada: access.Principal
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world.close())

const refusal = (code: string) => expect.objectContaining({ code })

describe('the first administrator', () => {
  const claim = (token: string, username: string) =>
    access.signInWithLink(world.parts, { token, username, name: 'Ada', password: goodPassword }, from)

  test('comes in by a link whose token is in no address a server sees', async () => {
    const link = await access.firstAdministratorLink(world.parts, webOrigin)
    expect(link!.url).toMatch(/^https:\/\/archive\.firm\.example\/welcome#[\w-]{43}$/)
    expect(await access.readLink(world.parts, world.tokenOf(link!.url))).toEqual({
      purpose: 'first-administrator',
      username: null,
      name: null,
      expiresAt: link!.expiresAt,
    })
  })

  test('finds an older link replaced by a newer one, and one of yesterday expired', async () => {
    const older = await access.firstAdministratorLink(world.parts, webOrigin)
    const newer = await access.firstAdministratorLink(world.parts, webOrigin)
    await expect(claim(world.tokenOf(older!.url), 'ada')).rejects.toEqual(refusal('link-refused'))
    world.pass(24 * hour)
    await expect(claim(world.tokenOf(newer!.url), 'ada')).rejects.toEqual(refusal('link-refused'))
  })

  test('is asked who he is before the link is used up', async () => {
    const link = await access.firstAdministratorLink(world.parts, webOrigin)
    const token = world.tokenOf(link!.url)
    await expect(access.signInWithLink(world.parts, { token }, from)).rejects.toEqual(refusal('bad-request'))
    await expect(
      access.signInWithLink(
        world.parts,
        { token, username: 'ada', name: 'Ada', password: 'ada1234567890' },
        from,
      ),
    ).rejects.toEqual(refusal('password-refused'))
    await access.readLink(world.parts, token)
  })

  test('is one person, though two use the link at once', async () => {
    const link = await access.firstAdministratorLink(world.parts, webOrigin, {
      roleGroups: ['eDiscovery Manager'],
    })
    const token = world.tokenOf(link!.url)
    const both = await Promise.allSettled([claim(token, 'ada'), claim(token, 'eve')])
    expect(both.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected'])
    const won = both.find((one) => one.status === 'fulfilled')!
    ada = await world.principal(won.value)
    expect(ada.roles).toContain('Role Management')
    expect(ada.roles).toContain('Preview')
    await world.pool.query(`update app_user set username = 'ada' where id = $1`, [ada.userId])
    ada = (await access.principalOfSession(world.parts, won.value.token))!
    expect(await access.firstAdministratorLink(world.parts, webOrigin)).toBeNull()
    await expect(access.readLink(world.parts, token)).rejects.toEqual(refusal('link-refused'))
  })

  test('who set nothing to sign in by gets another link for himself', async () => {
    const other = await openWorld()
    const first = await access.firstAdministratorLink(other.parts, webOrigin)
    const given = { token: other.tokenOf(first!.url), username: 'cy', name: 'Cy' }
    const cy = await other.principal(await access.signInWithLink(other.parts, given, from))
    expect(await access.readOwnAccount(other.parts, cy)).toMatchObject({
      mustSetCredential: true,
      method: 'link',
    })
    const again = await access.firstAdministratorLink(other.parts, webOrigin)
    const token = other.tokenOf(again!.url)
    expect(await access.readLink(other.parts, token)).toMatchObject({ username: 'cy' })
    await access.signInWithLink(other.parts, { token, password: goodPassword }, from)
    expect(await access.firstAdministratorLink(other.parts, webOrigin)).toBeNull()
    expect(await access.listUsers(other.parts)).toHaveLength(1)
    await other.close()
  })
})

describe('a password', () => {
  test.each([
    ['short', 'eleven char'],
    ['common', 'Password Password'],
    ['one character', 'aaaaaaaaaaaaaaaa'],
    ['in a row', '1234567890123'],
    ['the name and a year', 'ada.ada.ada2026!'],
  ])('is refused when it is %s', async (_why, next) => {
    const change = access.changePassword(world.parts, ada, { current: goodPassword, next })
    await expect(change).rejects.toEqual(refusal('password-refused'))
  })

  test('needs no special characters, and may be typed on another keyboard', async () => {
    const next = 'caf\u00e9 au lait le matin'
    await access.changePassword(world.parts, ada, { current: goodPassword, next })
    expect(await world.signIn('ada', 'cafe\u0301 au lait le matin')).toMatchObject({ state: 'signed-in' })
    await access.changePassword(world.parts, ada, { current: next, next: goodPassword })
  })

  test('that is changed ends the other sessions, not this one', async () => {
    const other = await world.session('ada')
    await access.changePassword(world.parts, ada, { current: goodPassword, next: 'five tins of red paint' })
    expect(await access.principalOfSession(world.parts, other.token)).toBeNull()
    await access.changePassword(world.parts, ada, { current: 'five tins of red paint', next: goodPassword })
    expect(await access.listSessions(world.parts, ada.userId)).toHaveLength(1)
  })

  test('that is wrong reads alike for a user and for nobody, and the log names only the user', async () => {
    const answers = await Promise.all(
      ['ada', 'secret typed into the wrong field'].map((name) => world.signIn(name, 'wrong').catch((e) => e)),
    )
    expect(answers[0].message).toBe(answers[1].message)
    const events = (await world.audited('sign-in')).slice(-2)
    expect(events.map((event) => event.target).sort()).toEqual(['ada', null])
    expect(events.map((event) => event.outcome)).toEqual(['refused', 'refused'])
    const { rows } = await world.pool.query(
      `select count(*)::int from audit_event where details::text || target ~ 'wrong field'`,
    )
    expect(rows[0].count).toBe(0)
  })

  test('locks the name after five failures, known or not, for longer each time, and not for who comes in', async () => {
    await world.session('ada')
    for (const name of ['ada', 'nobody']) {
      for (let time = 0; time < 5; time += 1) {
        await expect(world.signIn(name, 'wrong')).rejects.toEqual(refusal('sign-in-refused'))
      }
      await expect(world.signIn(name)).rejects.toEqual(refusal('sign-in-throttled'))
    }
    expect((await access.readUser(world.parts, ada.userId)).lockedUntil).toBe(
      new Date(world.now() + 5 * minute).toISOString(),
    )
    world.pass(5 * minute)
    for (let time = 0; time < 5; time += 1) {
      await expect(world.signIn('ada', 'wrong')).rejects.toEqual(refusal('sign-in-refused'))
    }
    world.pass(9 * minute)
    await expect(world.signIn('ada')).rejects.toEqual(refusal('sign-in-throttled'))
    world.pass(minute)
    await world.session('ada')
    await expect(world.signIn('ada', 'wrong')).rejects.toEqual(refusal('sign-in-refused'))
    await world.session('ada')
  })

  test('is not guessed faster by many at once', async () => {
    const guesses = await Promise.all(
      Array.from({ length: 12 }, () => world.signIn('grace', 'wrong').catch((error) => error.code)),
    )
    expect(guesses.filter((code) => code === 'sign-in-refused')).toHaveLength(5)
  })

  test('works again at once when an administrator unlocks the name', async () => {
    for (let time = 0; time < 5; time += 1) await world.signIn('ada', 'wrong').catch(() => {})
    await access.updateUser(world.parts, ada.userId, { unlock: true })
    await world.session('ada')
  })
})

describe('an authenticator app', () => {
  let secret: string
  const codeAt = (time: number) => generateSync({ secret, epoch: Math.floor(time / 1000) })
  const signInWith = async (code: string) => {
    const first = await world.signIn('ada')
    if (first.state !== 'code-needed') throw new Error('no code asked')
    return access.signInWithCode(world.parts, { step: first.step, code }, from)
  }

  test('is asked for once its first code has been given, not before', async () => {
    const begun = await access.beginTotp(world.parts, ada)
    secret = begun.secret
    expect(begun.uri).toContain(`secret=${secret}`)
    expect((await world.signIn('ada')).state).toBe('signed-in')
    await expect(access.confirmTotp(world.parts, ada, '000000')).rejects.toEqual(refusal('code-refused'))
    await access.confirmTotp(world.parts, ada, codeAt(world.now()))
    expect((await world.signIn('ada')).state).toBe('code-needed')
    const { rows } = await world.pool.query('select sealed_totp_secret from app_user where id = $1', [
      ada.userId,
    ])
    expect(rows[0].sealed_totp_secret.toString('latin1')).not.toContain(secret)
  })

  test('lets in with its code, once', async () => {
    world.pass(minute)
    const code = codeAt(world.now())
    const session = await signInWith(code)
    expect((await access.readOwnAccount(world.parts, await world.principal(session))).method).toBe(
      'password+totp',
    )
    await expect(signInWith(code)).rejects.toEqual(refusal('code-refused'))
  })

  test('may be one step of thirty seconds off, not two', async () => {
    world.pass(5 * minute)
    await expect(signInWith(codeAt(world.now() - 60_000))).rejects.toEqual(refusal('code-refused'))
    await expect(signInWith(codeAt(world.now() + 60_000))).rejects.toEqual(refusal('code-refused'))
    await signInWith(codeAt(world.now() - 30_000))
    await signInWith(codeAt(world.now() + 30_000))
  })

  test('gives way to the right code after a wrong one, but not to guessing', async () => {
    world.pass(5 * minute)
    const first = await world.signIn('ada')
    const step = first.state === 'code-needed' ? first.step : ''
    const attempt = (code: string) => access.signInWithCode(world.parts, { step, code }, from)
    await expect(attempt('000000')).rejects.toEqual(refusal('code-refused'))
    await attempt(codeAt(world.now()))
    await expect(attempt(codeAt(world.now()))).rejects.toEqual(refusal('code-refused'))
    world.pass(minute)
    const codes = []
    for (let time = 0; time < 6; time += 1) {
      codes.push(await signInWith('000000').catch((error) => error.code))
    }
    expect(codes).toEqual([...Array(5).fill('code-refused'), 'sign-in-throttled'])
    world.pass(5 * minute)
  })

  test('is part of proving again who one is', async () => {
    const session = await world.principal(await signInWith(codeAt(world.now())))
    world.pass(11 * minute)
    const { id } = session.session!
    const confirm = (code?: string) =>
      access.confirmWithPassword(world.parts, session, id, { password: goodPassword, code })
    await expect(confirm()).rejects.toEqual(refusal('code-refused'))
    await confirm(codeAt(world.now()))
    const [event] = (await world.audited('confirm-identity')).slice(-1)
    expect(event).toMatchObject({ target: 'ada', outcome: 'succeeded', details: { method: 'password+totp' } })
  })

  test('that is replaced goes on until the new one is confirmed', async () => {
    await access.beginTotp(world.parts, ada)
    world.pass(minute)
    await signInWith(codeAt(world.now()))
  })

  test('stays while a second factor is required', async () => {
    await requireSecondFactor(true)
    await expect(access.removeTotp(world.parts, ada)).rejects.toEqual(refusal('last-credential'))
    await requireSecondFactor(false)
    await access.removeTotp(world.parts, ada)
    expect((await world.signIn('ada')).state).toBe('signed-in')
  })
})

describe('a required second factor', () => {
  test('leaves who came in without one no role until he has set it up', async () => {
    const ben = await world.member(ada, 'ben', 'Reviewer')
    await requireSecondFactor(true)
    const session = await world.session('ben')
    const bare = await world.principal(session)
    expect([...bare.roles]).toEqual([])
    expect(await access.readOwnAccount(world.parts, bare)).toMatchObject({ mustSetSecondFactor: true })
    const { secret } = await access.beginTotp(world.parts, bare)
    await access.confirmTotp(
      world.parts,
      bare,
      generateSync({ secret, epoch: Math.floor(world.now() / 1000) }),
    )
    expect([...(await world.principal(session)).roles]).toEqual(['Review'])
    await requireSecondFactor(false)
    expect(ben.username).toBe('ben')
  })
})

describe('a session', () => {
  test('is another one after each sign-in, and the one before has ended', async () => {
    const first = await world.session('ada')
    const given = { username: 'ada', password: goodPassword }
    const second = await access.signInWithPassword(world.parts, given, { ...from, sessionId: first.id })
    if (second.state !== 'signed-in') throw new Error('not in')
    expect(second.session.token).not.toBe(first.token)
    expect(await access.principalOfSession(world.parts, first.token)).toBeNull()
    expect(await access.principalOfSession(world.parts, second.session.token)).not.toBeNull()
    const events = await world.audited('sign-in')
    expect(events.at(-1)).toMatchObject({ actor: 'ada', actor_type: 'person', session_id: second.session.id })
  })

  test('ends after an hour without a request, and in any case after twelve', async () => {
    const session = await world.session('ada')
    for (let time = 0; time < 12; time += 1) {
      expect(await access.principalOfSession(world.parts, session.token)).not.toBeNull()
      world.pass(59 * minute)
    }
    world.pass(12 * minute)
    expect(await access.principalOfSession(world.parts, session.token)).toBeNull()
    const idle = await world.session('ada')
    world.pass(hour)
    expect(await access.principalOfSession(world.parts, idle.token)).toBeNull()
  })

  test('notes when it was last seen once a minute', async () => {
    const session = await world.session('ada')
    const seen = async () =>
      (await access.listSessions(world.parts)).find((one) => one.id === session.id)!.lastSeenAt
    const before = await seen()
    world.pass(30_000)
    await access.principalOfSession(world.parts, session.token)
    expect(await seen()).toBe(before)
    world.pass(30_000)
    await access.principalOfSession(world.parts, session.token)
    expect(await seen()).toBe(new Date(world.now()).toISOString())
  })

  test('is ended by its owner, not by another, and all of somebody by an administrator', async () => {
    const own = await world.principal(await world.session('ada'))
    const other = await world.session('ada')
    const ben = await world.member(own, 'bea')
    await expect(access.endSession(world.parts, ben, other.id, 'end-session')).rejects.toEqual(
      refusal('not-found'),
    )
    await access.endSession(world.parts, own, other.id, 'end-session')
    expect(await access.principalOfSession(world.parts, other.token)).toBeNull()
    const third = await world.session('bea')
    expect(await access.endUserSessions(world.parts, ben.userId)).toBe(2)
    expect(await access.principalOfSession(world.parts, third.token)).toBeNull()
  })

  test('counts as proof of who one is for ten minutes', async () => {
    const { session } = await world.principal(await world.session('ada'))
    expect(session!.confirmedUntil - session!.confirmedAt).toBe(10 * minute)
  })
})

describe('a link for somebody who cannot sign in', () => {
  test('takes away what he signed in by, and ends his sessions', async () => {
    const own = await world.principal(await world.session('ada'))
    const dan = await world.member(own, 'dan')
    const before = await world.session('dan')
    const link = await access.createUserLink(world.parts, webOrigin, dan.userId, 'ada')
    expect(await access.principalOfSession(world.parts, before.token)).not.toBeNull()
    const token = world.tokenOf(link.url)
    expect(await access.readLink(world.parts, token)).toMatchObject({ purpose: 'reset', username: 'dan' })
    const session = await access.signInWithLink(world.parts, { token }, from)
    expect(await access.principalOfSession(world.parts, before.token)).toBeNull()
    await expect(world.signIn('dan')).rejects.toEqual(refusal('sign-in-refused'))
    const back = await world.principal(session)
    expect(await access.readOwnAccount(world.parts, back)).toMatchObject({ mustSetCredential: true })
    await access.changePassword(world.parts, back, { next: goodPassword })
    await world.session('dan')
    expect((await world.audited('sign-in')).some((event) => event.details.linkCreatedBy === 'ada')).toBe(true)
  })

  test('is of no use to a disabled user', async () => {
    const own = await world.principal(await world.session('ada'))
    const { user, link } = await access.createUser(world.parts, own, webOrigin, {
      username: 'eli',
      name: 'Eli',
      email: null,
    })
    await access.updateUser(world.parts, user.id, { disabled: true })
    const given = { token: world.tokenOf(link.url), password: goodPassword }
    await expect(access.signInWithLink(world.parts, given, from)).rejects.toEqual(refusal('link-refused'))
  })
})

async function requireSecondFactor(required: boolean): Promise<void> {
  const act = { operation: 'changeSettings', change: { secondFactorRequired: required } } as const
  expect(await access.doOrAsk(world.parts, ada, act)).toMatchObject({ state: 'done' })
}
