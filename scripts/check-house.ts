import { dirname, posix } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findPhoneNumbers } from './phone-numbers.ts'
import {
  type Finding,
  isCode,
  isGenerated,
  isTest,
  lineAt,
  listFiles,
  parseSource,
  printFindings,
  readSource,
  type SourceFile,
  type SyntaxNode,
  walk,
} from './source-files.ts'

const fileLinesMax = 400
const functionLinesMax = 60
const readmeLinesMax = 20
const codeFolders = ['src', 'scripts', 'bin', 'bench', 'test']

export interface HouseReport {
  readonly findings: readonly Finding[]
  /** What a reader should look at, but may stay. */
  readonly warnings: readonly Finding[]
}

/**
 * The rules of the house that a program can see: sizes, names, a README in each folder, no number that could
 * be somebody's, error codes in use, a lockfile that installs, and nothing about the machine it was written on.
 */
export function checkHouse(root: string): HouseReport {
  const code = codeFolders
    .flatMap((folder) => listFiles(root, folder))
    .filter((path) => isCode(path) && !isGenerated(path))
    .map((path) => readSource(root, path))
  const texts = textFiles(root)
  return {
    findings: [
      ...code.flatMap(checkLength),
      ...code.flatMap(checkName),
      ...checkReadmes(root),
      ...texts.flatMap(findPhoneNumbers),
      ...texts.flatMap(findForeignPaths),
      ...checkLockfile(root),
    ],
    warnings: [...code.flatMap(checkFunctions), ...checkErrorCodes(code)],
  }
}

/** Everything written by hand that goes into the repository. */
function textFiles(root: string): SourceFile[] {
  const folders = [...codeFolders, 'docs', 'migrations', '.ci']
  const top = ['README.md', 'CONTRIBUTING.md', 'CHANGELOG.md', 'SECURITY.md', 'package.json']
  const known = new Set(listFiles(root, '.'))
  return [...folders.flatMap((folder) => listFiles(root, folder)), ...top]
    .filter((path) => known.has(path) || path.startsWith('.ci/'))
    .filter(
      (path) => !isGenerated(path) && !/\.(png|jpe?g|zip|opus|ogg|mp4|pdf|gz|bin|ico|woff2?)$/.test(path),
    )
    .map((path) => readSource(root, path))
}

function checkLength({ path, text }: SourceFile): Finding[] {
  const lines = text.split('\n').length - 1
  const head = text.split('\n', 30).join('\n')
  if (lines <= fileLinesMax || /\bLong because: \S/.test(head)) return []
  const message = `has ${lines} lines; split it by idea at ${fileLinesMax}, or say near its top "// Long because: …"`
  return [{ path, line: 1, message }]
}

const drawers = /^(utils?|helpers?|misc|common|shared|manager|stuff)$/

function checkName({ path }: SourceFile): Finding[] {
  const parts = path.split('/').map((part) => part.replace(/\..*$/, ''))
  const drawer = parts.find((part) => drawers.test(part))
  if (drawer !== undefined) {
    return [{ path, line: 1, message: `"${drawer}" is a drawer; name it after what is in it` }]
  }
  const name = posix.basename(path)
  if (/^[a-z0-9]+([-.][a-z0-9]+)*$/.test(name)) return []
  return [{ path, line: 1, message: 'is not in kebab-case; name it like map-participants.ts' }]
}

/** Each folder with code begins with a README of at most twenty lines. */
function checkReadmes(root: string): Finding[] {
  const paths = listFiles(root, 'src')
  const folders = new Set(
    paths.filter((path) => isCode(path) && !isTest(path)).map((path) => posix.dirname(path)),
  )
  folders.delete('src')
  const findings: Finding[] = []
  for (const folder of folders) {
    const path = `${folder}/README.md`
    const lines = paths.includes(path) ? readSource(root, path).text.trimEnd().split('\n').length : 0
    if (lines === 0)
      findings.push({
        path,
        line: 1,
        message: 'is missing: what the folder is for, what it may import, how to add one more',
      })
    if (lines > readmeLinesMax)
      findings.push({ path, line: 1, message: `has ${lines} lines; at most ${readmeLinesMax}` })
  }
  return findings
}

/** Paths that exist on one machine only. `/home/holdfast` is the service user of the documentation. */
const foreignPath = /(?<![\w.:/-])\/(?:home|Users|work)\/(?!holdfast\b)[\w.-]+|\b[A-Z]:\\Users\\\w+/g

function findForeignPaths({ path, text }: SourceFile): Finding[] {
  return [...text.matchAll(foreignPath)].map((match) => ({
    path,
    line: lineAt(text, match.index),
    message: `speaks of ${match[0]}, which is on one machine only; use a path relative to the repository or an option`,
  }))
}

/** `npm ci` refuses a lockfile that leaves out another platform's binaries. */
function checkLockfile(root: string): Finding[] {
  const path = 'package-lock.json'
  if (!listFiles(root, '.').includes(path)) return []
  const lock = JSON.parse(readSource(root, path).text) as {
    packages: Record<string, { optionalDependencies?: Record<string, string> }>
  }
  return Object.entries(lock.packages).flatMap(([owner, { optionalDependencies = {} }]) =>
    Object.keys(optionalDependencies)
      .filter(
        (name) =>
          !(`node_modules/${name}` in lock.packages) && !(`${owner}/node_modules/${name}` in lock.packages),
      )
      .map((name) => ({
        path,
        line: 1,
        message: `lacks ${name}, so that npm ci refuses it; restore its entry from the last commit`,
      })),
  )
}

/** Lines of its own: what inner functions take is theirs, so that a factory is judged by its frame. */
function checkFunctions(file: SourceFile): Finding[] {
  if (isTest(file.path)) return []
  const findings: Finding[] = []
  visit(parseSource(file))
  return findings

  /** Gives the lines that functions inside the node take. */
  function visit(node: SyntaxNode): number {
    let inner = 0
    for (const child of childrenOf(node)) inner += visit(child)
    if (!/Function(Declaration|Expression)$/.test(node.type)) return inner
    const lines = file.text.slice(node.start, node.end).split('\n').length
    if (lines - inner > functionLinesMax) {
      const message = `a function of ${lines - inner} lines; ${functionLinesMax} fit on a screen`
      findings.push({ path: file.path, line: lineAt(file.text, node.start), message })
    }
    return lines
  }
}

function childrenOf(node: SyntaxNode): SyntaxNode[] {
  return Object.values(node)
    .flat()
    .filter((value): value is SyntaxNode => typeof (value as SyntaxNode | null)?.type === 'string')
}

/** Codes that nobody uses mislead whoever handles them. (Codes in use but not listed are type errors.) */
function checkErrorCodes(code: readonly SourceFile[]): Finding[] {
  const list = code.find((file) => file.path === 'src/domain/errors.ts')
  if (list === undefined) return []
  const used = new Set<unknown>()
  for (const file of code) {
    if (file === list || isTest(file.path)) continue
    walk(parseSource(file), (node) => {
      if (node.type === 'Literal') used.add(node.value)
    })
  }
  return [...list.text.matchAll(/^ {2}'([a-z-]+)',$/gm)]
    .filter((match) => !used.has(match[1]))
    .map((match) => ({
      path: list.path,
      line: lineAt(list.text, match.index),
      message: `'${match[1]}' is used nowhere; delete it`,
    }))
}

function main(): void {
  const root = dirname(dirname(fileURLToPath(import.meta.url)))
  const { findings, warnings } = checkHouse(root)
  printFindings(findings)
  if (warnings.length > 0) console.log('  Worth a look (no failure):')
  printFindings(warnings)
  console.log(`house: ${findings.length} findings, ${warnings.length} to look at`)
  if (findings.length > 0) process.exitCode = 1
}

if (import.meta.main) main()
