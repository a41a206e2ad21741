/** The types of all tables, as Kysely wants them, read from a database that was just migrated. */
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import pg from 'pg'
import { openDataFolder } from '../../src/platform/data-folder.ts'
import { openEmbeddedServer } from '../../src/platform/postgres/embedded.ts'
import { migrate, migrationsFolder, readMigrations } from '../../src/platform/postgres/migrations.ts'
import { systemRandom } from '../../src/platform/random.ts'

/** Migrates a throwaway server with the migrations of `folder` and describes its tables. */
export async function schemaTypes(folder: string = migrationsFolder): Promise<string> {
  const path = mkdtempSync(join(tmpdir(), 'holdfast-generate-'))
  const server = await openEmbeddedServer({
    folder: openDataFolder(path),
    random: systemRandom,
    durable: false,
  })
  try {
    await migrate(server.ownerUrl, readMigrations(folder))
    return await describe(server.ownerUrl.reveal())
  } finally {
    await server.close()
    rmSync(path, { recursive: true, force: true })
  }
}

interface Column {
  readonly table: string
  readonly column: string
  readonly type: string
  readonly element: string | null
  readonly labels: string[] | null
  readonly notNull: boolean
  readonly defaulted: boolean
  readonly computed: boolean
}

async function describe(url: string): Promise<string> {
  const client = new pg.Client({ connectionString: url })
  await client.connect()
  try {
    const answer = await client.query<Column>(columnsQuery)
    return render(Map.groupBy(answer.rows, (row) => row.table))
  } finally {
    await client.end()
  }
}

/** Tables and views of the schema `public`; partitions are left out, as everything goes through their parent. */
const columnsQuery = `
  SELECT c.relname AS table, a.attname AS column, base.typname AS type, element.typname AS element,
    (SELECT array_agg(e.enumlabel::text ORDER BY e.enumsortorder) FROM pg_enum e
      WHERE e.enumtypid = coalesce(element.oid, base.oid)) AS labels,
    a.attnotnull OR t.typnotnull AS "notNull",
    a.atthasdef OR a.attidentity <> '' AS defaulted,
    a.attgenerated <> '' OR a.attidentity = 'a' AS computed
  FROM pg_class c
  JOIN pg_namespace n ON n.oid = c.relnamespace
  JOIN pg_attribute a ON a.attrelid = c.oid AND a.attnum > 0 AND NOT a.attisdropped
  JOIN pg_type t ON t.oid = a.atttypid
  JOIN pg_type base ON base.oid = CASE WHEN t.typtype = 'd' THEN t.typbasetype ELSE t.oid END
  LEFT JOIN pg_type element ON element.oid = base.typelem AND base.typcategory = 'A'
  WHERE n.nspname = 'public' AND c.relkind IN ('r', 'p', 'v', 'm') AND NOT c.relispartition
  ORDER BY c.relname COLLATE "C", a.attnum`

const scalars: Record<string, string> = {
  bool: 'boolean',
  bytea: 'Buffer',
  float4: 'number',
  float8: 'number',
  int2: 'number',
  int4: 'number',
  int8: 'Int8',
  json: 'Json',
  jsonb: 'Json',
  oid: 'number',
  timestamp: 'Timestamp',
  timestamptz: 'Timestamp',
}

function typeOf(column: Column): string {
  const scalar =
    column.labels?.map((label) => `'${label}'`).join(' | ') ??
    scalars[column.element ?? column.type] ??
    'string'
  const whole = column.element === null ? scalar : arrayOf(scalar)
  const nullable = column.notNull ? whole : `${whole} | null`
  if (column.computed) return `Computed<${nullable}>`
  return column.defaulted ? `Defaulted<${nullable}>` : nullable
}

function arrayOf(scalar: string): string {
  if (scalar === 'Int8') return 'bigint[]'
  if (scalar === 'Timestamp') return 'Date[]'
  return scalar.includes('|') ? `(${scalar})[]` : `${scalar}[]`
}

function render(tables: Map<string, Column[]>): string {
  const names = [...tables.keys()]
  const interfaces = [...tables].map(([table, columns]) => {
    const lines = columns.map((column) => `  ${column.column}: ${typeOf(column)}`)
    return `export interface ${typeName(table)} {\n${lines.join('\n')}\n}\n`
  })
  const database = names.map((table) => `  ${table}: ${typeName(table)}`)
  return [header, ...interfaces, `export interface Database {\n${database.join('\n')}\n}\n`].join('\n')
}

function typeName(table: string): string {
  const words = table.split('_').map((word) => word.charAt(0).toUpperCase() + word.slice(1))
  return `${words.join('')}Table`
}

const header = `// Made from migrations/ by npm run generate: do not edit.
import type { ColumnType } from 'kysely'

/** May be left out of an INSERT. */
export type Defaulted<T> =
  T extends ColumnType<infer Select, infer Insert, infer Update>
    ? ColumnType<Select, Insert | undefined, Update>
    : ColumnType<T, T | undefined, T>
/** Never written: the database makes it. */
export type Computed<T> =
  T extends ColumnType<infer Select, unknown, unknown>
    ? ColumnType<Select, never, never>
    : ColumnType<T, never, never>
/** Read as bigint; numbers are taken, too. */
export type Int8 = ColumnType<bigint, bigint | number, bigint | number>
export type Timestamp = ColumnType<Date, Date | string, Date | string>
/** Read parsed; written as JSON text, because the driver writes an array as a PostgreSQL array. */
export type Json = ColumnType<unknown, string, string>
`
