import { describe, expect, it } from 'vitest'
import { mapMessage } from './map-message.ts'
import { compileMapping, type MappingInput } from './mapping.ts'
import type { MappingRow } from './mapping-file.ts'
import type { Identity } from './message.ts'

const adaPhone = { type: 'phone', value: '+447700900123' } as const
const boPhone = { type: 'phone', value: '+12125550100' } as const
const adaUserid = { type: 'wecom-userid', value: 'ada' } as const
const stranger = { type: 'phone', value: '+447700900999' } as const
const adaName = { type: 'name', value: 'Ada' } as const

const march = Date.UTC(2026, 2, 15)
const april = Date.UTC(2026, 3, 15)
const endOfMarch = Date.UTC(2026, 3, 1)

const adaRow: MappingRow = { row: 12, phone: adaPhone.value, mailboxAddress: 'ada@example.com' }

const base: MappingInput = {
  rows: [],
  automatic: true,
  registeredUsers: [
    { name: 'Ada', mobile: adaPhone.value, email: 'ada@example.com', wecomUserid: 'ada' },
    { name: 'Bo', mobile: boPhone.value, email: 'bo@example.com' },
  ],
  mailboxes: [
    { id: 1, address: 'ada@example.com', active: true },
    { id: 2, address: 'bo@example.com', active: true },
    { id: 3, address: 'records@example.com', active: true },
  ],
}

function map(change: Partial<MappingInput>, identity: Identity, at = march) {
  return compileMapping({ ...base, ...change }).mapIdentity(identity, at)
}

describe('a participant', () => {
  it('maps by the custom CSV first, and the answer names the row', () => {
    const row = { ...adaRow, mailboxAddress: 'bo@example.com' }
    expect(map({ rows: [row] }, adaPhone)).toEqual({
      mailboxId: 2,
      rule: 'csv',
      explanation: 'by CSV row 12',
      registered: true,
      email: 'ada@example.com',
      name: 'Ada',
    })
  })

  it('maps by the registered user’s e-mail where the CSV is silent', () => {
    expect(map({}, adaPhone)).toMatchObject({
      mailboxId: 1,
      rule: 'email-property',
      explanation: 'by e-mail property ada@example.com',
    })
  })

  it('known by WeCom userid maps through the registered user to the CSV row of the phone', () => {
    expect(map({ rows: [adaRow], automatic: false }, adaUserid)).toMatchObject({ mailboxId: 1, rule: 'csv' })
    expect(map({}, { type: 'wecom-userid', value: 'Ada' })).toMatchObject({
      mailboxId: 1,
      rule: 'email-property',
    })
  })

  it('known by e-mail address maps to that mailbox', () => {
    expect(map({}, { type: 'email', value: 'records@example.com' })).toMatchObject({
      mailboxId: 3,
      registered: false,
    })
  })

  it('does not map automatically when automatic mapping is off', () => {
    expect(map({ automatic: false }, adaPhone)).toMatchObject({
      mailboxId: null,
      rule: 'none',
      registered: true,
      explanation: 'no match because no CSV row names it and automatic mapping is off',
    })
  })

  it('maps whatever form a number has that its country changed', () => {
    const row = { ...adaRow, phone: '+520000000000' }
    expect(map({ rows: [row] }, { type: 'phone', value: '+5210000000000' })).toMatchObject({ mailboxId: 1 })
  })

  it.each([
    [
      stranger,
      'no match because no CSV row names it and the number was no registered user’s when the message was sent',
    ],
    [adaName, 'no match because no CSV row names it and a display name maps only as a confirmed alias'],
    [
      { type: 'wechat-external', value: 'wm1' },
      'no match because no CSV row names it and it belongs to no registered user',
    ],
  ] as const)('who is nobody of ours is explained: %o', (identity, explanation) => {
    expect(map({}, identity)).toEqual({ mailboxId: null, rule: 'none', registered: false, explanation })
  })

  it('shown only by name maps when an administrator confirmed who that is', () => {
    const aliases = [{ alias: adaName, identity: adaPhone }]
    expect(map({ aliases }, adaName)).toMatchObject({
      mailboxId: 1,
      explanation: 'by confirmed alias, by e-mail property ada@example.com',
    })
  })

  it('never maps outside the directory, and a CSV row that points there is final', () => {
    const row = { ...adaRow, mailboxAddress: 'gone@example.com' }
    expect(map({ rows: [row] }, adaPhone)).toMatchObject({
      mailboxId: null,
      explanation:
        'no match because CSV row 12 names gone@example.com, which is not a mailbox of the directory',
    })
  })
})

describe('a number that changed hands', () => {
  it('maps to whoever held it when the message was sent', () => {
    const rows = [
      { ...adaRow, row: 2, validTo: endOfMarch },
      { ...adaRow, row: 3, mailboxAddress: 'bo@example.com', validFrom: endOfMarch },
    ]
    const { mapIdentity } = compileMapping({ ...base, rows })
    expect(mapIdentity(adaPhone, march).explanation).toBe('by CSV row 2')
    expect(mapIdentity(adaPhone, endOfMarch - 1).mailboxId).toBe(1)
    expect(mapIdentity(adaPhone, endOfMarch).mailboxId).toBe(2)
    expect(mapIdentity(adaPhone, april).explanation).toBe('by CSV row 3')
  })

  it('belongs to nobody in between', () => {
    const rows = [{ ...adaRow, validTo: endOfMarch }]
    expect(map({ rows, registeredUsers: [] }, adaPhone, april).explanation).toBe(
      'no match because no CSV row was valid when the message was sent and the number was no registered user’s when the message was sent',
    )
  })

  it('follows the registrations as well: user, e-mail and snapshot are those of the time', () => {
    const registeredUsers = [
      { name: 'Ada', mobile: adaPhone.value, email: 'ada@example.com', validTo: endOfMarch },
      { name: 'Bo', mobile: adaPhone.value, email: 'bo@example.com', validFrom: endOfMarch },
    ]
    expect(map({ registeredUsers }, adaPhone, march)).toMatchObject({
      mailboxId: 1,
      email: 'ada@example.com',
    })
    expect(map({ registeredUsers }, adaPhone, april)).toMatchObject({ mailboxId: 2, email: 'bo@example.com' })
  })
})

describe('an inactive mailbox', () => {
  const mailboxes = [{ id: 1, address: 'ada@example.com', active: false, activeTo: endOfMarch }]

  it('still takes items from its active period, and none from after it', () => {
    expect(map({ mailboxes }, adaPhone, march).mailboxId).toBe(1)
    expect(map({ mailboxes }, adaPhone, april)).toMatchObject({
      mailboxId: null,
      explanation:
        'no match because no CSV row names it and its e-mail address is ada@example.com, a mailbox that was not active when the message was sent',
    })
  })

  it('takes none when nobody knows until when it was active', () => {
    expect(
      map({ mailboxes: [{ id: 1, address: 'ada@example.com', active: false }] }, adaPhone).mailboxId,
    ).toBeNull()
  })
})

describe('a message', () => {
  const people = (...identities: Identity[]) => identities.map((identity) => ({ identity }))

  it('goes to the mailbox of every participant who maps, once each', () => {
    const result = mapMessage(people(adaPhone, adaUserid, boPhone, stranger), march, compileMapping(base))
    expect(result.mailboxes.map((one) => [one.mailboxId, one.participants.length])).toEqual([
      [1, 2],
      [2, 1],
    ])
    expect(result.unmapped.map((one) => one.participant.identity)).toEqual([stranger])
    expect(result).toMatchObject({ none: false, partly: false })
  })

  it('is partly unmapped when a registered participant has no mailbox', () => {
    const mapping = compileMapping({ ...base, mailboxes: base.mailboxes.slice(0, 1) })
    const result = mapMessage(people(adaPhone, boPhone), march, mapping)
    expect(result).toMatchObject({ none: false, partly: true })
    expect(result.unmapped[0]).toMatchObject({ registered: true })
  })

  it('maps to nobody when no participant maps', () => {
    const result = mapMessage(people(stranger, adaName), march, compileMapping(base))
    expect(result).toMatchObject({ mailboxes: [], none: true, partly: false })
    expect(result.unmapped).toHaveLength(2)
  })

  it('goes to the catch-all mailbox only when no participant maps', () => {
    const mapping = compileMapping({ ...base, catchAll: 3 })
    expect(mapMessage(people(stranger), march, mapping)).toMatchObject({
      mailboxes: [{ mailboxId: 3, rule: 'catch-all', participants: [] }],
      none: false,
    })
    expect(mapMessage(people(adaPhone), march, mapping).mailboxes.map((one) => one.mailboxId)).toEqual([1])
  })
})
