import { normalise } from './normalise.ts'
import { scan, type TokenList } from './tokenise.ts'

export interface QueryToken {
  readonly text: string
  /** From 0, counted as in an indexed text. */
  readonly position: number
  /** Matches every lexeme that begins with `text`. */
  readonly prefix: boolean
}

/** Tokens that must stand at these distances from one another. */
export type Phrase = readonly QueryToken[]

/**
 * What a piece of a query looks for: any of these phrases. There is a second one only where numbers stand side
 * by side, because the text may have them apart or run together. Empty when there is nothing to look for.
 */
export type Phrases = readonly Phrase[]

/**
 * Splits a piece of a query by the scheme of the index. Of a run of characters without spaces the pairs
 * suffice; one character alone looks for everything that begins with it.
 * @param options.prefix the last word may go on (a trailing `*`)
 */
export function queryTokens(text: string, options: { readonly prefix?: boolean } = {}): Phrases {
  const found = scan(normalise(text))
  if (found.count === 0) return []
  const apart = phraseOf(found, options.prefix === true, new Set())
  const together = runTogether(found)
  return together.size === 0 ? [apart] : [apart, phraseOf(found, options.prefix === true, together)]
}

/** The longest joined numbers that do not overlap, by where they are in the list. */
function runTogether(found: TokenList): Set<number> {
  const chosen = new Set<number>()
  for (let i = 0; i < found.count; i++) {
    if (found.kinds[i] !== 'joined') continue
    for (const other of chosen) {
      if (overlaps(found, i, other) && span(found, i) > span(found, other)) chosen.delete(other)
    }
    if (![...chosen].some((other) => overlaps(found, i, other))) chosen.add(i)
  }
  return chosen
}

function span(found: TokenList, at: number): number {
  return found.ends[at]! - found.starts[at]!
}

function overlaps(found: TokenList, one: number, other: number): boolean {
  return found.starts[one]! < found.ends[other]! && found.starts[other]! < found.ends[one]!
}

/** With `together`, these joined numbers stand for the pieces they are made of and take one position. */
function phraseOf(found: TokenList, openEnd: boolean, together: ReadonlySet<number>): Phrase {
  const wanted: { at: number; position: number }[] = []
  for (let i = 0; i < found.count; i++) {
    if (found.kinds[i] === 'joined' ? !together.has(i) : isReplaced(found, i, together)) continue
    if (found.kinds[i] === 'single' && followsPair(found, i)) continue
    wanted.push({ at: i, position: found.positions[i]! - positionsSaved(found, i, together) })
  }
  wanted.sort((a, b) => a.position - b.position)
  const first = wanted[0]!.position
  const lastAt = wanted.at(-1)!.at
  const endsOpen = openEnd && found.ends[lastAt]! === lastEnd(found)
  return wanted.map(({ at, position }) => ({
    text: found.texts[at]!,
    position: position - first,
    prefix: isOpen(found, at) || (endsOpen && at === lastAt && found.kinds[at] !== 'symbol'),
  }))
}

function lastEnd(found: TokenList): number {
  let end = 0
  for (let i = 0; i < found.count; i++) end = Math.max(end, found.ends[i]!)
  return end
}

function isReplaced(found: TokenList, at: number, together: ReadonlySet<number>): boolean {
  for (const joined of together) if (overlaps(found, at, joined)) return true
  return false
}

function followsPair(found: TokenList, at: number): boolean {
  return at > 0 && found.kinds[at - 1] === 'pair' && found.ends[at - 1] === found.ends[at]
}

/**
 * A lone character is the beginning of any pair, unless a word follows at once: then it ended its run in the
 * text as well. A run without spaces that follows may be the same run there.
 */
function isOpen(found: TokenList, at: number): boolean {
  if (found.kinds[at] !== 'single') return false
  const next = found.kinds[at + 1]
  return at + 1 >= found.count || next === 'pair' || next === 'single'
}

function positionsSaved(found: TokenList, at: number, together: ReadonlySet<number>): number {
  let saved = 0
  for (const joined of together) {
    if (found.starts[joined]! >= found.starts[at]!) continue
    for (let i = 0; i < found.count; i++) {
      if (found.kinds[i] === 'number' && overlaps(found, i, joined)) saved++
    }
    saved--
  }
  return saved
}

/** The phrase as PostgreSQL's tsquery text. `weight` limits it to words of the subject (A) or of attachment names (B). */
export function tsqueryOf(phrase: Phrase, weight: '' | 'A' | 'B' = ''): string {
  let query = ''
  let last = 0
  for (const token of phrase) {
    if (query !== '') query += ` <${token.position - last}> `
    const marks = `${token.prefix ? '*' : ''}${weight}`
    query += `'${token.text}'${marks === '' ? '' : `:${marks}`}`
    last = token.position
  }
  return phrase.length > 1 ? `(${query})` : query
}
