/** Lists of terms of any length. A changed list is a new version, and so is every policy that names it. */
import { readCsv } from '../../domain/csv.ts'
import { decodeText } from '../../domain/decode-text.ts'
import { AppError } from '../../domain/errors.ts'
import type { Queryable } from '../../platform/postgres/pool.ts'
import { isUsableTerm } from './term-search.ts'

export interface DictionaryFacts {
  readonly name: string
  readonly version: number
  readonly terms: number
  readonly madeBy: string
  /** ISO time, UTC. */
  readonly madeAt: string
}

/**
 * One term a line; of CSV the column `term`, or the only one. Empty lines and lines that begin with `#` count for
 * nothing. Throws `supervision-policy-refused` for terms that could not be found, with their lines.
 */
export function parseDictionary(content: Uint8Array, file: string): string[] {
  const text = decodeText(content, file).replace(/^\uFEFF/, '')
  const lines = /\.csv$/i.test(file) ? termsOfCsv(text, file) : text.split(/\r?\n/).map((line) => line.trim())
  const terms: string[] = []
  const unusable: number[] = []
  const seen = new Set<string>()
  for (const [place, line] of lines.entries()) {
    if (line === '' || line.startsWith('#') || seen.has(line)) continue
    seen.add(line)
    if (isUsableTerm(line)) terms.push(line)
    else unusable.push(place + 1)
  }
  if (unusable.length > 0)
    throw new AppError(
      'supervision-policy-refused',
      `${file}: no letter or digit could be found in the terms of line ${unusable.slice(0, 10).join(', ')}; remove them.`,
    )
  if (terms.length === 0)
    throw new AppError('supervision-policy-refused', `${file} has no terms; write one on each line.`)
  return terms
}

function termsOfCsv(text: string, file: string): string[] {
  const isTitled = /^"?(terms?|words?|phrases?)"?\s*(,|;|\t|\r?\n|$)/i.test(text)
  const columns = [
    { name: 'term', aliases: ['terms', 'word', 'words', 'phrase', 'phrases'], required: true },
  ] as const
  const table = readCsv(isTitled ? text : `term\n${text}`, { file, columns })
  table.refuseProblems()
  return table.rows.map(({ values }) => values.term)
}

export async function dictionaryTerms(
  db: Queryable,
  versions: Readonly<Record<string, number>>,
): Promise<Map<string, readonly string[]>> {
  const terms = new Map<string, readonly string[]>()
  for (const [name, version] of Object.entries(versions)) {
    const { rows } = await db.query<{ terms: string[] }>(
      'select terms from supervision_dictionary where name = $1 and version = $2',
      [name, version],
    )
    if (rows[0]) terms.set(name, rows[0].terms)
  }
  return terms
}

/** The newest version of each of these dictionaries. Throws `supervision-policy-refused` for one that is not there. */
export async function newestDictionaries(
  db: Queryable,
  names: readonly string[],
): Promise<Record<string, number>> {
  const { rows } = await db.query<{ name: string; version: number }>(
    'select name, max(version) as version from supervision_dictionary where name = any($1::text[]) group by name',
    [names],
  )
  const missing = names.find((name) => !rows.some((row) => row.name === name))
  if (missing !== undefined)
    throw new AppError(
      'supervision-policy-refused',
      `There is no dictionary "${missing}"; import it with "supervise dictionary import".`,
    )
  return Object.fromEntries(rows.map(({ name, version }) => [name, version]))
}

export async function listDictionaries(db: Queryable): Promise<DictionaryFacts[]> {
  const { rows } = await db.query<{
    name: string
    version: number
    terms: number
    made_by: string
    made_at: Date
  }>(
    `select distinct on (name) name, version, cardinality(terms) as terms, made_by, made_at
       from supervision_dictionary order by name, version desc`,
  )
  return rows.map(({ name, version, terms, made_by, made_at }) => ({
    ...{ name, version, terms, madeBy: made_by, madeAt: made_at.toISOString() },
  }))
}
