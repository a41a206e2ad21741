import { describe, expect, it } from 'vitest'
import { compileMapping, type MappingInput } from '../../../domain/mapping.ts'
import type { Identity } from '../../../domain/message.ts'
import { explanationParts, unmappedNumbers } from './explanation-parts.ts'

const now = Date.parse('2026-03-17T09:30:00Z')
const day = 86_400_000
const ada = { name: 'Ada', mobile: '+447700900123', email: 'ada@firm.example', wecomUserid: 'ada' }
const mailbox = { id: 1, address: 'ada@firm.example', active: true }
const row = { row: 2, phone: '+447700900123', mailboxAddress: 'ada@firm.example' }
const phone: Identity = { type: 'phone', value: '+447700900123' }

/** One for each way in which a participant maps to nobody. */
const cases: readonly (readonly [Identity, Partial<MappingInput>])[] = [
  [phone, {}],
  [phone, { rows: [{ ...row, validTo: now - day }] }],
  [{ type: 'wecom-userid', value: 'nobody' }, {}],
  [{ type: 'name', value: 'Ada' }, {}],
  [{ type: 'wechat-external', value: 'wm1' }, {}],
  [phone, { registeredUsers: [ada], automatic: false }],
  [phone, { registeredUsers: [ada] }],
  [phone, { registeredUsers: [ada], mailboxes: [{ ...mailbox, activeFrom: now + day }] }],
  [phone, { rows: [row] }],
  [phone, { rows: [row], mailboxes: [{ ...mailbox, active: false }] }],
]

describe('explanations of what maps to nobody', () => {
  it.each(cases)('are understood, of %j', (identity, input) => {
    const mapping = compileMapping({
      rows: [],
      automatic: true,
      registeredUsers: [],
      mailboxes: [],
      ...input,
    })
    const { rule, explanation } = mapping.mapIdentity(identity, now)
    expect(rule).toBe('none')
    expect(explanationParts(explanation)).not.toBeNull()
    const named = `Lin; Co, ${identity.type} ${identity.value}: ${explanation}`
    expect(explanationParts(`${named}; ${identity.type} second: ${explanation}`)).toMatchObject([
      { who: `Lin; Co, ${identity.type} ${identity.value}` },
      { who: `${identity.type} second` },
    ])
  })

  it('are left as they are where they are new', () => {
    expect(explanationParts('Its time "x" lies outside the years 1970 to 2108.')).toBeNull()
    expect(explanationParts('no match because of the weather')).toBeNull()
  })

  it('name the numbers that can be mapped, and no others', () => {
    const why = 'no match because no CSV row names it and it belongs to no registered user'
    const text = `Lin, phone +447700900123: ${why}; wecom-userid huang: ${why}; phone +447700900124: ${why}`
    expect(unmappedNumbers(text)).toEqual(['+447700900123', '+447700900124'])
  })
})
