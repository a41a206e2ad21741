import { posix } from 'node:path'
import { lineAt, type SourceFile, type SyntaxNode, walk } from './source-files.ts'

/** One import or re-export as written in a file. */
export interface Import {
  readonly from: string
  readonly line: number
  /** As written: `./phone.ts`, `node:fs`, `zod`. */
  readonly specifier: string
  /** The file it means, relative to the root; null for packages. */
  readonly target: string | null
  readonly typesOnly: boolean
}

/** All imports of a file: static, re-exported, dynamic with a plain string, and of types. */
export function importsOf(file: SourceFile, program: SyntaxNode): Import[] {
  const found: Import[] = []
  walk(program, (node) => {
    const source = node.source as SyntaxNode | null | undefined
    if (!importingNodes.has(node.type) || typeof source?.value !== 'string') return
    const specifier = source.value
    const line = lineAt(file.text, node.start)
    const target = specifier.startsWith('.') ? posix.join(posix.dirname(file.path), specifier) : null
    found.push({ from: file.path, line, specifier, target, typesOnly: isTypesOnly(node) })
  })
  return found
}

const importingNodes = new Set([
  'ImportDeclaration',
  'ExportNamedDeclaration',
  'ExportAllDeclaration',
  'ImportExpression',
  'TSImportType',
])

function isTypesOnly(node: SyntaxNode): boolean {
  if (node.type === 'TSImportType' || node.importKind === 'type' || node.exportKind === 'type') return true
  const specifiers = (node.specifiers ?? []) as readonly SyntaxNode[]
  return (
    specifiers.length > 0 && specifiers.every((one) => one.importKind === 'type' || one.exportKind === 'type')
  )
}
