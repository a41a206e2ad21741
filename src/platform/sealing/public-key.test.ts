import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { systemRandom } from '../random.ts'
import {
  formatPublicKey,
  generateKeyPair,
  openWithPrivateKey,
  parsePublicKey,
  publicKeyFingerprint,
  sealToPublicKey,
} from './index.ts'

describe('sealing to a public key', () => {
  const pair = generateKeyPair(systemRandom)
  const refused = expect.objectContaining({ code: 'key-refused', details: { object: 'segment key 7' } })

  it('opens with the private half only', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (secret) => {
        const sealed = sealToPublicKey(pair.publicKey, secret, systemRandom)
        expect(sealed.length).toBe(secret.length + 49)
        expect(openWithPrivateKey(pair.privateKey, sealed, 'x').equals(secret)).toBe(true)
      }),
      { numRuns: 30 },
    )
    const sealed = sealToPublicKey(pair.publicKey, Buffer.alloc(32), systemRandom)
    const other = generateKeyPair(systemRandom)
    expect(() => openWithPrivateKey(other.privateKey, sealed, 'segment key 7')).toThrow(refused)
  })

  it('any changed bit is refused', () => {
    const sealed = sealToPublicKey(pair.publicKey, Buffer.alloc(32, 5), systemRandom)
    for (let bit = 0; bit < sealed.length * 8; bit++) {
      // The highest bit of an X25519 key is ignored by RFC 7748, but the salt binds it here.
      const changed = Buffer.from(sealed)
      changed[bit >> 3]! ^= 1 << (bit & 7)
      expect(() => openWithPrivateKey(pair.privateKey, changed, 'segment key 7')).toThrow(refused)
    }
    for (const length of [0, 1, 33, 48, sealed.length - 1])
      expect(() => openWithPrivateKey(pair.privateKey, sealed.subarray(0, length), 'segment key 7')).toThrow(
        refused,
      )
  })

  it('a key of the wrong length or of small order is refused', () => {
    const bad = expect.objectContaining({ code: 'bad-public-key' })
    for (const key of [
      Buffer.alloc(31, 1),
      Buffer.alloc(33, 1),
      Buffer.alloc(32),
      Buffer.from([1, ...Buffer.alloc(31)]),
    ])
      expect(() => sealToPublicKey(key, Buffer.alloc(32), systemRandom)).toThrow(bad)
  })

  it('the public half is computed as in RFC 7748 §6.1 (Bob)', () => {
    const bob = Buffer.from('5dab087e624a8a4b79e17f8b83800ee66f3bb1292618b6fd1c2f8b27ff88e0eb', 'hex')
    expect(generateKeyPair({ bytes: () => bob }).publicKey.toString('hex')).toBe(
      'de9edb7d7b7dc1b4d35b61c2ece435373f8343c85b78674dadfc7e146f882b4f',
    )
  })
})

describe('the text of a public key', () => {
  const { publicKey } = generateKeyPair(systemRandom)
  const text = formatPublicKey(publicKey)

  it('reads back, also from a file with a byte order mark, CRLF, indentation and text around it', () => {
    expect(parsePublicKey(text, 'a.pub').equals(publicKey)).toBe(true)
    const pasted = `\uFEFFDear Ms Lam,\r\n${text.replaceAll('\n', '\r\n  ')}\r\nRegards`
    expect(parsePublicKey(pasted, 'a.pub').equals(publicKey)).toBe(true)
    expect(text).toContain(publicKeyFingerprint(publicKey))
    expect(publicKeyFingerprint(publicKey)).toMatch(/^([0-9a-f]{4}-){7}[0-9a-f]{4}$/)
  })

  it('cut short anywhere, or with any letter of the key changed, it is refused and the file is named', () => {
    const bad = expect.objectContaining({ code: 'bad-public-key', message: expect.stringContaining('a.pub') })
    for (let length = 0; length < text.trimEnd().length; length++)
      expect(() => parsePublicKey(text.slice(0, length), 'a.pub')).toThrow(bad)
    const from = text.indexOf('\n\n') + 2
    for (let at = from; at < from + 43; at++) {
      const letter = text[at] === 'A' ? 'B' : 'A'
      expect(() => parsePublicKey(text.slice(0, at) + letter + text.slice(at + 1), 'a.pub')).toThrow(bad)
    }
  })

  it('a private key given by mistake is refused with the reason', () => {
    const pem = '-----BEGIN PRIVATE KEY-----\nAAAA\n-----END PRIVATE KEY-----'
    expect(() => parsePublicKey(pem, 'a.pem')).toThrow(/must never leave the centre/)
  })
})
