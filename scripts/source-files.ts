import { readdirSync, readFileSync } from 'node:fs'
import { join, relative, sep } from 'node:path'
import { parseSync } from 'rolldown/utils'

/** A node of the syntax tree (ESTree with TypeScript), read loosely: the checks look at few shapes. */
export interface SyntaxNode {
  readonly type: string
  readonly start: number
  readonly end: number
  readonly [key: string]: unknown
}

export interface SourceFile {
  /** Relative to the root, with `/`: `src/domain/phone.ts`. */
  readonly path: string
  readonly text: string
}

const foldersSkipped = new Set(['node_modules', '.git', 'dist', 'data', 'results'])
/** What test coverage writes; `src/coverage` is ours. */
const reportsFolder = 'coverage'

/** Paths of all files under a folder of the root, with `/`, in order; nothing when the folder is missing. */
export function listFiles(root: string, folder: string): string[] {
  const found: string[] = []
  visit(join(root, folder))
  return found.map((path) => relative(root, path).split(sep).join('/')).sort()

  function visit(path: string): void {
    for (const entry of entriesOf(path)) {
      const isSkipped = foldersSkipped.has(entry.name) || join(path, entry.name) === join(root, reportsFolder)
      if (entry.isDirectory() && !isSkipped) visit(join(path, entry.name))
      if (entry.isFile()) found.push(join(path, entry.name))
    }
  }
}

function entriesOf(path: string) {
  try {
    return readdirSync(path, { withFileTypes: true })
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return []
    throw error
  }
}

export function readSource(root: string, path: string): SourceFile {
  return { path, text: readFileSync(join(root, path), 'utf8') }
}

export function isCode(path: string): boolean {
  return /\.(ts|tsx|js|mjs)$/.test(path) && !path.endsWith('.d.ts')
}

/** Tests, the contract suites they share, and all under `test/`. */
export function isTest(path: string): boolean {
  return /\.(test|contract|fixture)\.tsx?$/.test(path) || path.startsWith('test/')
}

export function isGenerated(path: string): boolean {
  return /\.generated\.\w+$/.test(path)
}

/**
 * The syntax tree of a file. The parser is the one the test runner comes with; it reads TypeScript, so
 * imports of types are seen as well.
 * @throws Error naming file and place when the file does not parse.
 */
export function parseSource(file: SourceFile): SyntaxNode {
  const { program, errors } = parseSync(file.path, file.text)
  const error = errors[0]
  if (error !== undefined) throw new Error(`${file.path} does not parse: ${error.message}`)
  return program as unknown as SyntaxNode
}

/** Calls `see` for each node, parents first. */
export function walk(node: SyntaxNode, see: (node: SyntaxNode) => void): void {
  see(node)
  for (const value of Object.values(node)) {
    if (Array.isArray(value)) for (const child of value) walkChild(child, see)
    else walkChild(value, see)
  }
}

function walkChild(value: unknown, see: (node: SyntaxNode) => void): void {
  if (typeof value === 'object' && value !== null && typeof (value as SyntaxNode).type === 'string') {
    walk(value as SyntaxNode, see)
  }
}

/** The 1-based line of an offset. */
export function lineAt(text: string, offset: number): number {
  let line = 1
  for (let index = text.indexOf('\n'); index >= 0 && index < offset; index = text.indexOf('\n', index + 1)) {
    line += 1
  }
  return line
}

/** Something a check found, with what to do about it. */
export interface Finding {
  readonly path: string
  readonly line: number
  readonly message: string
}

/** Prints findings one a line, as `path:line message`, so that editors and terminals link them. */
export function printFindings(findings: readonly Finding[]): void {
  for (const { path, line, message } of findings) console.log(`  ${path}:${line} ${message}`)
}
