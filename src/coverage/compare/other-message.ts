/** A message as another archive's export tells of it. */
import { hash } from 'node:crypto'
import { phoneForms } from '../../domain/phone.ts'

export interface OtherMessage {
  /** The export's own id, or where it stands: a row, a file. */
  readonly reference: string
  /** Milliseconds since 1970 UTC. */
  readonly at: number
  /** Compared forms of addresses, numbers and names; none where the export tells none. */
  readonly participants: ReadonlySet<string>
  /** Lower-case hex of SHA-256 over the compared form of the text; null where neither text nor hash is told. */
  readonly textHash: string | null
  /** The compared form itself, for e-mails that say more than the message did; null where only a hash is told. */
  readonly text: string | null
}

/** Enough to find a message in, and bounded. */
const textKeptMax = 4_000

/** The compared form of a text: NFKC, one blank for any run of white space, none at its ends. */
export function comparedText(text: string): string {
  return text.normalize('NFKC').replace(/\s+/g, ' ').trim()
}

export function textHashOf(text: string): string {
  return hash('sha256', comparedText(text), 'hex')
}

/** Text and hash of what an export tells. */
export function textFacts(text: string): Pick<OtherMessage, 'text' | 'textHash'> {
  return { text: comparedText(text).slice(0, textKeptMax), textHash: textHashOf(text) }
}

/** Numbers in all their forms by their digits, everything else in lower case. */
export function comparedPeople(values: Iterable<string>): Set<string> {
  const people = new Set<string>()
  for (const value of values) {
    const plain = value.normalize('NFKC').trim().toLowerCase()
    const digits = plain.replace(/^\+|^00|[\s().-]/g, '')
    if (/^\d{7,15}$/.test(digits)) for (const form of phoneForms(`+${digits}`)) people.add(form)
    else if (plain !== '') people.add(plain)
  }
  return people
}
