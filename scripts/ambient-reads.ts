import { type Finding, lineAt, type SourceFile, type SyntaxNode, walk } from './source-files.ts'

const clockFix = 'take a Clock as an argument and call clock.now()'
const randomFix = 'take a RandomSource as an argument'
const environmentFix = 'add the variable to src/platform/config.ts and take the config as an argument'

const randomNames = new Set([
  'randomUUID',
  'randomBytes',
  'randomInt',
  'randomFill',
  'randomFillSync',
  'getRandomValues',
])

/**
 * Places where a file reads the machine's clock, randomness or environment by itself. `src/platform/` may
 * read clock and randomness and `src/platform/config.ts` the environment, the portal's own clock is one file; `new Date(value)` reads nothing.
 */
export function findAmbientReads(file: SourceFile, program: SyntaxNode): Finding[] {
  const inPlatform = file.path.startsWith('src/platform/') || file.path === 'src/portal/i18n/clock.ts'
  const isConfig = file.path === 'src/platform/config.ts'
  const findings: Finding[] = []
  walk(program, (node) => {
    const message = (inPlatform ? null : clockOrRandomRead(node)) ?? (isConfig ? null : environmentRead(node))
    if (message !== null) findings.push({ path: file.path, line: lineAt(file.text, node.start), message })
  })
  return findings
}

function clockOrRandomRead(node: SyntaxNode): string | null {
  const member = memberName(node)
  if (member === 'Date.now' || member === 'performance.now' || member === 'process.hrtime') {
    return `reads the clock (${member}); ${clockFix}`
  }
  if (member === 'Math.random') return `reads randomness (Math.random); ${randomFix}`
  if (
    node.type === 'NewExpression' &&
    nameOf(node.callee) === 'Date' &&
    (node.arguments as unknown[]).length === 0
  ) {
    return `reads the clock (new Date()); ${clockFix}`
  }
  if (node.type === 'CallExpression' && nameOf(node.callee) === 'Date')
    return `reads the clock (Date()); ${clockFix}`
  const random = randomName(node)
  return random === null ? null : `reads randomness (${random}); ${randomFix}`
}

/** The name where it is imported from node:crypto or taken from an object such as `crypto`. */
function randomName(node: SyntaxNode): string | null {
  const named =
    node.type === 'ImportSpecifier' ? node.imported : node.type === 'MemberExpression' ? node.property : null
  const name = nameOf(named)
  return name !== null && randomNames.has(name) ? name : null
}

function environmentRead(node: SyntaxNode): string | null {
  const fromProcess =
    node.type === 'ImportDeclaration' &&
    /^(node:)?process$/.test(String((node.source as SyntaxNode).value)) &&
    (node.specifiers as SyntaxNode[]).some((one) => nameOf(one.imported) === 'env')
  const found = fromProcess || memberName(node) === 'process.env'
  return found ? `reads process.env; ${environmentFix}` : null
}

/** `Date.now` of `Date.now`, `Date['now']` and `globalThis.Date.now`. */
function memberName(node: SyntaxNode): string | null {
  if (node.type !== 'MemberExpression') return null
  const property = nameOf(node.property) ?? String((node.property as SyntaxNode).value ?? '')
  const object = node.object as SyntaxNode
  const owner = nameOf(object) ?? memberName(object)?.replace(/^globalThis\./, '')
  return `${owner}.${property}`
}

function nameOf(node: unknown): string | null {
  const { type, name } = (node ?? {}) as { type?: string; name?: string }
  return type === 'Identifier' && name !== undefined ? name : null
}
