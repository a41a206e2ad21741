import type { InformationTypeName } from '../../../domain/supervision-policy.ts'
import {
  cutIban,
  isChinaResidentIdentity,
  isHongKongIdentity,
  isIban,
  isItalyFiscalCode,
  isPaymentCard,
  isSpainIdentity,
  isSwedenIdentity,
  isUnitedKingdomInsurance,
  isUnitedStatesSocialSecurity,
} from './checks.ts'

export interface InformationType {
  /** In folded text: its first group, or all of it. Every shape is bounded, so that none can take long. */
  readonly shape: RegExp
  /** Blanks and hyphens taken out before `check`. */
  readonly squeezed: boolean
  /** How much of what has the shape is the number itself. */
  readonly cut?: (written: string) => string
  check(written: string): boolean
  /** Whether the check tells it from other numbers; if not, a word of context must stand near it. */
  readonly needsContext: boolean
  /** Written so, it tells as much as a word of context does. */
  readonly telling?: RegExp
  /** Folded. */
  readonly context: readonly string[]
}

const start = '(?<![\\p{L}\\p{N}])'
const end = '(?![\\p{L}\\p{N}])'
/** Han before or after a number is no part of it. */
const digitStart = '(?<![a-z0-9])'
const digitEnd = '(?![a-z0-9])'

function shape(pattern: string): RegExp {
  return new RegExp(`${digitStart}(?:${pattern})${digitEnd}`, 'gu')
}

export const typeOf: Readonly<Record<InformationTypeName, InformationType>> = {
  'payment-card': {
    shape: shape('\\d(?:[ -]?\\d){13,18}'),
    squeezed: true,
    check: isPaymentCard,
    needsContext: false,
    // As it is printed on a card; order numbers are written in one piece.
    telling: /^\d{4}([ -])(?:\d{4}\1\d{4}\1\d{4}|\d{6}\1\d{4,5})$/,
    context: [
      ...[
        'card',
        'visa',
        'mastercard',
        'amex',
        'american express',
        'cvv',
        'cvc',
        'expiry',
        'exp date',
        'debit',
        'credit',
      ],
      ...['信用卡', '银行卡', '卡号', '借记卡', '有效期', '安全码', '银联'],
    ],
  },
  iban: {
    // Words may follow after a blank, so what is looked at is longer; the country says where it ends.
    shape: new RegExp(`${digitStart}(?=([a-z]{2}\\d{2}(?:[ -]?[a-z0-9]){11,30}))`, 'gu'),
    cut: cutIban,
    squeezed: true,
    check: isIban,
    needsContext: false,
    context: ['iban', 'account', 'bank', 'transfer', 'bic', 'swift', '账户', '账号', '汇款', '银行'],
  },
  'china-resident-identity': {
    shape: shape('\\d{17}[\\dx]'),
    squeezed: false,
    check: isChinaResidentIdentity,
    needsContext: false,
    context: ['identity card', 'id card', 'id number', 'resident', '身份证', '身份证号', '证件号', '证件'],
  },
  'hong-kong-identity': {
    shape: new RegExp(`${digitStart}[a-z]{1,2}\\d{6}(?:\\([\\da]\\)|[\\da]${digitEnd})`, 'gu'),
    squeezed: false,
    check: isHongKongIdentity,
    needsContext: true,
    context: ['hkid', 'hong kong id', 'identity card', 'id card', '香港身份证', '身份证', '证件'],
  },
  passport: {
    shape: shape('[a-z]{0,2}\\d{6,9}'),
    squeezed: false,
    check: (written) => written.length >= 8 && written.length <= 9,
    needsContext: true,
    context: ['passport', 'pasaporte', 'passaporto', '护照'],
  },
  'us-social-security': {
    shape: shape('\\d{3}-\\d{2}-\\d{4}|\\d{3} \\d{2} \\d{4}|\\d{9}'),
    squeezed: false,
    check: isUnitedStatesSocialSecurity,
    needsContext: true,
    context: ['ssn', 'social security', 'soc sec', 'tax id', '社会安全号', '社保号'],
  },
  'uk-national-insurance': {
    shape: shape('[a-z]{2} ?\\d{2} ?\\d{2} ?\\d{2} ?[a-d]'),
    squeezed: true,
    check: isUnitedKingdomInsurance,
    needsContext: true,
    context: ['national insurance', 'ni number', 'nino', 'ni no'],
  },
  'spain-identity': {
    shape: shape('(?:\\d{8}|[xyz]\\d{7})-?[a-z]'),
    squeezed: true,
    check: isSpainIdentity,
    needsContext: false,
    context: ['dni', 'nie', 'nif', 'documento', 'identidad'],
  },
  'italy-fiscal-code': {
    shape: shape('[a-z]{6}\\d{2}[abcdehlmprst]\\d{2}[a-z]\\d{3}[a-z]'),
    squeezed: false,
    check: isItalyFiscalCode,
    needsContext: false,
    context: ['codice fiscale', 'cod fisc', 'fiscale'],
  },
  'sweden-identity': {
    shape: shape('(?:\\d{2})?\\d{6}[-+]\\d{4}'),
    squeezed: false,
    check: isSwedenIdentity,
    needsContext: false,
    context: ['personnummer', 'samordningsnummer', 'pnr'],
  },
}

/** Around a number, for a word of context: as Microsoft's definitions have it. */
export const contextUnits = 300

const contextShapes = new Map<InformationTypeName, RegExp>()

export function contextShapeOf(name: InformationTypeName): RegExp {
  let found = contextShapes.get(name)
  if (!found) {
    // Latin words stand alone; Han has no words to stand between.
    const words = typeOf[name].context.map((word) => (/[a-z]/.test(word) ? `${start}${word}${end}` : word))
    found = new RegExp(words.join('|'), 'u')
    contextShapes.set(name, found)
  }
  return found
}
