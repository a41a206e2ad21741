import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { checkLocales } from './check-locales.ts'

let root: string
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'locales-'))
})
afterEach(() => rmSync(root, { recursive: true }))

type Texts = Record<string, unknown>

/** Findings for a page that names the keys, and the texts of each language. */
function check(keys: readonly string[], languages: Record<string, Texts>) {
  const files = Object.entries(languages).map(([language, texts]): [string, string] => [
    `src/portal/locales/${language}/home.json`,
    JSON.stringify(texts, null, 2),
  ])
  const page = keys.map((key) => `t('${key}')`).join('\n')
  for (const [path, text] of [['src/portal/pages/home.tsx', page] as const, ...files]) {
    mkdirSync(join(root, dirname(path)), { recursive: true })
    writeFileSync(join(root, path), text)
  }
  return checkLocales(root).findings.map(({ path, line, message }) => `${path}:${line} ${message}`)
}

it('languages that say the same and pages that name it all have nothing to say', () => {
  const en = { title: 'Home', items_one: '{{count}} item', items_other: '{{count}} items' }
  const es = { title: 'Inicio', items_one: '{{count}} elemento', items_other: '{{count}} elementos' }
  const zh = { title: '主页', items_other: '{{count}} 个项目' }
  expect(check(['home:title', 'home:items'], { en, es, 'zh-Hans': zh })).toEqual([])
})

it('a key that a language lacks is found, with the text to translate', () => {
  const found = check(['home:title'], { en: { title: 'Home' }, sv: {} })
  expect(found).toEqual(['src/portal/locales/sv/home.json:1 lacks home:title; translate "Home"'])
})

it('a key that no page names is found, and one that no language has', () => {
  const texts = { part: { old: 'Old' } }
  expect(check(['home:new'], { en: texts, sv: texts })).toEqual([
    expect.stringContaining('src/portal/pages/home.tsx:1 names home:new, which no language has'),
    expect.stringContaining('src/portal/locales/sv/home.json:3 home:part.old is named by no page'),
  ])
})

it('a key beyond those of English is found', () => {
  const found = check(['home:title'], { en: {}, sv: { title: 'Start' } })
  expect(found).toContain('src/portal/locales/sv/home.json:2 has home:title, which en lacks')
})

it('a plural form that is missing or without use is found', () => {
  const en = { items_one: '{{count}} item', items_other: '{{count}} items' }
  const found = check(['home:items'], { en, sv: { items_other: '{{count}} objekt' }, 'zh-Hans': en })
  expect(found).toEqual([
    'src/portal/locales/sv/home.json:1 lacks home:items_one',
    'src/portal/locales/zh-Hans/home.json:1 has home:items_one, which the language has no use for',
  ])
})

it('placeholders that differ and empty texts are found', () => {
  const en = { hello: 'Hello {{name}}', bye: 'Bye' }
  const found = check(['home:hello', 'home:bye'], { en, sv: { hello: 'Hej {{namn}}', bye: ' ' } })
  expect(found).toEqual([
    'src/portal/locales/sv/home.json:2 home:hello has namn, en has name',
    'src/portal/locales/sv/home.json:3 home:bye is empty',
  ])
})
