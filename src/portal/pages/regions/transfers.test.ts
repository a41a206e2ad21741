import { describe, expect, it } from 'vitest'
import { type Basis, transfersOf } from './transfers.ts'

const basis = (from: string, to: string, ended: Basis['ended'] = null): Basis => ({
  ...{ id: 1, from, to, basis: 'Standard contract', law: null, document: null, ended },
  ...{ validFrom: '2026-01-12T00:00:00Z', recordedBy: 'orla', recordedAt: '2026-01-12T00:00:00Z' },
})

describe('transfers between regions', () => {
  it('are those from where connectors take to where mailboxes are, each way by itself', () => {
    const regions = [
      { name: 'cn', connectors: ['wechat'], mailboxes: 1 },
      { name: 'eu', connectors: ['whatsapp'], mailboxes: 2 },
      { name: 'us', connectors: [], mailboxes: 3 },
    ]
    const ended = { by: 'orla', at: '2026-02-01T00:00:00Z' }
    const bases = [basis('cn', 'eu'), basis('eu', 'us', ended)]
    const found = transfersOf({ regions, bases }).map((one) => [one.from, one.to, one.basis !== null])
    expect(found).toEqual([
      ['cn', 'eu', true],
      ['cn', 'us', false],
      ['eu', 'cn', false],
      ['eu', 'us', false],
    ])
  })
})
