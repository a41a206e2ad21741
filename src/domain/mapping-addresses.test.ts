import { describe, expect, it } from 'vitest'
import { compileMapping, type DirectoryMailbox } from './mapping.ts'

const [monday, tuesday, friday] = ['2026-03-16', '2026-03-17', '2026-03-20'].map((day) =>
  Date.parse(`${day}T00:00:00Z`),
) as [number, number, number]

function mappedTo(mailboxes: readonly DirectoryMailbox[], email: string, at: number): number | null {
  const mapping = compileMapping({ rows: [], automatic: true, registeredUsers: [], mailboxes })
  return mapping.mapIdentity({ type: 'email', value: email }, at).mailboxId
}

describe('an address that a mailbox has had', () => {
  const ada = {
    ...{ id: 1, address: 'ada.b@firm.example', active: true },
    addresses: [
      { address: 'ada@firm.example', from: null, to: tuesday },
      { address: 'ada.b@firm.example', from: tuesday, to: null },
      { address: 'sales@firm.example', from: tuesday, to: null },
    ],
  }

  it('maps to it what was sent while it had it', () => {
    expect(mappedTo([ada], 'ada@firm.example', monday)).toBe(1)
    expect(mappedTo([ada], 'Ada@firm.example', friday)).toBeNull()
    expect(mappedTo([ada], 'sales@firm.example', friday)).toBe(1)
    expect(mappedTo([ada], 'sales@firm.example', monday)).toBeNull()
  })

  it('maps to it at all times where it goes by it and nobody else had it', () => {
    expect(mappedTo([ada], 'ada.b@firm.example', monday)).toBe(1)
  })

  it('maps to another from when that one had it', () => {
    const ben = {
      id: 2,
      address: 'ada@firm.example',
      active: true,
      addresses: [{ address: 'ada@firm.example', from: friday, to: null }],
    }
    for (const mailboxes of [
      [ada, ben],
      [ben, ada],
    ]) {
      expect(mappedTo(mailboxes, 'ada@firm.example', monday)).toBe(1)
      expect(mappedTo(mailboxes, 'ada@firm.example', tuesday)).toBeNull()
      expect(mappedTo(mailboxes, 'ada@firm.example', friday)).toBe(2)
    }
  })

  it('does not matter to a row of the CSV, which names a mailbox', () => {
    const ben = {
      ...{ id: 2, address: 'ada@firm.example', active: true },
      addresses: [{ address: 'ada@firm.example', from: friday, to: null }],
    }
    const rows = [{ row: 2, phone: '+447700900001', mailboxAddress: 'ada@firm.example' }]
    const mapping = compileMapping({ rows, automatic: true, registeredUsers: [], mailboxes: [ada, ben] })
    expect(mapping.mapIdentity({ type: 'phone', value: '+447700900001' }, monday).mailboxId).toBe(2)
  })

  it('of somebody who left maps to his mailbox until he left, and to whoever took it over', () => {
    const left = {
      id: 3,
      address: 'li@firm.example',
      active: false,
      activeTo: tuesday,
      addresses: [{ address: 'li@firm.example', from: null, to: tuesday }],
    }
    const manager = {
      id: 4,
      address: 'wu@firm.example',
      active: true,
      addresses: [{ address: 'li@firm.example', from: tuesday, to: null }],
    }
    expect(mappedTo([left, manager], 'li@firm.example', monday)).toBe(3)
    expect(mappedTo([left, manager], 'li@firm.example', tuesday)).toBe(4)
    expect(mappedTo([left], 'li@firm.example', friday)).toBeNull()
  })
})
