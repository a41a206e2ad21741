import { holdsPhrase } from '../domain/text/find-phrases.ts'
import type { Phrases } from '../domain/text/query-tokens.ts'
import { tsqueryOf } from '../domain/text/query-tokens.ts'
import type { Query, QueryNode } from './query.ts'
import type { SqlClient } from './sql-client.ts'

/** People of a query's words, and the conversations in which they take part. */
export interface FoundPeople {
  readonly participantIds: readonly number[]
  /** Null when they are too many to be looked up one by one: then the messages themselves are asked. */
  readonly conversationIds: readonly number[] | null
}

/** A name that fits more people than this (a company's domain) no longer narrows by conversation. */
const namedPeopleMax = 1000
const namedConversationsMax = 2000

/** What the names in a query stand for in the directories of this archive. */
export interface Directory {
  /** For words anywhere, and for from, to and participants. */
  readonly people: ReadonlyMap<Phrases, FoundPeople>
  /** For words anywhere, for subject (which shows the conversation's name) and for conversation. */
  readonly conversations: ReadonlyMap<Phrases, readonly number[]>
  /** Whether any message is so long that its words lie in several parts. */
  readonly hasLongTexts: boolean
}

interface Wanted {
  readonly people: Phrases[]
  readonly conversations: Phrases[]
}

function collect(node: QueryNode, wanted: Wanted): void {
  if (node.type === 'and' || node.type === 'or') for (const child of node.nodes) collect(child, wanted)
  else if (node.type === 'not') collect(node.node, wanted)
  else if (node.type === 'people') wanted.people.push(node.phrases)
  else if (node.type === 'conversation') wanted.conversations.push(node.phrases)
  else if (node.type === 'words') {
    if (node.field === 'anywhere') wanted.people.push(node.phrases)
    if (node.field !== 'attachmentnames') wanted.conversations.push(node.phrases)
  }
}

/** The tsquery text of a piece of a query: any of its phrases. */
export function tsqueryOfAny(phrases: Phrases, weight: '' | 'A' | 'B' = ''): string {
  return phrases.map((phrase) => tsqueryOf(phrase, weight)).join(' | ')
}

const directoryStatement = `
select 'person' as what, q.n::int as n, p.id
  from unnest($1::text[]) with ordinality as q(words, n) join participant p on p.words @@ q.words::tsquery
union all
select 'conversation', q.n::int, c.id
  from unnest($2::text[]) with ordinality as q(words, n) join conversation c on c.words @@ q.words::tsquery
union all
select 'long', 0, 0 where exists (select from long_text)`

/** Looks the query's names up, in one or two statements. */
export async function readDirectory(db: SqlClient, query: Query): Promise<Directory> {
  const wanted: Wanted = { people: [], conversations: [] }
  collect(query.root, wanted)
  const { rows } = await db.query(directoryStatement, [
    wanted.people.map((phrases) => tsqueryOfAny(phrases)),
    wanted.conversations.map((phrases) => tsqueryOfAny(phrases)),
  ])
  const idsOf = (what: string, n: number): number[] =>
    rows.filter((row) => row.what === what && row.n === n).map((row) => row.id)
  const people = wanted.people.map((_, i) => idsOf('person', i + 1))
  const conversationIds = await conversationsOf(db, people)
  return {
    people: new Map(
      wanted.people.map((phrases, i) => [
        phrases,
        { participantIds: people[i]!, conversationIds: conversationIds[i]! },
      ]),
    ),
    conversations: new Map(wanted.conversations.map((phrases, i) => [phrases, idsOf('conversation', i + 1)])),
    hasLongTexts: rows.some((row) => row.what === 'long'),
  }
}

async function conversationsOf(
  db: SqlClient,
  people: readonly (readonly number[])[],
): Promise<(readonly number[] | null)[]> {
  const few = people.filter((group) => group.length > 0 && group.length <= namedPeopleMax)
  const ids = [...new Set(few.flat())]
  const { rows } =
    ids.length === 0
      ? { rows: [] }
      : await db.query(
          'select participant_id, conversation_id from conversation_participant where participant_id = any($1::int[])',
          [ids],
        )
  return people.map((group) => {
    if (group.length > namedPeopleMax) return null
    const members = new Set(group)
    const found = rows.filter((row) => members.has(row.participant_id)).map((row) => row.conversation_id)
    return found.length > namedConversationsMax ? null : [...new Set<number>(found)]
  })
}

/** The mailboxes whose address or name holds the words, as a set of ids. */
export async function readMailboxes(db: SqlClient, any: readonly Phrases[]): Promise<ReadonlySet<number>> {
  const { rows } = await db.query('select id, address, name from mailbox')
  const held = rows.filter((row) =>
    any.some((phrases) => holdsPhrase(row.address, phrases) || holdsPhrase(row.name, phrases)),
  )
  return new Set(held.map((row) => row.id))
}
