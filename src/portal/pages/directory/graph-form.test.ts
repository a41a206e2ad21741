import { describe, expect, it } from 'vitest'
import { graphFieldsOf, graphOf, isGraphFilled, keepsGraphSecret } from './graph-form.ts'
import type { Directory } from './labels.ts'

const clientId = '11111111-2222-4333-8444-555555555555'
const settings = { cloud: 'worldwide', tenantId: 'firm.example', clientId, credential: 'secret' } as const
const kept: Directory['graph'] = { settings, hasSecret: true, version: 3 }

describe('the form of Microsoft Graph', () => {
  it('asks for the application and how it signs in', () => {
    const fields = { ...graphFieldsOf(null), ...settings }
    expect(isGraphFilled(fields, null)).toBe(false)
    const filled = { ...fields, tenantId: ' firm.example ', clientSecret: 'four tins' }
    expect(isGraphFilled(filled, null)).toBe(true)
    expect(graphOf(filled)).toEqual({ ...settings, secret: { clientSecret: 'four tins' } })
  })

  it('sends no secret where none was typed, and none of a managed identity', () => {
    const fields = graphFieldsOf(kept)
    expect(isGraphFilled(fields, kept)).toBe(true)
    expect(graphOf(fields)).toEqual(settings)
    const managed = { ...fields, credential: 'managed-identity', clientSecret: 'typed before' } as const
    expect(isGraphFilled(managed, null)).toBe(true)
    expect(graphOf(managed)).not.toHaveProperty('secret')
  })

  it.each([
    { tenantId: 'elsewhere.example' },
    { clientId: '99999999-2222-4333-8444-555555555555' },
    { cloud: 'china' },
    { credential: 'certificate' },
  ] as const)('asks for the secret again of another application: %o', (other) => {
    const fields = { ...graphFieldsOf(kept), ...other }
    expect(keepsGraphSecret(fields, kept)).toBe(false)
    expect(isGraphFilled(fields, kept)).toBe(false)
  })
})
