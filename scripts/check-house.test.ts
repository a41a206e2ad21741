import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { checkHouse } from './check-house.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'house-'))
})
afterEach(() => rmSync(root, { recursive: true }))

const readme = { 'src/domain/README.md': '# domain\n' }

function check(files: Record<string, string>) {
  for (const [path, text] of Object.entries({ ...readme, ...files })) {
    mkdirSync(join(root, dirname(path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  const { findings, warnings } = checkHouse(root)
  const asText = (list: typeof findings) =>
    list.map(({ path, line, message }) => `${path}:${line} ${message}`)
  return { findings: asText(findings), warnings: asText(warnings) }
}

it('a tidy house has nothing to say', () => {
  expect(check({ 'src/domain/phone.ts': 'export const a = 1\n', 'src/domain/phone.test.ts': '' })).toEqual({
    findings: [],
    warnings: [],
  })
})

it('a long file is refused unless it says why', () => {
  const lines = 'export {}\n'.repeat(401)
  expect(check({ 'src/domain/long.ts': lines }).findings).toEqual([expect.stringContaining('has 401 lines')])
  expect(check({ 'src/domain/long.ts': `// Long because: one table.\n${lines}` }).findings).toEqual([])
})

it('a long function is pointed out, a factory only for its own lines', () => {
  const inner = `  function inner() {\n${'    a()\n'.repeat(50)}  }\n`
  const warnings = check({
    'src/domain/a.ts': `export function big() {\n${'  a()\n'.repeat(61)}}\n`,
    'src/domain/b.ts': `export function factory() {\n${inner}${inner}}\n`,
  }).warnings
  expect(warnings).toEqual(['src/domain/a.ts:1 a function of 63 lines; 60 fit on a screen'])
})

it.each(['src/domain/utils.ts', 'src/domain/helpers/a.ts', 'src/domain/misc.test.ts'])(
  'a drawer is refused: %s',
  (path) => {
    expect(check({ [path]: '', 'src/domain/helpers/README.md': '# x' }).findings).toContainEqual(
      expect.stringContaining('is a drawer'),
    )
  },
)

it('names are kebab-case', () => {
  expect(check({ 'src/domain/mapThings.ts': '' }).findings).toEqual([
    expect.stringContaining('is not in kebab-case'),
  ])
})

it('each folder has a README, and a short one', () => {
  expect(check({ 'src/email/a.ts': '' }).findings).toEqual([
    expect.stringContaining('src/email/README.md:1 is missing'),
  ])
  expect(check({ 'src/email/README.md': 'line\n'.repeat(21) }).findings).toEqual([
    expect.stringContaining('has 21 lines'),
  ])
})

it('a phone number that could be somebody’s is refused, a reserved or impossible one is not', () => {
  // Put together here, because the check reads this file too.
  const somebody = ['+44', '7911', '123456'].join(' ')
  const found = check({
    'test/fixtures/chat.txt': `Ada: hello\nBo: call ${somebody}\n${somebody.replace(/\D/g, '')}@s.whatsapp.net\n`,
    'docs/a.md': '+44 7700 900123, +1 (212) 555-0123, +86 139 0000 0000, +999 123 456 789, 12+34567890',
  }).findings
  expect(found.map((line) => line.split(' ')[0])).toEqual([
    'test/fixtures/chat.txt:2',
    'test/fixtures/chat.txt:3',
  ])
})

it('paths of one machine are refused', () => {
  const path = ['', 'home', 'ada', 'project'].join('/')
  expect(
    check({ 'docs/a.md': `cd ${path}\ncd /home/holdfast\nsee https://example.com/home/x\n` }).findings,
  ).toEqual([expect.stringContaining('docs/a.md:1 speaks of')])
})

it('a lockfile without another platform’s binary is refused, since npm ci would be', () => {
  const packages = {
    'node_modules/a': { optionalDependencies: { 'a-linux': '1', 'a-mac': '1' } },
    'node_modules/a-linux': {},
  }
  expect(check({ 'package-lock.json': JSON.stringify({ packages }) }).findings).toEqual([
    expect.stringContaining('lacks a-mac'),
  ])
})

it('an error code that nobody uses is pointed out', () => {
  const list = "export const errorCodes = [\n  'bad-csv',\n  'bad-luck',\n] as const\n"
  const warnings = check({
    'src/domain/errors.ts': list,
    'src/domain/csv.ts': "export const a = 'bad-csv'",
  }).warnings
  expect(warnings).toEqual(["src/domain/errors.ts:3 'bad-luck' is used nowhere; delete it"])
})
