import { dirname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { findAmbientReads } from './ambient-reads.ts'
import { findCycles } from './import-cycles.ts'
import { freeFiles, importTable, packagesOf, separateFolders } from './import-table.ts'
import { type Import, importsOf } from './imports.ts'
import {
  type Finding,
  isCode,
  isTest,
  listFiles,
  parseSource,
  printFindings,
  readSource,
} from './source-files.ts'

export interface ArchitectureReport {
  readonly files: number
  readonly imports: number
  readonly findings: readonly Finding[]
}

/**
 * Holds the code under `src/` to the house: the import table, no cycle, and clock, randomness and
 * environment read only where they may be.
 */
export function checkArchitecture(root: string): ArchitectureReport {
  const files = listFiles(root, 'src')
    .filter(isCode)
    .map((path) => readSource(root, path))
  const findings: Finding[] = []
  const imports: Import[] = []
  for (const file of files) {
    const program = parseSource(file)
    const own = importsOf(file, program)
    imports.push(...own)
    if (isTest(file.path)) continue
    findings.push(...own.flatMap(checkImport), ...findAmbientReads(file, program))
  }
  findings.push(...findCycles(imports.filter((one) => !isTest(one.from))))
  return { files: files.length, imports: imports.length, findings }
}

function checkImport(one: Import): Finding[] {
  const message = one.target === null ? packageProblem(one) : fileProblem(one, one.target)
  return message === null ? [] : [{ path: one.from, line: one.line, message }]
}

function packageProblem({ from, specifier }: Import): string | null {
  const folder = folderOf(from)
  const isOf = (name: string) => specifier === name || specifier.startsWith(`${name}/`)
  if (folder === 'portal' && specifier.startsWith('node:')) {
    return `imports ${specifier}, which no browser has; ask the server for it through api/`
  }
  const allowed = packagesOf[folder]
  if (allowed === undefined || allowed.some(isOf)) return null
  return `imports ${specifier}, but ${folder}/ stays pure (only ${allowed.join(', ')}); take what it needs as an argument, or add the package to scripts/import-table.ts if it is pure`
}

function fileProblem(one: Import, target: string): string | null {
  if (!target.startsWith('src/'))
    return `imports ${target}, but src/ imports nothing outside itself; move what it needs into src/`
  if (isTest(target)) return `imports the test ${target}; move what it needs into a file that is no test`
  if (freeFiles.includes(one.from.slice('src/'.length))) return null
  const [from, to] = [folderOf(one.from), folderOf(target)]
  if (from === to) return neighbourProblem(one.from, target, from)
  const allowed = importTable[from]
  if (allowed === undefined)
    return `lies in src/${from}, which scripts/import-table.ts does not know; add the folder there and to the design`
  const inside = target.slice('src/'.length)
  const fits = (entry: string) => entry === to || entry === inside || inside.startsWith(`${entry}/`)
  if (allowed.some(fits)) return null
  if (allowed.includes(`types of ${to}`)) {
    return one.typesOnly
      ? null
      : `imports values of ${to}/, but ${from}/ may import only its types; use "import type" and take the value as an argument`
  }
  return `imports ${inside}, but ${from}/ may import only ${allowed.join(', ') || 'itself'}; take it as an argument, or move the rule to domain/`
}

/** `sources/a` and `sources/b` are strangers, and so are the folders of compliance but for their faces. */
function neighbourProblem(from: string, target: string, folder: string): string | null {
  const shared = separateFolders[folder]
  if (shared === undefined) return null
  const [mine, theirs] = [from, target].map((path) => path.split('/').slice(2))
  if (theirs!.length === 1 || mine![0] === theirs![0]) return null
  if (shared.includes(theirs![0]!) || shared.includes(`*/${theirs!.slice(1).join('/')}`)) return null
  return `imports ${theirs!.join('/')} of another folder of ${folder}/; only ${shared.join(', ')} may be shared there`
}

/** The first folder (or the file) under src: `src/sources/wecom/decode.ts` → `sources`. */
function folderOf(path: string): string {
  return path.split('/')[1]!
}

/** Fewer files or imports than this means that the check looked in the wrong place, not that all is well. */
const filesMin = 20

function main(): void {
  const root = dirname(dirname(fileURLToPath(import.meta.url)))
  const { files, imports, findings } = checkArchitecture(root)
  printFindings(findings)
  console.log(`architecture: ${files} files, ${imports} imports, ${findings.length} findings`)
  if (files < filesMin || imports < files) {
    console.log(
      `That is implausibly few (at least ${filesMin} files, and as many imports): the check did not see the code.`,
    )
    process.exitCode = 1
  }
  if (findings.length > 0) process.exitCode = 1
}

if (import.meta.main) main()
