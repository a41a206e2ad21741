import { parsePhoneNumberFromString } from 'libphonenumber-js/max'
import { type Finding, lineAt, type SourceFile } from './source-files.ts'

/**
 * Numbers that belong to nobody, so that a fixture can hold them, by their digits. The regulators' ranges for
 * drama use (Ofcom, the North American plan's 555-01xx, ARCEP, BNetzA, PTS, ACMA), and for China, which has
 * none, numbers whose four middle digits are zeros.
 */
const reserved: readonly RegExp[] = [
  /^44(7700900\d{3}|1632960\d{3}|2079460\d{3})$/,
  /^1\d{3}55501\d\d$/,
  /^861\d{2}0000\d{4}$/,
  /^33(19900|26191|35301|46571|53649|63998)\d{4}$/,
  /^49(3023125\d{3}|1713920\d{4})$/,
  /^46(7017406\d\d|84650\d{4})$/,
  /^61491570\d{3}$/,
]

/** `+` and at least eight digits, in groups as people write them; also the digits before a WhatsApp server name. */
const written =
  /(?<![\w+/])\+[\s\u00a0]?\d(?:[\s\u00a0().-]{0,2}\d){7,14}(?!\d)|(?<!\d)\d{8,15}(?=@(?:s\.whatsapp\.net|c\.us)\b)/g

/** Numbers in a text that could be somebody's: valid in their country and in no reserved range. */
export function findPhoneNumbers({ path, text }: SourceFile): Finding[] {
  return [...text.matchAll(written)]
    .filter((match) => couldBeSomebodys(match[0]))
    .map((match) => ({
      path,
      line: lineAt(text, match.index),
      message:
        'holds a phone number that could be somebody’s; use a reserved one (+44 7700 900xxx, +1 212 555 01xx, +86 139 0000 xxxx)',
    }))
}

function couldBeSomebodys(text: string): boolean {
  const digits = text.replace(/\D/g, '')
  if (reserved.some((range) => range.test(digits))) return false
  return parsePhoneNumberFromString(`+${digits}`)?.isValid() ?? false
}
