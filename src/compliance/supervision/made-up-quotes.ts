/** Quotes of what nobody said: made up, they would hide the words of whoever wrote them. */
import { queryTokens, tsqueryOf } from '../../domain/text/query-tokens.ts'
import type { Queryable } from '../../platform/postgres/pool.ts'
import type { LookAnswer } from './look.ts'
import type { LookedMessage } from './message.ts'

/** Enough of a quote to know it by. */
const tokensCompared = 24

type Look = (messages: readonly LookedMessage[]) => Promise<LookAnswer[]>

/**
 * What is found in a quote counts where the conversation holds no earlier message that says it. Asked only of messages in
 * whose quotes something is found.
 * @param answers of `messages`, quotes left out
 */
export async function withMadeUpQuotes(
  db: Queryable,
  messages: readonly LookedMessage[],
  answers: readonly LookAnswer[],
  look: Look,
): Promise<LookAnswer[]> {
  const quoting = messages.flatMap((message, place) => (message.quotes ? [{ message, place }] : []))
  if (quoting.length === 0) return [...answers]
  const whole = await look(quoting.map(({ message }) => ({ ...message, texts: message.quotes!.texts })))
  const found = quoting
    .map((one, at) => ({ ...one, answer: whole[at]! }))
    .filter(({ place, answer }) => findsMore(answer, answers[place]!))
  const madeUp = await madeUpOf(
    db,
    found.map(({ message }) => message),
  )
  const replaced = new Map(
    found.flatMap(({ message, place, answer }) => (madeUp.has(message.id) ? [[place, answer]] : [])),
  )
  return answers.map((answer, place) => replaced.get(place) ?? answer)
}

function findsMore(whole: LookAnswer, own: LookAnswer): boolean {
  return whole.findings.some(
    ({ policyId, rule }) => !own.findings.some((one) => one.policyId === policyId && one.rule === rule),
  )
}

async function madeUpOf(db: Queryable, messages: readonly LookedMessage[]): Promise<ReadonlySet<bigint>> {
  const quotes = messages.flatMap(({ id, quotes }) =>
    quotes!.quoted.map((text) => ({ id, query: queryOf(text) })).filter(({ query }) => query !== ''),
  )
  if (quotes.length === 0) return new Set()
  const { rows } = await db.query<{ id: bigint }>(
    `select distinct asked.id
       from unnest($1::bigint[], $2::text[]) as asked (id, query) join message as own on own.id = asked.id
      where not exists (select from message as said
                         where said.words @@ ('''=c' || own.conversation_id || ''' & (' || query || ')')::tsquery
                           and said.id < own.id)
        and not exists (select from long_text join message as said on said.id = message_id
                         where long_text.words @@ query::tsquery and said.conversation_id = own.conversation_id
                           and said.id < own.id)`,
    [quotes.map(({ id }) => id), quotes.map(({ query }) => query)],
  )
  return new Set(rows.map(({ id }) => id))
}

function queryOf(text: string): string {
  return queryTokens(text)
    .map((phrase) => tsqueryOf(phrase.slice(0, tokensCompared)))
    .join(' | ')
}
