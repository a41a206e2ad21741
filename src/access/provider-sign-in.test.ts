import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { from, openWorld, type World, webOrigin } from './access-world.fixture.ts'
import * as access from './index.ts'
import {
  clientSecret,
  followToCallback,
  openProviderSite,
  type ProviderAccount,
  type ProviderSite,
} from './provider-site.fixture.ts'

const callback = `${webOrigin}/api/sign-in/provider/callback`
const legalGroup = '5d1c0f7e-legal'
const administratorsGroup = '5d1c0f7e-administrators'

let world: World
let site: ProviderSite
let ada: access.Principal
beforeAll(async () => {
  site = await openProviderSite(callback)
  // ID tokens carry the time: theirs and ours must be the same.
  world = await openWorld({ now: Date.now() })
  ada = await world.firstAdministrator()
  await setUpProvider({ createsUsers: true })
  await world.pool.query('update role_group set oidc_groups = $2 where name = $1', [
    'eDiscovery Manager',
    [legalGroup],
  ])
})
afterAll(async () => {
  await world.close()
  await site.close()
})

const erin: ProviderAccount = {
  subject: 'subject-of-erin',
  preferred_username: 'Erin.Legal',
  name: 'Erin Legal',
  email: 'erin@firm.example',
  groups: [legalGroup, 'something else'],
}

describe('a sign-in through the provider', () => {
  test('makes a user at the first one, with the role groups his groups stand for', async () => {
    const session = signedIn(await signIn(erin))
    const principal = await world.principal(session)
    expect(principal).toMatchObject({ username: 'erin.legal', name: 'Erin Legal', kind: 'person' })
    expect(principal.roles).toContain('Preview')
    const [user] = (await access.listUsers(world.parts)).filter(({ username }) => username === 'erin.legal')
    expect(user).toMatchObject({
      email: 'erin@firm.example',
      signsInBy: ['oidc'],
      roleGroups: [{ name: 'eDiscovery Manager', origin: 'oidc' }],
    })
    const [event] = (await world.audited('sign-in')).slice(-1)
    expect(event).toMatchObject({
      actor: 'erin.legal',
      outcome: 'succeeded',
      details: { method: 'oidc', provider: 'Test ID', joined: ['eDiscovery Manager'] },
    })
  })

  test('knows him again by his subject, though his name there has changed', async () => {
    const session = signedIn(await signIn({ ...erin, preferred_username: 'erin.married', name: 'Erin M' }))
    expect((await world.principal(session)).username).toBe('erin.legal')
  })

  test('takes a role group away when the provider names the group no more, and leaves what was given by hand', async () => {
    await world.join('erin.legal', 'Global Reader')
    const session = signedIn(await signIn({ ...erin, groups: [] }))
    const principal = await world.principal(session)
    expect([...principal.roles].sort()).toEqual(['View-Only Audit Logs', 'View-Only Retention Management'])
    const [event] = (await world.audited('change-members')).slice(-1)
    expect(event).toMatchObject({
      target: 'erin.legal',
      details: { by: 'provider', left: ['eDiscovery Manager'] },
    })
  })

  test('lets nobody in as a user of the same name here', async () => {
    const outcome = await signIn({
      subject: 'another',
      preferred_username: 'ada',
      groups: [administratorsGroup],
    })
    expect(outcome).toMatchObject({ state: 'refused', problem: 'user-exists' })
    const [event] = (await world.audited('sign-in')).slice(-1)
    expect(event).toMatchObject({ outcome: 'refused', target: null, details: { method: 'oidc' } })
  })

  test('lets in only known people where the settings say so', async () => {
    await setUpProvider({ createsUsers: false })
    expect(await signIn({ subject: 'stranger', preferred_username: 'stranger' })).toEqual({
      state: 'refused',
      problem: 'user-unknown',
      linking: false,
    })
    expect((await signIn(erin)).state).toBe('signed-in')
    await setUpProvider({ createsUsers: true })
  })

  test('lets a disabled user in no more', async () => {
    const user = (await access.listUsers(world.parts)).find(({ username }) => username === 'erin.legal')!
    await access.updateUser(world.parts, user.id, { disabled: true })
    expect(await signIn(erin)).toMatchObject({ state: 'refused', problem: 'provider-refused' })
    await access.updateUser(world.parts, user.id, { disabled: false })
  })

  test('that the person breaks off is a refusal, not an error', async () => {
    expect(await signIn(null)).toMatchObject({ state: 'refused', problem: 'provider-refused' })
  })
})

describe('what came back from the provider', () => {
  test('is worth nothing in another browser, and works once', async () => {
    const { step, answer } = await upToCallback(erin)
    expect(await finish(null, answer)).toMatchObject({ state: 'refused' })
    const other = await access.beginProviderSignIn(world.parts, webOrigin, null)
    expect(await finish(other.step, answer)).toMatchObject({ state: 'refused' })
    expect(await finish(step, answer)).toMatchObject({ state: 'signed-in' })
    expect(await finish(step, answer)).toMatchObject({ state: 'refused' })
  })

  test('is refused when its state or its issuer is another', async () => {
    const first = await upToCallback(erin)
    expect(await finish(first.step, { ...first.answer, state: 'made up' })).toMatchObject({
      state: 'refused',
    })
    const second = await upToCallback(erin)
    const foreign = { ...second.answer, iss: 'https://id.elsewhere.example' }
    expect(await finish(second.step, foreign)).toMatchObject({ state: 'refused' })
  })

  test('is refused when the person took too long', async () => {
    const { step, answer } = await upToCallback(erin)
    world.pass(60 * 60_000)
    expect(await finish(step, answer)).toMatchObject({ state: 'refused' })
    world.pass(-60 * 60_000)
  })
})

describe('a user who has a password', () => {
  test('links his person of the provider, and comes in by both', async () => {
    const account = { subject: 'subject-of-ada', preferred_username: 'ada.lovelace' }
    site.signsIn(account)
    const { step, url } = await access.beginProviderLink(world.parts, webOrigin, ada)
    const answer = answerOf(await followToCallback(url, callback))
    expect(await finish(step, answer)).toEqual({ state: 'linked' })
    expect((await world.principal(signedIn(await signIn(account)))).username).toBe('ada')
    expect((await world.principal(await world.session('ada'))).username).toBe('ada')
    expect((await world.audited('link-provider')).at(-1)).toMatchObject({ actor: 'ada', target: 'ada' })
  })

  test('cannot link a person who is somebody else here', async () => {
    site.signsIn(erin)
    const { step, url } = await access.beginProviderLink(world.parts, webOrigin, ada)
    const answer = answerOf(await followToCallback(url, callback))
    expect(await finish(step, answer)).toEqual({ state: 'refused', problem: 'user-exists', linking: true })
  })
})

describe('the provider as it is set up', () => {
  test('is tested, and what is wrong is said', async () => {
    const { provider } = await access.readSettings(world.parts.queries)
    expect(await access.testProvider(world.parts, provider!)).toMatchObject({ ok: true })
    const nobody = { ...provider!, issuer: 'http://127.0.0.1:9' }
    expect(await access.testProvider(world.parts, nobody)).toMatchObject({
      ok: false,
      message: expect.stringContaining('Test ID'),
    })
  })

  test('keeps its secret sealed', async () => {
    const { rows } = await world.pool.query('select value::text as value from setting')
    const { rows: events } = await world.pool.query('select details::text as value from audit_event')
    for (const { value } of [...rows, ...events]) expect(value).not.toContain(clientSecret)
  })

  test('is believed who belongs to which group only after a second person has agreed', async () => {
    await world.member(ada, 'ben', 'Organization Management')
    const { provider } = await access.readSettings(world.parts.queries)
    const change = { provider: { ...provider!, issuer: 'https://id.elsewhere.example' } }
    expect(await access.doOrAsk(world.parts, ada, { operation: 'changeSettings', change })).toMatchObject({
      state: 'waiting',
    })
    const { id, version, ...group } = await world.group('Organization Management')
    const input = { ...group, oidcGroups: [administratorsGroup] }
    const act = { operation: 'changeRoleGroup', id, version, input } as const
    expect(await access.doOrAsk(world.parts, ada, act)).toMatchObject({ state: 'waiting' })
  })
})

async function setUpProvider({ createsUsers }: { createsUsers: boolean }): Promise<void> {
  const provider = {
    name: 'Test ID',
    issuer: site.issuer,
    clientId: 'holdfast',
    sealedClientSecret: await access.sealClientSecret(world.parts, clientSecret),
    groupsClaim: 'groups',
    createsUsers,
  }
  const act = { operation: 'changeSettings', change: { provider } } as const
  expect(await access.doOrAsk(world.parts, ada, act)).toMatchObject({ state: 'done' })
}

async function upToCallback(account: ProviderAccount | null) {
  site.signsIn(account)
  const { step, url } = await access.beginProviderSignIn(world.parts, webOrigin, null)
  return { step, answer: answerOf(await followToCallback(url, callback)) }
}

async function signIn(account: ProviderAccount | null) {
  const { step, answer } = await upToCallback(account)
  return finish(step, answer)
}

type Answer = Parameters<typeof access.finishProviderSignIn>[2]['answer']

function finish(step: string | null, answer: Answer) {
  return access.finishProviderSignIn(world.parts, webOrigin, { step, answer }, from)
}

function answerOf({ searchParams }: URL): Answer {
  const { code, state, iss, error } = Object.fromEntries(searchParams)
  return { code, state, iss, error }
}

function signedIn(outcome: Awaited<ReturnType<typeof finish>>): access.OpenedSession {
  if (outcome.state !== 'signed-in') throw new Error(`not in: ${JSON.stringify(outcome)}`)
  return outcome.session
}
