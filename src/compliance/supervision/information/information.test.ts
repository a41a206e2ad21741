import { describe, expect, it } from 'vitest'
import type { InformationTypeName } from '../../../domain/supervision-policy.ts'
import { normalise } from '../../../domain/text/normalise.ts'
import { findInformation } from './index.ts'

function found(type: InformationTypeName, text: string) {
  const folded = normalise(text)
  return findInformation(folded, type).map(({ start, end, confidence }) => [
    folded.slice(start, end),
    confidence,
  ])
}

describe('sensitive information', () => {
  it.each<[InformationTypeName, string, string, number]>([
    // Published test numbers of the card schemes.
    ['payment-card', 'pay with 4111 1111 1111 1111', '4111 1111 1111 1111', 85],
    ['payment-card', 'pay with 4111111111111111', '4111111111111111', 75],
    ['payment-card', 'my card: 5500-0000-0000-0004', '5500-0000-0000-0004', 85],
    ['payment-card', '卡号378282246310005，', '378282246310005', 85],
    ['payment-card', '我的银行卡６２１２３４５６７８９０００００００３', '6212345678900000003', 85],
    // The examples of ISO 13616's registry.
    ['iban', 'GB29 NWBK 6016 1331 9268 19', 'gb29 nwbk 6016 1331 9268 19', 75],
    ['iban', 'to account DE89370400440532013000 please', 'de89370400440532013000', 85],
    // The example of GB 11643.
    ['china-resident-identity', '身份证11010519491231002X', '11010519491231002x', 85],
    ['hong-kong-identity', 'HKID A123456(3)', 'a123456(3)', 85],
    ['passport', 'passport no. E12345678', 'e12345678', 85],
    ['us-social-security', 'my ssn is 219-09-9999', '219-09-9999', 85],
    ['uk-national-insurance', 'NI number AB 12 34 56 C', 'ab 12 34 56 c', 85],
    ['spain-identity', 'DNI 12345678Z', '12345678z', 85],
    ['italy-fiscal-code', 'RSSMRA85T10A562S', 'rssmra85t10a562s', 75],
    ['sweden-identity', 'personnummer 811218-9876', '811218-9876', 85],
  ])('%s in %s', (type, text, hit, confidence) => {
    expect(found(type, text)).toEqual([[hit, confidence]])
  })

  it.each<[InformationTypeName, string]>([
    ['payment-card', 'order 4111 1111 1111 1112'],
    ['payment-card', 'reference 1234567890123452'],
    ['payment-card', 'card 0000000000000000'],
    ['payment-card', 'x4111111111111111'],
    ['iban', 'GB28 NWBK 6016 1331 9268 19'],
    ['iban', 'DE8937040044053201300'],
    ['china-resident-identity', '身份证110105194912310021'],
    ['china-resident-identity', '身份证99010519491231002X'],
    ['china-resident-identity', '身份证11010519491331002X'],
    ['hong-kong-identity', 'A123456(3)'],
    ['passport', 'room E12345678'],
    ['us-social-security', 'ssn 000-12-3456'],
    ['sweden-identity', 'personnummer 811318-9876'],
  ])('no %s in %s', (type, text) => {
    expect(found(type, text)).toEqual([])
  })
})
