import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { checkArchitecture } from './check-architecture.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'architecture-'))
})
afterEach(() => rmSync(root, { recursive: true }))

/** Writes files by path and gives what the check finds, as `path:line message`. */
function findings(files: Record<string, string>): string[] {
  for (const [path, text] of Object.entries(files)) {
    mkdirSync(join(root, dirname(path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return checkArchitecture(root).findings.map(({ path, line, message }) => `${path}:${line} ${message}`)
}

describe('the import table', () => {
  it('accepts what the design allows', () => {
    const found = findings({
      'src/domain/message.ts': "import { z } from 'zod'\nexport const a = z",
      'src/platform/clock.ts': 'export interface Clock { now(): number }',
      'src/sources/source.ts': "import type { a } from '../domain/message.ts'\nexport type B = typeof a",
      'src/sources/wecom/index.ts':
        "import { x } from '../formats/x.ts'\nimport type { B } from '../source.ts'\nexport type C = B & typeof x",
      'src/sources/wecom/clock.ts':
        "import type { Clock } from '../../platform/clock.ts'\nexport type D = Clock",
      'src/sources/formats/x.ts': 'export const x = 1',
      'src/compliance/holds/index.ts': 'export const place = 1',
      'src/compliance/retention/run.ts': "export { place } from '../holds/index.ts'",
      'src/app.ts': "import './sources/wecom/index.ts'\nimport './compliance/holds/index.ts'",
      'src/cli/main.ts': "import '../app.ts'",
    })
    expect(found).toEqual([])
  })

  it.each([
    [
      'a feature imports another',
      'src/search/a.ts',
      "import '../connector/b.ts'",
      'search/ may import only domain, archive, platform',
    ],
    [
      'the centre imports a source',
      'src/connector/a.ts',
      "import '../sources/wecom/index.ts'",
      'imports sources/wecom/index.ts',
    ],
    [
      'a source imports another',
      'src/sources/wecom/a.ts',
      "import '../whatsapp/b.ts'",
      'only source.ts, formats may be shared',
    ],
    [
      'a source takes values of platform',
      'src/sources/wecom/a.ts',
      "import { b } from '../../platform/b.ts'",
      'use "import type"',
    ],
    [
      'compliance reaches past a face',
      'src/compliance/holds/a.ts',
      "import '../audit/store.ts'",
      'only */index.ts may be shared',
    ],
    ['a door imports another door', 'src/http/a.ts', "import '../cli/b.ts'", 'http/ may import only'],
    ['domain imports an impure package', 'src/domain/a.ts', "import 'node:fs'", 'domain/ stays pure'],
    ['the portal imports Node', 'src/portal/a.tsx', "import 'node:fs'", 'no browser has'],
    ['code imports a test', 'src/search/a.ts', "import './b.test.ts'", 'imports the test'],
    ['code leaves src', 'src/search/a.ts', "import '../../scripts/b.ts'", 'imports nothing outside itself'],
    ['a folder is unknown', 'src/stuff/a.ts', "import '../domain/b.ts'", 'does not know'],
    ['a re-export', 'src/domain/a.ts', "export * from '../search/b.ts'", 'may import only itself'],
    [
      'a dynamic import',
      'src/domain/a.ts',
      "export const b = () => import('../search/b.ts')",
      'may import only itself',
    ],
    [
      'an import of a type',
      'src/domain/a.ts',
      "export type B = import('../search/b.ts').B",
      'may import only itself',
    ],
  ])('refuses that %s', (_, path, text, message) => {
    expect(findings({ [path]: `// first line\n${text}\n` })).toEqual([expect.stringContaining(message)])
    expect(findings({})[0]).toContain(`${path}:2 `)
  })

  it('lets tests import anything, and is not fooled by text that looks like an import', () => {
    const found = findings({
      'src/domain/a.test.ts': "import '../search/b.ts'",
      'src/domain/a.ts': "// import '../search/b.ts'\nexport const text = `import '../search/b.ts'`",
    })
    expect(found).toEqual([])
  })
})

describe('cycles', () => {
  it('are found through any number of files, types included', () => {
    const found = findings({
      'src/domain/a.ts': "import './b.ts'",
      'src/domain/b.ts': "import type { C } from './c.ts'\nexport type B = C",
      'src/domain/c.ts': "import './a.ts'\nexport type C = 1",
    })
    expect(found).toEqual([
      expect.stringContaining('src/domain/a.ts → src/domain/b.ts → src/domain/c.ts → src/domain/a.ts'),
    ])
  })
})

describe('clock, randomness and environment', () => {
  it.each([
    'Date.now()',
    'new Date()',
    'Date()',
    'performance.now()',
    'Math.random()',
    'crypto.randomUUID()',
    'process.env.HOME',
    "process['env']",
    'globalThis.process.env.HOME',
  ])('are refused outside platform/: %s', (text) => {
    expect(findings({ 'src/search/a.ts': `export const a = ${text}` })).toHaveLength(1)
  })

  it('are refused when imported by name', () => {
    expect(
      findings({ 'src/site/a.ts': "import { randomBytes as r } from 'node:crypto'\nr(1)" }),
    ).toHaveLength(1)
    expect(findings({ 'src/site/a.ts': "import { env } from 'node:process'\nenv" })).toHaveLength(1)
  })

  it('are read in platform/, the environment by config alone', () => {
    expect(
      findings({ 'src/platform/clock.ts': 'export const now = () => Date.now() + Math.random()' }),
    ).toEqual([])
    expect(findings({ 'src/platform/config.ts': 'export const a = process.env' })).toEqual([])
    expect(findings({ 'src/platform/log.ts': 'export const a = process.env' })).toHaveLength(1)
  })

  it('are not confused with a date made from a value', () => {
    expect(findings({ 'src/search/a.ts': 'export const a = new Date(0), b = Date.UTC(2026, 0)' })).toEqual([])
  })
})

it('counts what it saw, so that seeing nothing cannot pass for finding nothing', () => {
  findings({ 'src/domain/a.ts': "import './b.ts'", 'src/domain/b.ts': '' })
  expect(checkArchitecture(root)).toMatchObject({ files: 2, imports: 1 })
  expect(() => findings({ 'src/domain/b.ts': 'const =' })).toThrow('src/domain/b.ts does not parse')
})
