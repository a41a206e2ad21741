import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import {
  companyOf,
  contact,
  corpId,
  customerRoomId,
  innerRoom,
  noon,
  registered,
  robotId,
} from '../../../../test/wecom/company.ts'
import { type QyapiServer, startQyapiServer } from '../../../../test/wecom/server.ts'
import { isAppError } from '../../../domain/errors.ts'
import { createQyapi, type Qyapi } from './qyapi.ts'
import {
  agreementsOf,
  customerRoom,
  innerRoomName,
  permittedUsers,
  robotName,
  roomAgreements,
  userByEmail,
  userByMobile,
} from './qyapi-calls.ts'
import { lookUpUser } from './user-ids.ts'

const clock = { time: noon, now: () => clock.time }
let server: QyapiServer
beforeAll(async () => {
  server = await startQyapiServer(companyOf('archive-secret'), { now: clock.now })
})
afterAll(() => server.close())
afterEach(() => {
  clock.time = noon
})

function apiOf(secret: string, corp = corpId): Qyapi {
  return createQyapi({
    origin: server.origin,
    corpId: corp,
    secret,
    clock,
    signal: new AbortController().signal,
    firstWaitMs: 1,
  })
}
const codeOf = (attempt: Promise<unknown>) =>
  attempt.catch((error: unknown) => (isAppError(error) ? error.code : error))
const count = (path: string) => server.calls.filter((call) => call.path === path).length

describe('the access token', () => {
  test('is asked for once, and again before it ends', async () => {
    const before = count('gettoken')
    const api = apiOf('archive-secret')
    await permittedUsers(api)
    await permittedUsers(api)
    expect(count('gettoken') - before).toBe(1)
    clock.time += 7200_000 - 299_000
    await permittedUsers(api)
    expect(count('gettoken') - before).toBe(2)
  })

  test('that ended early is renewed, once', async () => {
    const api = apiOf('archive-secret')
    await permittedUsers(api)
    server.endTokens()
    expect(await permittedUsers(api)).toEqual(['zhangsan', 'wangwu'])
    server.fail('msgaudit/get_permit_user_list', 42001, 2)
    expect(await codeOf(permittedUsers(api))).toBe('vendor-refused')
  })

  test('is not had with a wrong secret or company; the error does not repeat the secret', async () => {
    const error = await permittedUsers(apiOf('wrong-secret')).catch((cause: unknown) => cause)
    expect(isAppError(error, 'vendor-refused')).toBe(true)
    expect(String(error)).not.toContain('wrong-secret')
    expect(await codeOf(permittedUsers(apiOf('archive-secret', 'wwother')))).toBe('bad-settings')
  })
})

describe('what passes by itself is asked again', () => {
  test.each([-1, 45009, 'status-502', 'cut-off', 'no-json'] as const)('%s', async (how) => {
    const api = apiOf('archive-secret')
    server.fail('msgaudit/get_permit_user_list', how, 2)
    expect(await permittedUsers(api)).toEqual(['zhangsan', 'wangwu'])
    server.fail('msgaudit/get_permit_user_list', how, 3)
    expect(await codeOf(permittedUsers(api))).toBe('vendor-unreachable')
  })

  test('an address that is not trusted is refused at once, and named', async () => {
    const api = apiOf('archive-secret')
    const before = count('msgaudit/get_permit_user_list')
    server.fail('msgaudit/get_permit_user_list', 301042)
    const error = await permittedUsers(api).catch((cause: unknown) => cause)
    expect(String(error)).toContain('203.0.113.7')
    expect(count('msgaudit/get_permit_user_list') - before).toBe(1)
  })

  test('a budget that is used up is waited for, and then an error', async () => {
    const tight = await startQyapiServer(companyOf('archive-secret'), { now: clock.now, callsPerMinute: 1 })
    try {
      const api = createQyapi({
        ...{ origin: tight.origin, corpId, secret: 'archive-secret', clock, firstWaitMs: 1 },
        signal: new AbortController().signal,
      })
      await permittedUsers(api)
      expect(await codeOf(permittedUsers(api))).toBe('vendor-unreachable')
      clock.time += 60_000
      expect(await permittedUsers(api)).toHaveLength(2)
    } finally {
      await tight.close()
    }
  })
})

describe('consent', () => {
  test('is asked for a hundred pairs a call', async () => {
    const before = count('msgaudit/check_single_agree')
    const pairs = Array.from({ length: 250 }, (_, index) => ({ userid: `u${index}`, externalId: contact }))
    const found = await agreementsOf(apiOf('archive-secret'), [
      ...pairs,
      { userid: 'ZhangSan', externalId: contact },
    ])
    expect(found).toHaveLength(251)
    expect(found.at(-1)).toMatchObject({ userid: 'ZhangSan', agree_status: 'Disagree' })
    expect(count('msgaudit/check_single_agree') - before).toBe(3)
  })

  test('of one pair that is refused does not hide the others', async () => {
    server.fail('msgaudit/check_single_agree', 40058, 2)
    const pairs = ['a', 'b', 'c'].map((userid) => ({ userid, externalId: contact }))
    const found = await agreementsOf(apiOf('archive-secret'), pairs)
    expect(found.map(({ userid }) => userid)).toEqual(['a', 'b', 'c'])
    server.fail('msgaudit/check_single_agree', 40058, 1)
    expect(await agreementsOf(apiOf('archive-secret'), pairs.slice(0, 1))).toEqual([])
  })

  test('of a group', async () => {
    expect(await roomAgreements(apiOf('archive-secret'), 'wrUNKNOWN')).toBeNull()
    expect(await roomAgreements(apiOf('archive-secret'), customerRoomId)).toMatchObject([
      { exteranalopenid: contact },
    ])
  })
})

describe('names', () => {
  test('of groups of employees, of customers and of robots', async () => {
    const [archive, customers] = [apiOf('archive-secret'), apiOf('customers-secret')]
    expect(await innerRoomName(archive, innerRoom)).toBe('项目组')
    expect(await innerRoomName(archive, customerRoomId)).toBeNull()
    expect(await customerRoom(customers, innerRoom)).toBeNull()
    expect((await customerRoom(customers, customerRoomId))?.members.get(contact)).toBe('王小姐')
    expect(await robotName(archive, robotId)).toBe('Build robot')
    expect(await robotName(archive, 'wbTESTnobody')).toBeNull()
    expect(await codeOf(customerRoom(archive, customerRoomId))).toBe('vendor-refused')
  })
})

describe('people', () => {
  test('are found by mobile number, by business and by personal address', async () => {
    const api = apiOf('contacts-secret')
    expect(await userByMobile(api, '+447700900001')).toBe('ZhangSan')
    expect(await userByMobile(api, '+447700900077')).toBeNull()
    expect(await userByEmail(api, 'zhang.san@firm.example')).toBe('ZhangSan')
    expect(await userByEmail(api, 'li.si@firm.example')).toBe('lisi')
    expect(await userByEmail(api, 'nobody@firm.example')).toBeNull()
  })

  test('Chinese numbers go without their country code', async () => {
    await userByMobile(apiOf('contacts-secret'), `+86${'1'.repeat(11)}`)
    expect(server.calls.at(-1)?.body).toEqual({ mobile: '1'.repeat(11) })
  })

  test('registered users are found by whichever is known', async () => {
    const api = apiOf('contacts-secret')
    expect(await lookUpUser(api, registered[0]!)).toBe('ZhangSan')
    expect(await lookUpUser(api, registered[1]!)).toBe('lisi')
    expect(await lookUpUser(api, { name: '', mobile: '', email: '' })).toBeNull()
  })
})
