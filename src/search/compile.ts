import { itemClassOf } from '../archive/item-class.ts'
import { channelCodes, eventCodes, firstMessageIdAt, kindCodes } from '../domain/codes.ts'
import { type Channel, channels, messageEvents, messageKinds } from '../domain/message.ts'
import { holdsPhrase } from '../domain/text/find-phrases.ts'
import { phrasePositionsMax } from '../domain/text/index-parts.ts'
import { type Phrase, type Phrases, tsqueryOf } from '../domain/text/query-tokens.ts'
import { type Directory, type FoundPeople, tsqueryOfAny } from './directory.ts'
import { ambiguityMax, type QueryNode, type WordsNode } from './query.ts'
import type { Parameters } from './sql-client.ts'

/**
 * A condition on `message m`. As long as it can be said in lexemes it stays one tsquery, which the index
 * answers as a whole; a column or a list of recipients turns it into SQL.
 */
type Condition = { readonly tsquery: string } | { readonly sql: string }

interface Compiler {
  readonly directory: Directory
  readonly parameters: Parameters
  /** Long texts have words in `long_text` too, so each leaf is asked by itself, in either place. */
  readonly long: boolean
}

/**
 * The SQL condition on `message m` (without the choice between long and other texts, and without mailboxes).
 * @param long for messages whose words lie in several parts
 */
export function conditionOf(
  root: QueryNode,
  directory: Directory,
  parameters: Parameters,
  long: boolean,
): string {
  return sqlOf(compile(root, { directory, parameters, long }), parameters)
}

function sqlOf(condition: Condition, parameters: Parameters): string {
  if ('sql' in condition) return condition.sql
  return `m.words @@ ${parameters.add(condition.tsquery, 'tsquery')}`
}

function compile(node: QueryNode, compiler: Compiler): Condition {
  switch (node.type) {
    case 'all':
      return { sql: 'true' }
    case 'none':
      return { sql: 'false' }
    case 'and':
    case 'or':
      return joined(node.type, node.nodes, compiler)
    case 'not':
      return negated(compile(node.node, compiler), compiler.parameters)
    case 'words':
      return wordsCondition(node, compiler)
    case 'near':
      return words(nearQuery(node.left.phrases, node.right.phrases, node.distance), compiler)
    case 'people':
      return peopleCondition(node.role, compiler.directory.people.get(node.phrases)!, compiler)
    case 'conversation':
      return conversationCondition(node.phrases, compiler)
    case 'mailbox':
      throw new Error('mailbox conditions are taken out of a query before it is compiled')
    default:
      return columnCondition(node, compiler.parameters)
  }
}

/** Lexeme conditions unite in one tsquery; the others stand beside it. */
function joined(type: 'and' | 'or', nodes: readonly QueryNode[], compiler: Compiler): Condition {
  const conditions = nodes.map((node) => compile(node, compiler))
  const queries = conditions.flatMap((condition) => ('tsquery' in condition ? [condition.tsquery] : []))
  const sql = conditions.flatMap((condition) => ('sql' in condition ? [condition.sql] : []))
  const query = queries.map((text) => `(${text})`).join(type === 'and' ? ' & ' : ' | ')
  if (sql.length === 0) return { tsquery: query }
  if (query !== '') sql.unshift(sqlOf({ tsquery: query }, compiler.parameters))
  return { sql: `(${sql.join(` ${type} `)})` }
}

function negated(condition: Condition, parameters: Parameters): Condition {
  if ('tsquery' in condition) return { tsquery: `!(${condition.tsquery})` }
  return { sql: `not ${sqlOf(condition, parameters)}` }
}

/** Words of the text, wherever its parts lie. A long text has each part asked alone: parts overlap enough for that. */
function words(tsquery: string, { long, parameters }: Compiler): Condition {
  if (!long) return { tsquery }
  const query = parameters.add(tsquery, 'tsquery')
  return {
    sql: `(m.id in (select t.message_id from long_text t where t.words @@ ${query}) or m.words @@ ${query})`,
  }
}

/**
 * Words of the text, and those that stand beside it in other tables: names of people and of the conversation,
 * the channel's title in the subject.
 */
function wordsCondition(node: WordsNode, compiler: Compiler): Condition {
  const { phrases, field } = node
  const { directory, parameters } = compiler
  const weight = field === 'subject' ? 'A' : field === 'attachmentnames' ? 'B' : ''
  const conditions = [
    compiler.long ? longPhrases(phrases, weight, compiler) : words(tsqueryOfAny(phrases, weight), compiler),
  ]
  const people = field === 'anywhere' ? directory.people.get(phrases) : undefined
  if (people && people.participantIds.length > 0) {
    conditions.push(peopleCondition('participants', people, compiler))
  }
  if (directory.conversations.get(phrases)?.length) conditions.push(conversationCondition(phrases, compiler))
  if (field === 'subject') {
    const titled = channels.filter((channel) => holdsPhrase(channel, phrases))
    if (titled.length > 0) conditions.push(channelsCondition(titled, parameters))
  }
  return conditions.length === 1 ? conditions[0]! : anyOf(conditions, parameters)
}

/** The index weighs every lexeme of a query against every row it finds: with more of them than this it is slower than none. */
const conversationLexemesMax = 32

function conversationCondition(phrases: Phrases, { directory, parameters }: Compiler): Condition {
  const ids = directory.conversations.get(phrases) ?? []
  if (ids.length <= conversationLexemesMax) return anyLexeme('c', ids)
  return { sql: `m.conversation_id = any(${parameters.add(ids, 'int[]')})` }
}

function channelsCondition(titled: readonly Channel[], parameters: Parameters): Condition {
  return { sql: `m.channel = any(${parameters.add(titled.map(channelCodes.codeOf), 'smallint[]')})` }
}

function anyOf(conditions: readonly Condition[], parameters: Parameters): Condition {
  const queries = conditions.flatMap((condition) => ('tsquery' in condition ? [condition.tsquery] : []))
  const sql = conditions.flatMap((condition) => ('sql' in condition ? [condition.sql] : []))
  const query = queries.join(' | ')
  if (sql.length === 0) return { tsquery: query }
  if (query !== '') sql.unshift(sqlOf({ tsquery: query }, parameters))
  return { sql: `(${sql.join(' or ')})` }
}

/** A phrase longer than the parts overlap is asked in pieces, all of which must be there. */
function longPhrases(phrases: Phrases, weight: '' | 'A' | 'B', compiler: Compiler): Condition {
  const alternatives = phrases.map((phrase) => {
    const pieces = piecesOf(phrase).map((piece) =>
      sqlOf(words(tsqueryOf(piece, weight), compiler), compiler.parameters),
    )
    return `(${pieces.join(' and ')})`
  })
  return { sql: `(${alternatives.join(' or ')})` }
}

function piecesOf(phrase: Phrase): Phrase[] {
  const pieces = new Map<number, Phrase[number][]>()
  for (const token of phrase) {
    const piece = Math.floor(token.position / phrasePositionsMax)
    const known = pieces.get(piece)
    if (known === undefined) pieces.set(piece, [token])
    else known.push(token)
  }
  return [...pieces.values()]
}

/** Either before the other, at most `distance` words apart. */
function nearQuery(left: Phrases, right: Phrases, distance: number): string {
  const pairs = left.flatMap((one) => right.map((other) => [tsqueryOf(one), tsqueryOf(other)] as const))
  const choices: string[] = []
  for (const [one, other] of pairs) {
    for (let words = 1; words <= distance; words++) {
      choices.push(`${one} <${words}> ${other}`, `${other} <${words}> ${one}`)
    }
  }
  return choices.map((choice) => `(${choice})`).join(' | ')
}

type LexemePrefix = 'm' | 'f' | 'c' | 'k'

function anyLexeme(prefix: LexemePrefix, ids: readonly number[]): Condition {
  return ids.length === 0 ? { sql: 'false' } : { tsquery: lexemes(prefix, ids) }
}

/** Lexemes of the catalogue: `=m7` mailbox, `=f7` sender, `=c7` conversation, `=k2` kind. */
export function lexemes(prefix: LexemePrefix, ids: readonly number[]): string {
  return ids.map((id) => `'=${prefix}${id}'`).join(' | ')
}

function peopleCondition(
  role: 'from' | 'to' | 'participants',
  { participantIds, conversationIds }: FoundPeople,
  { parameters }: Compiler,
): Condition {
  if (participantIds.length === 0) return { sql: 'false' }
  if (conversationIds === null) return { sql: crowdCondition(role, participantIds, parameters) }
  const from = { tsquery: lexemes('f', participantIds) }
  if (role === 'from') return from
  const recipients = `m.recipient_ids && ${parameters.add(participantIds, 'int[]')}`
  const inConversations = sqlOf(anyLexeme('c', conversationIds), parameters)
  const to = { sql: `(${inConversations} and ${recipients})` }
  return role === 'to' ? to : anyOf([from, to], parameters)
}

function crowdCondition(
  role: 'from' | 'to' | 'participants',
  ids: readonly number[],
  parameters: Parameters,
): string {
  const crowd = parameters.add(ids, 'int[]')
  const from = `coalesce(m.sender_id = any(${crowd}), false)`
  const to = `m.recipient_ids && ${crowd}`
  return role === 'from' ? from : role === 'to' ? to : `(${from} or ${to})`
}

type ColumnNode = Exclude<
  QueryNode,
  { type: 'all' | 'none' | 'and' | 'or' | 'not' | 'words' | 'near' | 'people' | 'conversation' | 'mailbox' }
>

function columnCondition(node: ColumnNode, parameters: Parameters): Condition {
  switch (node.type) {
    case 'sent':
      return { sql: sentCondition(node.from, node.to, parameters) }
    case 'received':
      return { sql: rangeSql('m.received_at', iso(node.from), iso(node.to), 'timestamptz', '<', parameters) }
    case 'size':
      return { sql: rangeSql('m.email_bytes', node.min, node.max, 'bigint', '<=', parameters) }
    case 'kind':
      return kindCondition(node.kinds.map(kindCodes.codeOf), parameters)
    case 'channel':
      return { sql: `m.channel = ${parameters.add(channelCodes.codeOf(node.channel), 'smallint')}` }
    case 'hasattachment':
      return node.value ? { tsquery: "'=a'" } : { tsquery: "!'=a'" }
    case 'itemclass':
      return { sql: itemClassCondition(node.value, node.prefix, parameters) }
  }
}

/** Every kind but plain text has a lexeme (`=k3`). */
function kindCondition(codes: readonly number[], parameters: Parameters): Condition {
  if (!codes.includes(kindCodes.codeOf('text'))) return anyLexeme('k', codes)
  return { sql: `m.kind = any(${parameters.add(codes, 'smallint[]')})` }
}

/** An ambiguous local time may stand for a later moment too (`latest_minutes` after); either counts. */
function sentCondition(from: number | null, to: number | null, parameters: Parameters): string {
  const conditions: string[] = []
  if (from !== null) {
    const first = parameters.add(boundedId(from), 'bigint')
    const earliest = parameters.add(boundedId(from - ambiguityMax), 'bigint')
    const later = '(m.id >> 21) + m.latest_minutes * 60000'
    const inTime = [`${later} >= ${parameters.add(from, 'bigint')}`]
    if (to !== null) inTime.push(`${later} < ${parameters.add(to, 'bigint')}`)
    // The first comparison alone lets PostgreSQL leave out the months before.
    conditions.push(
      `m.id >= ${earliest}`,
      `(m.id >= ${first} or m.latest_minutes is not null and ${inTime.join(' and ')})`,
    )
  }
  if (to !== null) conditions.push(`m.id < ${parameters.add(boundedId(to), 'bigint')}`)
  return conditions.length === 0 ? 'true' : `(${conditions.join(' and ')})`
}

/** Ids reach from 1970 to 2109; a bound outside stands for the end. */
function boundedId(ms: number): string {
  const last = 2 ** 42 - 1
  return String(firstMessageIdAt(Math.min(Math.max(ms, 0), last)))
}

function iso(ms: number | null): string | null {
  return ms === null ? null : new Date(ms).toISOString()
}

function rangeSql(
  column: string,
  from: string | number | null,
  to: string | number | null,
  type: string,
  upper: '<' | '<=',
  parameters: Parameters,
): string {
  const conditions: string[] = []
  if (from !== null) conditions.push(`${column} >= ${parameters.add(String(from), type)}`)
  if (to !== null) conditions.push(`${column} ${upper} ${parameters.add(String(to), type)}`)
  return conditions.length === 0 ? 'true' : `(${conditions.join(' and ')})`
}

/** The class follows from channel, kind and event: ask for the combinations that have it. */
function itemClassCondition(value: string, prefix: boolean, parameters: Parameters): string {
  const codes: number[] = []
  for (const channel of channels) {
    for (const kind of messageKinds) {
      for (const event of messageEvents) {
        const itemClass = itemClassOf({ channel, kind, event }).toLowerCase()
        if (prefix ? !itemClass.startsWith(value) : itemClass !== value) continue
        codes.push(
          channelCodes.codeOf(channel) * 10_000 + kindCodes.codeOf(kind) * 100 + eventCodes.codeOf(event),
        )
      }
    }
  }
  const combination = 'm.channel::int * 10000 + m.kind::int * 100 + m.event::int'
  return `(${combination}) = any(${parameters.add(codes, 'int[]')})`
}
