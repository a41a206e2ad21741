import type { Queryable } from '../platform/postgres/index.ts'

export interface StoredTable {
  readonly name: string
  /** In the order of the table; generated columns are not among them. */
  readonly columns: readonly string[]
}

/** Which migrations ran is told by the installation itself, before anything is put back. */
const notCopied = new Set(['schema_migration'])

/** Every table of ours with its rows, partitions within their parents; a table after those it refers to. */
export async function storedTables(database: Queryable): Promise<StoredTable[]> {
  const { rows } = await database.query<{ name: string; columns: string[]; refers: string[] }>(
    `select relname as name,
            array(select attname::text from pg_attribute
                   where attrelid = pg_class.oid and attnum > 0 and not attisdropped and attgenerated = '' order by attnum) as columns,
            array(select distinct referred.relname::text from pg_constraint join pg_class as referred on referred.oid = confrelid
                   where conrelid = pg_class.oid and contype = 'f') as refers
       from pg_class where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
      order by relname`,
  )
  const ours = rows.filter(({ name }) => !notCopied.has(name))
  const ordered: StoredTable[] = []
  const done = new Set<string>()
  const add = (name: string) => {
    const table = ours.find((one) => one.name === name)
    if (!table || done.has(name)) return
    done.add(name)
    for (const other of table.refers) add(other)
    ordered.push({ name, columns: table.columns })
  }
  for (const { name } of ours) add(name)
  return ordered
}

/** Names of the objects that rows stand for, whatever table they are in; of a destroyed journal segment only the row is left. */
export async function namedObjects(database: Queryable): Promise<Set<string>> {
  const { rows: columns } = await database.query<{ statement: string }>(
    `select format('select %I as name from %I', attname, relname)
              || case when relname = 'site_segment' then ' where destroyed_at is null' else '' end as statement
       from pg_attribute join pg_class on pg_class.oid = attrelid
      where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and not relispartition
        and attname in ('object_name', 'catalogue_object') and relname <> 'dead_object' and not attisdropped`,
  )
  const names = new Set<string>()
  for (const { statement } of columns) {
    const { rows } = await database.query<{ name: string | null }>(statement)
    for (const { name } of rows) if (name !== null) names.add(name)
  }
  return names
}

/** The identity columns and what they gave last, and the sequences that stand alone. */
export async function sequenceValues(database: Queryable): Promise<Record<string, string>> {
  const { rows } = await database.query<{ name: string }>(
    `select relname as name from pg_class where relnamespace = 'public'::regnamespace and relkind = 'S' order by relname`,
  )
  const values: Record<string, string> = {}
  for (const { name } of rows) {
    const { rows: found } = await database.query<{ value: bigint; called: boolean }>(
      `select last_value as value, is_called as called from "${name}"`,
    )
    values[name] = `${found[0]!.value}${found[0]!.called ? '' : ' unused'}`
  }
  return values
}
