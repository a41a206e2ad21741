/** An application's proof by certificate: a short-lived JWT that only the holder of the key can sign. */
import { constants, createPrivateKey, hash, type KeyObject, sign, X509Certificate } from 'node:crypto'
import type { Clock } from '../../platform/clock.ts'
import { type RandomSource, uuidOf } from '../../platform/random.ts'
import { DeliveryProblem } from '../problem.ts'

const validSeconds = 5 * 60

export interface AssertionGiven {
  /** Certificate and private key, PEM, in any order; of several certificates the first is the application's. */
  readonly certificatePem: string
  readonly clientId: string
  /** The token endpoint that it is meant for. */
  readonly audience: string
  readonly clock: Clock
  readonly random: RandomSource
}

/** As Microsoft documents it: PS256, `x5t#S256`. Throws `bad-settings` for a PEM that cannot sign. */
export function clientAssertion(given: AssertionGiven): string {
  const { certificate, key } = readPem(given.certificatePem)
  const seconds = Math.floor(given.clock.now() / 1000)
  const header = { alg: 'PS256', typ: 'JWT', 'x5t#S256': hash('sha256', certificate.raw, 'base64url') }
  const claims = {
    aud: given.audience,
    iss: given.clientId,
    sub: given.clientId,
    jti: uuidOf(given.random),
    nbf: seconds,
    iat: seconds,
    exp: seconds + validSeconds,
  }
  const signed = `${encode(header)}.${encode(claims)}`
  const signature = sign('sha256', Buffer.from(signed), {
    key,
    padding: constants.RSA_PKCS1_PSS_PADDING,
    saltLength: constants.RSA_PSS_SALTLEN_DIGEST,
  })
  return `${signed}.${signature.toString('base64url')}`
}

/** When the certificate ends, ms since 1970 UTC. Throws as `clientAssertion`. */
export function certificateEnds(certificatePem: string): number {
  return Date.parse(readPem(certificatePem).certificate.validTo)
}

function encode(value: object): string {
  return Buffer.from(JSON.stringify(value)).toString('base64url')
}

function readPem(pem: string): { certificate: X509Certificate; key: KeyObject } {
  const certificatePem = /-----BEGIN CERTIFICATE-----[^-]+-----END CERTIFICATE-----/.exec(pem)?.[0]
  const keyPem = /-----BEGIN (?:RSA )?PRIVATE KEY-----[^-]+-----END (?:RSA )?PRIVATE KEY-----/.exec(pem)?.[0]
  if (!certificatePem || !keyPem)
    throw badPem(
      `The application's PEM has no ${certificatePem ? 'unencrypted private key' : 'certificate'}; give both in one file.`,
    )
  const parsed = parsePem(certificatePem, keyPem)
  if (parsed.key.asymmetricKeyType !== 'rsa')
    throw badPem(
      "The application's key is not RSA, which Microsoft Entra ID needs; make a certificate of RSA.",
    )
  if (!parsed.certificate.checkPrivateKey(parsed.key))
    throw badPem("The application's private key does not belong to its certificate; give the pair.")
  return parsed
}

function parsePem(certificatePem: string, keyPem: string) {
  try {
    return { certificate: new X509Certificate(certificatePem), key: createPrivateKey(keyPem) }
  } catch (cause) {
    throw badPem("The application's PEM cannot be read; give the certificate and its unencrypted key.", cause)
  }
}

function badPem(message: string, cause?: unknown): DeliveryProblem {
  return new DeliveryProblem('bad-settings', message, { cause })
}
