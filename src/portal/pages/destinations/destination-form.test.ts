import { describe, expect, it } from 'vitest'
import {
  emptyFields,
  fieldsOf,
  isFilled,
  keepsSecret,
  secretOf,
  settingsOf,
  withTls,
} from './destination-form.ts'
import type { Destination } from './labels.ts'

const pem = '-----BEGIN CERTIFICATE-----\nA\n-----END CERTIFICATE-----\n'
const key = '-----BEGIN PRIVATE KEY-----\nB\n-----END PRIVATE KEY-----\n'

function kept(kind: Destination['kind'], settings: Destination['settings']): Destination {
  return { name: 'Kept', kind, settings } as Destination
}

describe('the form of a destination', () => {
  it('asks Exchange Online for the tenant, the application and a certificate with its key', () => {
    const fields = { ...emptyFields('exchange-online'), name: 'M365', tenantId: ' t ', clientId: 'c' }
    expect(isFilled(fields, null)).toBe(false)
    expect(isFilled({ ...fields, certificate: pem }, null)).toBe(false)
    const whole = { ...fields, certificate: pem + key }
    expect(isFilled(whole, null)).toBe(true)
    expect(settingsOf(whole)).toEqual({
      ...{ cloud: 'worldwide', tenantId: 't', clientId: 'c', credential: 'certificate' },
    })
    expect(secretOf(whole)).toEqual({ certificatePem: (pem + key).trim() })
  })

  it('sends Exchange Online a client secret in its place, and the folder that was chosen', () => {
    const fields = { ...emptyFields('exchange-online'), name: 'M365', tenantId: 't', clientId: 'c' }
    const filled = { ...fields, credential: 'secret', cloud: 'china' } as const
    expect(isFilled(filled, null)).toBe(false)
    const whole = { ...filled, clientSecret: ' four tins ', certificate: pem }
    expect(isFilled(whole, null)).toBe(true)
    expect(secretOf(whole)).toEqual({ clientSecret: 'four tins' })
    expect(settingsOf(whole)).toEqual({
      ...{ cloud: 'china', tenantId: 't', clientId: 'c', credential: 'secret' },
    })
  })

  it('keeps what Exchange Online is set to, and its secret while the credential is the same', () => {
    const settings = {
      ...{ cloud: 'dod', tenantId: 't', clientId: 'c', credential: 'secret' },
      ...{ itemBytesMax: 36_700_160, connections: 2 },
    }
    const destination = kept('exchange-online', settings)
    const fields = fieldsOf(destination)
    expect(secretOf(fields)).toBeNull()
    expect(isFilled(fields, destination)).toBe(true)
    expect(settingsOf(fields, settings)).toEqual(settings)
    const other = { ...fields, credential: 'certificate' } as const
    expect(keepsSecret(other, destination)).toBe(false)
    expect(isFilled(other, destination)).toBe(false)
    expect(isFilled({ ...other, certificate: pem + key }, destination)).toBe(true)
    expect(isFilled({ ...other, credential: 'managed-identity' }, destination)).toBe(true)
  })

  it('asks a managed identity for no secret', () => {
    const fields = { ...emptyFields('exchange-online'), name: 'M365', tenantId: 't', clientId: 'c' }
    const managed = { ...fields, credential: 'managed-identity' as const }
    expect(secretOf(managed)).toEqual({})
    expect(isFilled(managed, null)).toBe(true)
  })

  it('takes the password of a master user, or a password for each mailbox', () => {
    const fields = { ...emptyFields('imap'), name: 'Mail', host: 'mail.lantern.example' }
    const master = { ...fields, masterUser: 'archiver', password: 'p' }
    expect(settingsOf(master)).toEqual({
      ...{ host: 'mail.lantern.example', port: 993, tls: 'tls', login: 'master-user' },
      ...{ masterUser: 'archiver', connections: 4 },
    })
    expect(secretOf(master)).toEqual({ password: 'p' })
    const own = { ...fields, login: 'own-passwords' as const, passwords: 'ada@lantern.example,p' }
    expect(settingsOf(own)).not.toHaveProperty('masterUser')
    expect(secretOf(own)).toEqual({ passwords: { 'ada@lantern.example': 'p' } })
    expect(isFilled({ ...own, passwords: `${own.passwords}\nnobody` }, null)).toBe(false)
  })

  it('shows what is kept, and an empty secret leaves it as it is', () => {
    const settings = {
      ...{ host: 'mail.lantern.example', port: 1143, tls: 'starttls', login: 'oauth', masterSeparator: '*' },
      oauth: { tokenAddress: 'https://login.example/token', clientId: 'c', scope: 's' },
      ...{ folderPrefix: 'Archive', connections: 2 },
    }
    const destination = kept('imap', settings)
    const fields = fieldsOf(destination)
    expect(fields).toMatchObject({ login: 'oauth-secret', port: '1143', scope: 's', clientSecret: '' })
    expect(secretOf(fields)).toBeNull()
    expect(isFilled(fields, destination)).toBe(true)
    expect(settingsOf(fields, settings)).toEqual(settings)
    expect(settingsOf({ ...fields, folderPrefix: '' }, settings)).not.toHaveProperty('folderPrefix')
  })

  it('asks for the secret again when the way to sign in changes', () => {
    const settings = { host: 'mail.lantern.example', port: 993, tls: 'tls', login: 'own-passwords' }
    const destination = kept('imap', settings)
    expect(keepsSecret(fieldsOf(destination), destination)).toBe(true)
    const changed = { ...fieldsOf(destination), login: 'master-user' as const, masterUser: 'm' }
    expect(isFilled(changed, destination)).toBe(false)
    expect(isFilled({ ...changed, password: 'p' }, destination)).toBe(true)
  })

  it('lets a journal go without signing in, and brings the usual port along', () => {
    const fields = { ...emptyFields('smtp-journal'), name: 'Journal', host: 'journal.lantern.example' }
    const filled = { ...fields, to: 'journal@vault.example', from: 'holdfast@lantern.example' }
    expect(isFilled(filled, null)).toBe(true)
    expect(secretOf(filled)).toEqual({})
    expect(settingsOf(filled)).not.toHaveProperty('user')
    expect(isFilled({ ...filled, user: 'holdfast' }, null)).toBe(false)
    expect(withTls(filled, 'tls').port).toBe('465')
    expect(withTls({ ...filled, port: '2525' }, 'tls').port).toBe('2525')
  })
})
