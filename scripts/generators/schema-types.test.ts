import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { schemaTypes } from './schema-types.ts'

it('describes every table as Kysely reads and writes it, without partitions', async () => {
  const folder = mkdtempSync(join(tmpdir(), 'holdfast-schema-'))
  writeFileSync(
    join(folder, '0001_first.sql'),
    `CREATE TYPE colour AS ENUM ('red', 'green');
     CREATE DOMAIN positive AS int NOT NULL;
     CREATE TABLE big_thing (
       id bigint GENERATED ALWAYS AS IDENTITY, at timestamptz NOT NULL DEFAULT now(), day date NOT NULL,
       bytes bytea, colours colour[] NOT NULL, facts jsonb NOT NULL, count positive, seen bigint[]
     ) PARTITION BY RANGE (day);
     CREATE TABLE big_thing_2026 PARTITION OF big_thing FOR VALUES FROM ('2026-01-01') TO ('2027-01-01');`,
  )
  const text = await schemaTypes(folder)
  rmSync(folder, { recursive: true })
  expect(text).toContain(`export interface BigThingTable {
  id: Computed<Int8>
  at: Defaulted<Timestamp>
  day: string
  bytes: Buffer | null
  colours: ('red' | 'green')[]
  facts: Json
  count: number
  seen: bigint[] | null
}`)
  expect(text).toContain('  big_thing: BigThingTable')
  expect(text).not.toContain('BigThing2026')
})
