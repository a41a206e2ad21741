import { type Phrases, queryTokens } from '../domain/text/query-tokens.ts'
import type { Calendar } from './dates.ts'
import { badQuery, lexQuery, type Operator, type QueryLexeme } from './lex.ts'
import { readerOf } from './properties.ts'
import type { Query, QueryNode, WordsNode } from './query.ts'

/** The longest query, as in Purview. */
export const queryLengthMax = 10_000
/** Parentheses and NOTs inside one another; deeper ones are no query that a person wrote. */
const depthMax = 100

type Value = QueryLexeme & { readonly type: 'value' }

interface Property {
  readonly name: string
  readonly operator: Operator
}

interface Parser {
  readonly lexemes: readonly QueryLexeme[]
  readonly calendar: Calendar
  readonly notes: string[]
  readonly textLength: number
  at: number
  depth: number
}

/**
 * Reads a query in KeyQL with the semantics of Purview's content search. An empty query asks for everything.
 * `now` (ms since 1970 UTC) says what "today" is, `zone` where days begin.
 * Throws AppError `bad-query` whose details are the `offset` and `length` of the wrong place.
 */
export function parseQuery(text: string, options: { readonly now: number; readonly zone?: string }): Query {
  if (text.length > queryLengthMax) {
    const place = { offset: queryLengthMax, length: text.length - queryLengthMax }
    throw badQuery(`A query has at most ${queryLengthMax} characters, this one ${text.length}`, place)
  }
  const calendar = { now: options.now, zone: options.zone ?? 'UTC' }
  const parser: Parser = {
    lexemes: lexQuery(text),
    calendar,
    notes: [],
    textLength: text.length,
    at: 0,
    depth: 0,
  }
  const root = parser.lexemes.length === 0 ? ({ type: 'all' } as const) : parseOr(parser, null)
  const rest = peek(parser)
  if (rest !== undefined) throw badQuery('This parenthesis closes none', rest)
  return { text, ...withoutMailboxes(root), notes: parser.notes }
}

function peek(parser: Parser): QueryLexeme | undefined {
  return parser.lexemes[parser.at]
}

function parseOr(parser: Parser, property: Property | null): QueryNode {
  const nodes = [parseAnd(parser, property)]
  while (peek(parser)?.type === 'or') {
    parser.at++
    nodes.push(parseAnd(parser, property))
  }
  return combined('or', nodes)
}

function parseAnd(parser: Parser, property: Property | null): QueryNode {
  const nodes: QueryNode[] = [parseNear(parser, property)]
  for (;;) {
    const next = peek(parser)
    if (next === undefined || next.type === 'or' || next.type === 'close') break
    if (next.type === 'plus') return combined('and', [...nodes, parsePlus(parser, property)])
    if (next.type === 'and') parser.at++
    nodes.push(parseNear(parser, property))
  }
  return combined('and', nodes)
}

/** `a + b + c` asks for a, and for b or c. */
function parsePlus(parser: Parser, property: Property | null): QueryNode {
  const nodes: QueryNode[] = []
  while (peek(parser)?.type === 'plus') {
    parser.at++
    nodes.push(parseNear(parser, property))
  }
  return combined('or', nodes)
}

/** Brackets around what is joined alike say nothing: `(a AND b) AND c` is one AND of three. */
function combined(type: 'and' | 'or', given: readonly QueryNode[]): QueryNode {
  const nodes = given.flatMap((node) => (node.type === type ? node.nodes : [node]))
  return nodes.length === 1 ? nodes[0]! : { type, nodes }
}

function parseNear(parser: Parser, property: Property | null): QueryNode {
  let node = parseUnary(parser, property)
  let left = node
  for (;;) {
    const operator = peek(parser)
    if (operator?.type !== 'near') return node
    parser.at++
    const right = parseUnary(parser, property)
    if (!isWords(left) || !isWords(right)) {
      throw badQuery('NEAR stands between two words or phrases', operator)
    }
    const near = { type: 'near', left, right, distance: operator.distance } as const
    node = node === left ? near : { type: 'and', nodes: [node, near] }
    left = right
  }
}

function isWords(node: QueryNode): node is WordsNode {
  return node.type === 'words' && node.field === 'anywhere'
}

function parseUnary(parser: Parser, property: Property | null): QueryNode {
  const lexeme = peek(parser)
  if (lexeme === undefined) throw badQuery('The query ends where a word is expected', endOf(parser))
  parser.at++
  parser.depth++
  if (parser.depth > depthMax) throw badQuery(`Parentheses lie more than ${depthMax} deep`, lexeme)
  const node = primary(parser, lexeme, property)
  parser.depth--
  return node
}

function primary(parser: Parser, lexeme: QueryLexeme, property: Property | null): QueryNode {
  switch (lexeme.type) {
    case 'not':
    case 'minus':
      return { type: 'not', node: parseUnary(parser, property) }
    case 'open':
      return parseGroup(parser, lexeme, property)
    case 'property':
      return parseProperty(parser, lexeme, property)
    case 'value':
      return property === null ? keyword(parser, lexeme) : valueOfProperty(parser, property, lexeme)
    case 'close':
      throw badQuery('A word is expected before this parenthesis', lexeme)
    default:
      throw badQuery(`A word is expected here, not ${lexeme.type.toUpperCase()}`, lexeme)
  }
}

function parseGroup(parser: Parser, open: QueryLexeme, property: Property | null): QueryNode {
  const node = parseOr(parser, property)
  if (peek(parser)?.type !== 'close') throw badQuery('This parenthesis is never closed', open)
  parser.at++
  return node
}

function parseProperty(
  parser: Parser,
  lexeme: QueryLexeme & { readonly type: 'property' },
  outer: Property | null,
): QueryNode {
  readerOf(lexeme.name, lexeme.operator, lexeme)
  if (outer !== null) throw badQuery(`${lexeme.name} stands inside the values of ${outer.name}`, lexeme)
  const next = peek(parser)
  if (lexeme.blank || next === undefined) {
    parser.notes.push(
      `A blank follows "${lexeme.name}${lexeme.operator}": what comes after is searched as words.`,
    )
    return next === undefined ? { type: 'none' } : parseUnary(parser, null)
  }
  const property = { name: lexeme.name, operator: lexeme.operator }
  if (next.type !== 'open' && next.type !== 'value') {
    throw badQuery(`${lexeme.name} wants a value`, lexeme)
  }
  return parseUnary(parser, property)
}

function valueOfProperty(parser: Parser, property: Property, value: Value): QueryNode {
  const read = readerOf(property.name, property.operator, value)
  const wordy = !['kind', 'channel', 'hasattachment', 'itemclass', 'sent', 'received', 'size'].includes(
    property.name,
  )
  if (!wordy && value.star && property.name !== 'itemclass') {
    throw badQuery(`${property.name} takes no *`, value)
  }
  const phrases = wordy ? phrasesOf(value) : []
  return read({ ...value, operator: property.operator, phrases, calendar: parser.calendar })
}

function keyword(parser: Parser, value: Value): QueryNode {
  const phrases = phrasesOf(value)
  if (phrases.length === 0) {
    throw badQuery(`"${value.text}" holds no letter, digit or emoji to search for`, value)
  }
  if (!value.quoted && /^(and|or|not|near)$/i.test(value.text)) {
    parser.notes.push(`"${value.text}" is searched as a word; operators are written in capitals.`)
  }
  return { type: 'words', field: 'anywhere', phrases, shown: value.text }
}

/** Throws for a `*` after a single letter: it would find nearly everything. One Chinese character is a word. */
function phrasesOf(value: Value): Phrases {
  const phrases = queryTokens(value.text, { prefix: value.star })
  if (!value.star) return phrases
  const last = phrases[0]?.at(-1)
  const standsAlone = queryTokens(value.text)[0]?.at(-1)?.prefix === true
  if (last === undefined || ([...last.text].length < 2 && !standsAlone)) {
    throw badQuery('Before a * stand at least two letters, or one Chinese character', value)
  }
  return phrases
}

function endOf(parser: Parser): { offset: number; length: number } {
  return { offset: parser.textLength, length: 0 }
}

/** `mailbox:` speaks of the item, everything else of its message; so it may only narrow the query as a whole. */
function withoutMailboxes(root: QueryNode): Pick<Query, 'root' | 'mailboxes'> {
  const conjuncts = root.type === 'and' ? root.nodes : [root]
  const mailboxes: Phrases[][] = []
  const rest: QueryNode[] = []
  for (const node of conjuncts) {
    const named = mailboxesOf(node)
    if (named === null) rest.push(node)
    else mailboxes.push(named)
  }
  if (rest.some(mentionsMailbox)) {
    throw badQuery('mailbox narrows the query as a whole: join it with AND, outside of NOT and OR', {
      offset: 0,
      length: 0,
    })
  }
  return { root: rest.length === 0 ? { type: 'all' } : combined('and', rest), mailboxes }
}

function mailboxesOf(node: QueryNode): Phrases[] | null {
  if (node.type === 'mailbox') return [node.phrases]
  if (node.type !== 'or') return null
  const named = node.nodes.map(mailboxesOf)
  return named.includes(null) ? null : named.flatMap((phrases) => phrases ?? [])
}

function mentionsMailbox(node: QueryNode): boolean {
  if (node.type === 'and' || node.type === 'or') return node.nodes.some(mentionsMailbox)
  return node.type === 'not' ? mentionsMailbox(node.node) : node.type === 'mailbox'
}
