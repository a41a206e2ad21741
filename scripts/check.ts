// `npm run check`: everything about the code that can be said without running it.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

interface Step {
  readonly name: string
  /** Relative to the root; run by this Node. */
  readonly program: string
  readonly args: readonly string[]
  readonly remedy: string
}

const root = dirname(dirname(fileURLToPath(import.meta.url)))

const steps: readonly Step[] = [
  {
    name: 'format and lint',
    program: 'node_modules/@biomejs/biome/bin/biome',
    args: ['check'],
    remedy: 'npm run format, then mend what is left',
  },
  {
    name: 'architecture',
    program: 'scripts/check-architecture.ts',
    args: [],
    remedy: 'each line says its own',
  },
  { name: 'house', program: 'scripts/check-house.ts', args: [], remedy: 'each line says its own' },
  {
    name: 'types',
    program: 'node_modules/typescript/bin/tsc',
    args: ['--noEmit', '-p', '.'],
    remedy: 'mend the types',
  },
  {
    name: 'types of the portal',
    program: 'node_modules/typescript/bin/tsc',
    args: ['--noEmit', '-p', 'src/portal'],
    remedy: 'mend the types',
  },
  { name: 'languages', program: 'scripts/check-locales.ts', args: [], remedy: 'each line says its own' },
  {
    name: 'generated files',
    program: 'scripts/generate.ts',
    args: ['--check'],
    remedy: 'npm run generate, and commit what it wrote',
  },
]

const failed: Step[] = []
for (const step of steps) if (!(await run(step))) failed.push(step)
for (const { name, remedy } of failed) console.log(`Failed: ${name} (${remedy}).`)
console.log(`check: ${steps.length - failed.length} of ${steps.length} steps passed`)
process.exitCode = failed.length === 0 ? 0 : 1

/** Runs one step, prints how long it took and, when it failed, all it said; else its last line. */
async function run({ name, program, args }: Step): Promise<boolean> {
  const started = performance.now()
  const { code, output } = existsSync(join(root, program))
    ? await collect(program, args)
    : { code: 1, output: `${program} is missing` }
  const seconds = ((performance.now() - started) / 1000).toFixed(1)
  const lines = output.trim().split('\n')
  console.log(
    `${code === 0 ? 'ok    ' : 'FAILED'} ${name}, ${seconds} s${code === 0 ? `  ${lines.at(-1)}` : ''}`,
  )
  if (code !== 0) console.log(output.trimEnd())
  return code === 0
}

function collect(program: string, args: readonly string[]): Promise<{ code: number | null; output: string }> {
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, [join(root, program), ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    })
    let output = ''
    for (const stream of [child.stdout, child.stderr]) {
      stream.setEncoding('utf8').on('data', (chunk: string) => {
        output += chunk
      })
    }
    child.on('error', reject)
    child.on('close', (code) => resolve({ code, output }))
  })
}
