/**
 * Which field of the date is the day? The file is asked, in this order: a four-digit year first; a field
 * over 12; the date inside a media file's name; the order of the lines; dots and dashes, which no locale
 * uses with the month first. Where none of them decides, a person must.
 */
import { AppError } from '../../domain/errors.ts'
import type { Grammar, HeaderFields } from './grammar.ts'
import { type DateOrder, localMillis } from './local-time.ts'

export type DateOrderRule =
  | 'given'
  | 'four-digit-year-first'
  | 'field-over-12'
  | 'media-file-name'
  | 'same-either-way'
  | 'line-order'
  | 'separator'

export interface DateOrderEvidence {
  /** Takes in one header; answers false when it is a date in no order at all, so no header. */
  add(fields: HeaderFields, rest: string): boolean
  decide(file: string, given?: DateOrder): DecidedOrder
}

export interface DecidedOrder {
  readonly order: DateOrder
  readonly rule: DateOrderRule
  /** How far, in milliseconds, the file's lines ever step back behind an earlier line. */
  readonly stepBackMillisMax: number
  readonly firstLocalMillis: number
}

interface Candidate {
  readonly order: DateOrder
  impossible: number
  backwardDays: number
  mediaNames: number
  first: number
  latest: number
  stepBackMax: number
}

const dayMillis = 86_400_000
/** Android writes IMG-20231231-WA0001.jpg, iOS 00000042-PHOTO-2023-12-31-09-18-22.jpg. */
const mediaNameDate = /(?:-(\d{4})(\d{2})(\d{2})-WA\d|-[A-Z]+-(\d{4})-(\d{2})-(\d{2})-\d{2}-)/

export function createDateOrderEvidence(grammar: Grammar): DateOrderEvidence {
  const candidates = candidateOrders(grammar).map(newCandidate)
  let differs = false
  return {
    add(fields, rest) {
      const named = rest.includes('-') ? mediaNameDate.exec(rest) : null
      const namedDay = named === null ? null : dayOfName(named)
      let possible = false
      for (const candidate of candidates) {
        if (addTo(candidate, localMillis(fields, candidate.order), namedDay)) possible = true
      }
      if (fields.first !== fields.second) differs = true
      return possible
    },
    decide: (file, given) => decide(candidates, grammar, differs, file, given),
  }
}

function candidateOrders(grammar: Grammar): DateOrder[] {
  if (grammar.dateSeparator === 'cjk' || grammar.firstDigits === 4) return ['ymd']
  if (grammar.thirdDigits === 4) return ['dmy', 'mdy']
  return ['dmy', 'mdy', 'ymd']
}

function newCandidate(order: DateOrder): Candidate {
  return {
    order,
    impossible: 0,
    backwardDays: 0,
    mediaNames: 0,
    first: Number.NaN,
    latest: Number.NEGATIVE_INFINITY,
    stepBackMax: 0,
  }
}

function addTo(candidate: Candidate, millis: number | null, namedDay: number | null): boolean {
  if (millis === null) {
    candidate.impossible++
    return false
  }
  if (Number.isNaN(candidate.first)) candidate.first = millis
  const stepBack = candidate.latest - millis
  if (stepBack > candidate.stepBackMax) candidate.stepBackMax = stepBack
  if (stepBack > dayMillis) candidate.backwardDays++
  if (millis > candidate.latest) candidate.latest = millis
  if (namedDay !== null && Math.floor(millis / dayMillis) === namedDay) candidate.mediaNames++
  return true
}

function dayOfName(match: RegExpExecArray): number {
  const [year, month, day] = [match[1] ?? match[4], match[2] ?? match[5], match[3] ?? match[6]]
  return Date.UTC(Number(year), Number(month) - 1, Number(day)) / dayMillis
}

function decide(
  candidates: readonly Candidate[],
  grammar: Grammar,
  differs: boolean,
  file: string,
  given: DateOrder | undefined,
): DecidedOrder {
  if (given !== undefined) return decided(givenCandidate(candidates, given, file), 'given')
  if (candidates.length === 1) return decided(candidates[0]!, 'four-digit-year-first')
  const fewestImpossible = Math.min(...candidates.map((c) => c.impossible))
  const possible = plausible(
    candidates.filter((c) => c.impossible === fewestImpossible),
    grammar,
  )
  if (possible.length === 1) return decided(possible[0]!, 'field-over-12')
  const named = possible.filter((c) => c.mediaNames > 0)
  if (named.length === 1) return decided(named[0]!, 'media-file-name')
  if (!differs) return decided(possible[0]!, 'same-either-way')
  const inOrder = mostInOrder(possible)
  if (inOrder !== null) return decided(inOrder, 'line-order')
  const dayFirst = possible.find((c) => c.order === 'dmy')
  if (dayFirst !== undefined && grammar.dateSeparator !== '/') return decided(dayFirst, 'separator')
  throw ambiguous(file)
}

/**
 * A two-digit year in front is rare (old Chinese phones, where the half of the day also stands in front);
 * elsewhere it counts only when nothing else fits.
 */
function plausible(candidates: readonly Candidate[], grammar: Grammar): readonly Candidate[] {
  const yearFirst = candidates.find((c) => c.order === 'ymd')
  const others = candidates.filter((c) => c.order !== 'ymd')
  if (yearFirst === undefined || others.length === 0) return candidates
  if (grammar.meridiem === 'before') return [yearFirst]
  const steps = Math.min(...others.map((c) => c.backwardDays))
  return yearFirst.backwardDays === 0 && steps > 0 ? [yearFirst] : others
}

/** The one whose lines clearly run forward: a real file steps back a few times, a misread one every month. */
function mostInOrder(candidates: readonly Candidate[]): Candidate | null {
  const [best, next] = candidates.toSorted((a, b) => a.backwardDays - b.backwardDays)
  return best!.backwardDays * 4 < next!.backwardDays ? best! : null
}

function givenCandidate(candidates: readonly Candidate[], given: DateOrder, file: string): Candidate {
  const candidate = candidates.find((c) => c.order === given)
  if (candidate !== undefined && !Number.isNaN(candidate.first)) return candidate
  throw new AppError(
    'bad-settings',
    `The dates of ${file} cannot be read as ${given}: leave --date-order out, or give the order the file uses.`,
    { details: { file, dateOrder: given } },
  )
}

function decided(candidate: Candidate, rule: DateOrderRule): DecidedOrder {
  return {
    order: candidate.order,
    rule,
    stepBackMillisMax: candidate.stepBackMax,
    firstLocalMillis: candidate.first,
  }
}

function ambiguous(file: string): AppError {
  return new AppError(
    'ambiguous-date-order',
    `The dates of ${file} can be read day first or month first and nothing in the file decides: say --date-order dmy or --date-order mdy.`,
    { details: { file } },
  )
}
