/** Check digits and what else a number must be to be one of its kind. */

/** ISO/IEC 7812-1, annex B. */
export function passesLuhn(digits: string): boolean {
  let sum = 0
  for (let at = 0; at < digits.length; at++) {
    const value = digits.charCodeAt(digits.length - 1 - at) - 48
    const doubled = at % 2 === 0 ? value : value * 2
    sum += doubled > 9 ? doubled - 9 : doubled
  }
  return sum % 10 === 0
}

/** 14 to 16 digits (UnionPay up to 19) in a range that an issuer has. */
export function isPaymentCard(digits: string): boolean {
  return issuerRanges.some(({ shape }) => shape.test(digits)) && passesLuhn(digits) && !isOneDigit(digits)
}

const issuerRanges = [
  { issuer: 'Visa', shape: /^4\d{15}$/ },
  { issuer: 'Mastercard', shape: /^(5[1-5]|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)\d+$/ },
  { issuer: 'American Express', shape: /^3[47]\d{13}$/ },
  { issuer: 'Diners Club', shape: /^3(0[0-5]|[689]\d)\d{11}$/ },
  { issuer: 'Discover', shape: /^6(011|5\d\d|4[4-9]\d)\d{12}$/ },
  { issuer: 'JCB', shape: /^35(2[89]|[3-8]\d)\d{12}$/ },
  { issuer: 'UnionPay', shape: /^62\d{14,17}$/ },
]

function isOneDigit(digits: string): boolean {
  return digits === digits[0]!.repeat(digits.length)
}

/** ISO 13616: the lengths by country of the SWIFT registry (release 99), and ISO 7064 MOD 97-10. */
export function isIban(written: string): boolean {
  const iban = written.toUpperCase()
  if (ibanLengths.get(iban.slice(0, 2)) !== iban.length) return false
  let rest = 0
  for (const character of iban.slice(4) + iban.slice(0, 4)) {
    const code = character.charCodeAt(0)
    rest = code >= 65 ? (rest * 100 + code - 55) % 97 : (rest * 10 + code - 48) % 97
  }
  return rest === 1
}

/** As many letters and digits as the country's numbers have, with the blanks between them. */
export function cutIban(written: string): string {
  let left = ibanLengths.get(written.slice(0, 2).toUpperCase()) ?? 0
  let at = 0
  while (left > 0 && at < written.length) if (/[a-z0-9]/.test(written[at++]!)) left--
  return written.slice(0, at)
}

const ibanLengths = new Map(
  (
    'AD24 AE23 AL28 AT20 AZ28 BA20 BE16 BG22 BH22 BI27 BR29 BY28 CH21 CR22 CY28 CZ24 DE22 DJ27 DK18 DO28 EE20 EG29 ' +
    'ES24 FI18 FK18 FO18 FR27 GB22 GE22 GI23 GL18 GR27 GT28 HN28 HR21 HU28 IE22 IL23 IQ23 IS26 IT27 JO30 KW30 KZ20 ' +
    'LB28 LC32 LI21 LT20 LU20 LV21 LY25 MC27 MD24 ME22 MK19 MN20 MR27 MT31 MU30 NI28 NL18 NO15 OM23 PK24 PL28 PS29 ' +
    'PT25 QA29 RO24 RS22 RU33 SA24 SC31 SD18 SE24 SI19 SK24 SM27 SO23 ST25 SV28 TL23 TN24 TR26 UA29 VA22 VG24 XK20 YE30'
  )
    .split(' ')
    .map((entry) => [entry.slice(0, 2), Number(entry.slice(2))] as const),
)

const residentWeights = [7, 9, 10, 5, 8, 4, 2, 1, 6, 3, 7, 9, 10, 5, 8, 4, 2]

/** GB 11643-1999: province, date of birth, order, ISO 7064 MOD 11-2. */
export function isChinaResidentIdentity(written: string): boolean {
  const id = written.toUpperCase()
  if (!provinces.has(id.slice(0, 2))) return false
  if (!isDate(Number(id.slice(6, 10)), Number(id.slice(10, 12)), Number(id.slice(12, 14)))) return false
  const sum = residentWeights.reduce((total, weight, at) => total + weight * Number(id[at]), 0)
  return '10X98765432'[sum % 11] === id[17]
}

/** GB/T 2260: the first two digits of administrative divisions. */
const provinces = new Set(
  '11 12 13 14 15 21 22 23 31 32 33 34 35 36 37 41 42 43 44 45 46 50 51 52 53 54 61 62 63 64 65 71 81 82 83'.split(
    ' ',
  ),
)

function isDate(year: number, month: number, day: number): boolean {
  if (year < 1900 || year > 2100 || month < 1 || month > 12 || day < 1) return false
  return day <= new Date(Date.UTC(year, month, 0)).getUTCDate()
}

/** Hong Kong's identity card: letters count from 10, a missing one as 36; weights 9 to 1; sum divides by 11. */
export function isHongKongIdentity(written: string): boolean {
  const [, letters, digits, check] = /^([a-z]{1,2})(\d{6})\(?([\da])\)?$/i.exec(written)!
  const values = [...letters!.toUpperCase().padStart(2, ' ')].map((letter) =>
    letter === ' ' ? 36 : letter.charCodeAt(0) - 55,
  )
  for (const digit of digits!) values.push(Number(digit))
  values.push(check!.toUpperCase() === 'A' ? 10 : Number(check))
  return values.reduce((sum, value, at) => sum + value * (9 - at), 0) % 11 === 0
}

/** Spain's DNI and NIE: the letter is the number modulo 23. */
export function isSpainIdentity(written: string): boolean {
  const digits = written
    .slice(0, -1)
    .toUpperCase()
    .replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter)))
  return 'TRWAGMYFPDXBNJZSQVHLCKE'[Number(digits) % 23] === written.slice(-1).toUpperCase()
}

const oddValues = [
  1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23,
]

/** Italy's codice fiscale (decree of 23 December 1976): the last letter is made of the other fifteen. */
export function isItalyFiscalCode(written: string): boolean {
  const code = written.toUpperCase()
  let sum = 0
  for (let at = 0; at < 15; at++) {
    const unit = code.charCodeAt(at)
    const value = unit < 65 ? unit - 48 : unit - 65
    sum += at % 2 === 0 ? oddValues[value]! : value
  }
  return String.fromCharCode(65 + (sum % 26)) === code[15]
}

/** Sweden's personnummer: a date (of a coordination number the day counts from 61) and Luhn over ten digits. */
export function isSwedenIdentity(written: string): boolean {
  const digits = written.replace(/\D/g, '').slice(-10)
  const day = Number(digits.slice(4, 6))
  return isDate(2000, Number(digits.slice(2, 4)), day > 60 ? day - 60 : day) && passesLuhn(digits)
}

/** The United States' social security number: no area 000, 666 or 9xx, no group 00, no serial 0000. */
export function isUnitedStatesSocialSecurity(written: string): boolean {
  return !/^(000|666|9)|^\d{3}\D?00|0000$/.test(written)
}

/** The United Kingdom's national insurance number: letters that are never given are left out. */
export function isUnitedKingdomInsurance(written: string): boolean {
  return !/^(bg|gb|kn|nk|nt|tn|zz)|^[dfiquv]|^.[dfiquvo]/i.test(written)
}
