import { constants, createPrivateKey, generateKeyPairSync, publicEncrypt } from 'node:crypto'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { readPrivateKey, unwrapRandomKey, withoutPadding } from './private-key.ts'

const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 })
const stranger = generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey
const wrap = (text: string) =>
  publicEncrypt({ key: publicKey, padding: constants.RSA_PKCS1_PADDING }, Buffer.from(text)).toString(
    'base64',
  )

describe('private keys', () => {
  test('are read in both forms of PEM', () => {
    for (const type of ['pkcs1', 'pkcs8'] as const) {
      const key = readPrivateKey(privateKey.export({ type, format: 'pem' }) as string)
      expect(unwrapRandomKey(key!, wrap('the random key'))?.toString()).toBe('the random key')
    }
  })

  test('of another kind, and what is no key, are refused', () => {
    const { privateKey: curve } = generateKeyPairSync('ed25519')
    expect(readPrivateKey(curve.export({ type: 'pkcs8', format: 'pem' }) as string)).toBeNull()
    expect(readPrivateKey('-----BEGIN RSA PRIVATE KEY-----\nAAAA\n-----END RSA PRIVATE KEY-----')).toBeNull()
    expect(readPrivateKey('')).toBeNull()
  })
})

describe('random keys', () => {
  test('are not opened by another key, but for one in some 65,000 that looks right by chance', () => {
    const opened = Array.from({ length: 20 }, (_, round) => unwrapRandomKey(stranger, wrap(`key ${round}`)))
    expect(opened.filter((key) => key !== null).length).toBeLessThanOrEqual(1)
  })

  test('that were damaged, cut off or are no base64 are refused', () => {
    const key = createPrivateKey(privateKey.export({ type: 'pkcs8', format: 'pem' }))
    const whole = Buffer.from(wrap('the random key'), 'base64')
    whole[100]! ^= 1
    expect(unwrapRandomKey(key, whole.toString('base64'))?.toString()).not.toBe('the random key')
    expect(unwrapRandomKey(key, whole.subarray(1).toString('base64'))).toBeNull()
    expect(unwrapRandomKey(key, '')).toBeNull()
    expect(unwrapRandomKey(key, '!')).toBeNull()
  })

  test('have at least eight bytes of padding that are not zero, and a content', () => {
    const padded = (padding: number, content: string) =>
      Buffer.concat([Buffer.from([0, 2]), Buffer.alloc(padding, 9), Buffer.from([0]), Buffer.from(content)])
    expect(withoutPadding(padded(8, 'k'))?.toString()).toBe('k')
    expect(withoutPadding(padded(7, 'k'))).toBeNull()
    expect(withoutPadding(padded(8, ''))).toBeNull()
    expect(withoutPadding(Buffer.from([0, 1, ...padded(8, 'k').subarray(2)]))).toBeNull()
    expect(withoutPadding(Buffer.alloc(0))).toBeNull()
  })

  test('any bytes are taken apart without a throw', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), (bytes) => {
        const content = withoutPadding(Buffer.from(bytes))
        expect(content === null || content.length > 0).toBe(true)
      }),
    )
  })
})
