import { posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import {
  type Finding,
  isCode,
  isTest,
  lineAt,
  listFiles,
  parseSource,
  printFindings,
  readSource,
  type SourceFile,
  walk,
} from './source-files.ts'

const folder = 'src/portal/locales'
/** The language that the others are compared with. */
const first = 'en'

export interface LocalesReport {
  readonly languages: readonly string[]
  readonly keys: number
  readonly findings: readonly Finding[]
}

/**
 * Holds the portal's languages and its pages to each other: each key a page names is there in every language, none
 * is there that no page names, and a text has the same placeholders everywhere. Pages name keys as whole literals,
 * `'connectors:wizard.title'`; the keys of `errors` are the error codes, which come from the server.
 */
export function checkLocales(root: string): LocalesReport {
  const texts = readTexts(root)
  const languages = [...new Set(localeFiles(root).map((path) => path.split('/')[3]!))].sort()
  const used = usedKeys(root, new Set(texts.map(({ namespace }) => namespace)))
  const codes = errorCodes(root)
  return {
    languages,
    keys: texts.filter(({ language }) => language === first).length,
    findings: [...compareLanguages(texts, languages), ...compareWithPages(texts, used, codes)],
  }
}

interface Text {
  readonly path: string
  readonly line: number
  readonly language: string
  readonly namespace: string
  /** Without the plural form: `upload.problems`. */
  readonly key: string
  readonly form: string | null
  readonly text: string
}

function localeFiles(root: string): string[] {
  return listFiles(root, folder).filter((path) => path.endsWith('.json'))
}

function readTexts(root: string): Text[] {
  return localeFiles(root).flatMap((path) => {
    const file = readSource(root, path)
    const [language, name] = path.slice(folder.length + 1).split('/')
    const place = { path, language: language!, namespace: posix.basename(name!, '.json') }
    return flatten(JSON.parse(file.text)).map(([whole, text]) => {
      const [, key, form] = /^(.*?)(?:_(zero|one|two|few|many|other))?$/.exec(whole)!
      return { ...place, line: lineOf(file, text), key: key!, form: form ?? null, text }
    })
  })
}

function flatten(tree: Record<string, unknown>, before = ''): [string, string][] {
  return Object.entries(tree).flatMap(([key, value]): [string, string][] =>
    typeof value === 'string'
      ? [[before + key, value]]
      : flatten(value as Record<string, unknown>, `${before}${key}.`),
  )
}

function lineOf(file: SourceFile, text: string): number {
  return lineAt(file.text, Math.max(0, file.text.indexOf(JSON.stringify(text))))
}

function compareLanguages(texts: readonly Text[], languages: readonly string[]): Finding[] {
  const findings: Finding[] = []
  for (const [id, same] of Map.groupBy(texts, ({ namespace, key }) => `${namespace}:${key}`)) {
    const model = same.find(({ language }) => language === first) ?? same[0]!
    for (const language of languages) {
      const mine = same.filter((one) => one.language === language)
      const path = `${folder}/${language}/${model.namespace}.json`
      if (mine.length === 0)
        findings.push({ path, line: 1, message: `lacks ${id}; translate "${model.text}"` })
      else findings.push(...missingForms(id, path, mine, model.form !== null, language))
      findings.push(...mine.flatMap((one) => compareText(id, one, same)))
    }
  }
  return findings
}

/** The plural forms a language has; `many` of Spanish and Italian (whole millions) is filled in from `other`. */
function missingForms(
  id: string,
  path: string,
  mine: readonly Text[],
  plural: boolean,
  language: string,
): Finding[] {
  const forms = plural ? new Intl.PluralRules(language).resolvedOptions().pluralCategories : [null]
  const found = new Set(mine.map(({ form }) => form))
  const missing = forms.filter((form) => form !== 'many' && !found.has(form))
  const extra = [...found].filter((form) => !(forms as readonly (string | null)[]).includes(form))
  const name = (form: string | null) => (form === null ? id : `${id}_${form}`)
  return [
    ...missing.map((form) => ({ path, line: 1, message: `lacks ${name(form)}` })),
    ...extra.map((form) => ({
      path,
      line: 1,
      message: `has ${name(form)}, which the language has no use for`,
    })),
  ]
}

function compareText(id: string, one: Text, same: readonly Text[]): Finding[] {
  if (one.text.trim() === '') return [{ ...one, message: `${id} is empty` }]
  // Every form of the first language is a model: "one" may leave out the count in words.
  const models = same.filter(({ language }) => language === first).map(({ text }) => placeholders(text))
  if (models.length === 0) return [{ ...one, message: `has ${id}, which ${first} lacks` }]
  if (models.includes(placeholders(one.text))) return []
  return [
    { ...one, message: `${id} has ${placeholders(one.text) || 'no placeholder'}, ${first} has ${models[0]}` },
  ]
}

function placeholders(text: string): string {
  const names = [...text.matchAll(/\{\{\s*([\w.]+)[^}]*\}\}|<\/?(\w+)\s*\/?>/g)].map(
    (match) => match[1] ?? match[0],
  )
  return [...new Set(names)].sort().join(' ')
}

interface UsedKey {
  readonly path: string
  readonly line: number
}

/** Literals of the form `namespace:key` in the portal's code. */
function usedKeys(root: string, namespaces: ReadonlySet<string>): Map<string, UsedKey> {
  const used = new Map<string, UsedKey>()
  for (const path of listFiles(root, 'src/portal').filter((one) => isCode(one) && !isTest(one))) {
    const file = readSource(root, path)
    walk(parseSource(file), (node) => {
      if (node.type !== 'Literal' || typeof node.value !== 'string') return
      const namespace = /^([a-z]+):[\w.-]+$/.exec(node.value)?.[1]
      if (namespace === undefined || !namespaces.has(namespace)) return
      used.set(node.value, { path, line: lineAt(file.text, node.start) })
    })
  }
  return used
}

/** The codes of refusals, and what the client calls an answer it cannot read. */
function errorCodes(root: string): Set<string> {
  const codes = new Set<string>()
  const files = listFiles(root, 'src').filter((path) => /^src\/(domain\/errors|api\/client)\.ts$/.test(path))
  for (const path of files) {
    walk(parseSource(readSource(root, path)), ({ type, value }) => {
      if (type === 'Literal' && typeof value === 'string') codes.add(`errors:${value}`)
    })
  }
  return codes
}

function compareWithPages(
  texts: readonly Text[],
  used: ReadonlyMap<string, UsedKey>,
  codes: ReadonlySet<string>,
): Finding[] {
  const known = new Map(texts.map((text) => [`${text.namespace}:${text.key}`, text]))
  const missing = [...used].filter(([id]) => !known.has(id))
  const unused = [...known].filter(([id]) => !used.has(id) && !codes.has(id))
  return [
    ...missing.map(([id, place]) => ({
      ...place,
      message: `names ${id}, which no language has; add it to all`,
    })),
    ...unused.map(([id, { path, line }]) => ({
      path,
      line,
      message: `${id} is named by no page; delete it from all languages, or write it as a whole literal`,
    })),
  ]
}

function main(): void {
  const root = fileURLToPath(new URL('..', import.meta.url))
  const { languages, keys, findings } = checkLocales(root)
  printFindings(findings)
  console.log(`languages: ${languages.join(', ')}; ${keys} texts each, ${findings.length} findings`)
  if (findings.length > 0 || languages.length < 2) process.exitCode = 1
}

if (import.meta.main) main()
