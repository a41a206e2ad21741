import type { Import } from './imports.ts'
import type { Finding } from './source-files.ts'

/**
 * One finding for each ring of files that import each other, imports of types included: a reader cannot
 * begin with either of them.
 */
export function findCycles(imports: readonly Import[]): Finding[] {
  const importsOfFile = Map.groupBy(imports, (one) => one.from)
  const done = new Set<string>()
  const path: string[] = []
  const findings: Finding[] = []
  for (const file of importsOfFile.keys()) visit(file)
  return findings

  function visit(file: string): void {
    if (done.has(file)) return
    path.push(file)
    for (const { target, line } of importsOfFile.get(file) ?? []) {
      if (target === null) continue
      const start = path.indexOf(target)
      if (start < 0) visit(target)
      else findings.push({ path: file, line, message: cycleMessage([...path.slice(start), target]) })
    }
    path.pop()
    done.add(file)
  }
}

function cycleMessage(ring: readonly string[]): string {
  return `closes the cycle ${ring.join(' → ')}; move what they share into a file that imports none of them`
}
