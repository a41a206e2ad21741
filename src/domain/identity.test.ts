import { expect, it } from 'vitest'
import { identityKey, normaliseIdentity, parseIdentityKey, sameIdentity } from './identity.ts'

it('an identity has one form, whatever its case and spacing', () => {
  expect(normaliseIdentity('email', ' Ada@Example.COM ')).toEqual({ type: 'email', value: 'ada@example.com' })
  expect(normaliseIdentity('wecom-userid', 'ZhangSan')).toEqual({ type: 'wecom-userid', value: 'zhangsan' })
  expect(normaliseIdentity('phone', '44 7700 900123')).toEqual({ type: 'phone', value: '+447700900123' })
  expect(normaliseIdentity('wechat-external', 'wmAbC')).toEqual({ type: 'wechat-external', value: 'wmAbC' })
})

it('what is no identity of its type is none', () => {
  expect(normaliseIdentity('email', 'ada@')).toBeNull()
  expect(normaliseIdentity('phone', 'ada')).toBeNull()
  expect(normaliseIdentity('name', '  ')).toBeNull()
})

it('a key reads back to its identity, colons included', () => {
  const identity = { type: 'name', value: 'Ada: London' } as const
  expect(identityKey(identity)).toBe('name:Ada: London')
  expect(parseIdentityKey('name:Ada: London')).toEqual(identity)
  expect(parseIdentityKey('nobody:Ada')).toBeNull()
  expect(parseIdentityKey('Ada')).toBeNull()
  expect(sameIdentity(identity, { type: 'name', value: 'Ada: London' })).toBe(true)
  expect(sameIdentity(identity, { type: 'wechat-external', value: 'Ada: London' })).toBe(false)
})
