import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { type Identity, identityTypes } from '../domain/message.ts'
import { addressOf, isPlainAddress, localPartOf } from './address.ts'
import { anyText } from './compose.contract.ts'

const at = (type: Identity['type'], value: string, email?: string) =>
  addressOf({ type, value }, email, 'archive.example')

describe('the address of a participant', () => {
  it('is the registered e-mail address, else the e-mail identity, else one of ours', () => {
    expect(at('phone', '+447700900001', 'anna@firm.example')).toBe('anna@firm.example')
    expect(at('email', 'ben@client.example')).toBe('ben@client.example')
    expect(at('phone', '+447700900001')).toBe('phone.447700900001@archive.example')
    expect(at('wecom-userid', 'zhang.san')).toBe('wecom-userid.zhang.san@archive.example')
    expect(at('name', 'Anna Smith')).toBe('name.Anna=20Smith@archive.example')
    expect(at('name', '张伟')).toBe('name.=e5=bc=a0=e4=bc=9f@archive.example')
  })

  it('does not trust an address that could break a header', () => {
    expect(at('phone', '+447700900001', 'x@firm.example\r\nBcc: y@firm.example')).toBe(
      'phone.447700900001@archive.example',
    )
    expect(isPlainAddress('a..b@firm.example')).toBe(false)
    expect(isPlainAddress('a@b@firm.example')).toBe(false)
  })

  it('never is the same for two identities', () => {
    const near = fc.constantFrom(
      '447700900001',
      '+447700900001',
      '-447700900001',
      '=2b447700900001',
      'a.b',
      'a..b',
    )
    const identity = fc.record({
      type: fc.constantFrom(...identityTypes),
      value: fc.oneof(near, anyText).map((text) => text.toWellFormed()),
    })
    fc.assert(
      fc.property(identity, identity, (one, other) => {
        fc.pre(one.type !== other.type || one.value !== other.value)
        expect(localPartOf(one)).not.toBe(localPartOf(other))
      }),
      { numRuns: 2000 },
    )
  })

  it('has a local part that every mail system takes', () => {
    fc.assert(
      fc.property(fc.constantFrom(...identityTypes), anyText, (type, value) => {
        const localPart = localPartOf({ type, value })
        expect(localPart.length).toBeLessThanOrEqual(64)
        expect(isPlainAddress(`${localPart}@archive.example`)).toBe(true)
      }),
      { numRuns: 1000 },
    )
  })
})
