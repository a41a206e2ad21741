#!/usr/bin/env -S MALLOC_ARENA_MAX=2 node --max-semi-space-size=8
// The command's first step. Plain JavaScript that Node 18 understands: it only finds a Node that is new
// enough and hands over to the command line itself.
//
// Both settings can be given to a process at its start only, and together take a quarter off what a run needs:
// how large V8's space for new objects grows, and how many heaps the C library keeps for threads.
import { spawn } from 'node:child_process'
import { existsSync } from 'node:fs'
import nodeModule, { createRequire } from 'node:module'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const nodeMajorMin = 24
const youngGenerationLimit = '--max-semi-space-size=8'
const root = join(dirname(fileURLToPath(import.meta.url)), '..')

if (Number(process.versions.node.split('.')[0]) >= nodeMajorMin) await runCommandLine()
else runOnNewerNode()

async function runCommandLine() {
  // A clone runs its TypeScript as it is; Node strips no types under node_modules, so the published
  // package carries compiled JavaScript instead.
  const main = ['src/cli/main.ts', 'dist/cli/main.js'].map((path) => join(root, path)).find(existsSync)
  if (main === undefined) {
    stop(
      `This copy of Holdfast in ${root} has no command line (src/cli/main.ts or dist/cli/main.js). Install it again.`,
    )
  }
  // Compiled code is kept beside the packages, for the next command; where nobody may write there, nothing is kept.
  nodeModule.enableCompileCache(join(root, 'node_modules', '.cache', 'compiled'))
  process.argv[1] = main
  await import(pathToFileURL(main).href)
}

function runOnNewerNode() {
  const node = findNode()
  if (node === undefined) {
    stop(
      `Holdfast needs Node.js ${nodeMajorMin} or newer; this is ${process.version}. ` +
        'In a clone run "npm test" or "npm run demo" once, which installs it; elsewhere install it from https://nodejs.org.',
    )
  }
  const self = fileURLToPath(import.meta.url)
  const env = { MALLOC_ARENA_MAX: '2', ...process.env }
  const child = spawn(node, [youngGenerationLimit, self, ...process.argv.slice(2)], { stdio: 'inherit', env })
  for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.on(signal, () => child.kill(signal))
  child.on('error', (error) => stop(`Node.js at ${node} did not start: ${error.message}`))
  child.on('exit', (code, signal) => {
    for (const name of ['SIGINT', 'SIGTERM', 'SIGHUP']) process.removeAllListeners(name)
    if (signal === null) process.exit(code)
    process.kill(process.pid, signal)
  })
}

/** The binary of the npm package `node` that is installed beside or above this package. */
function findNode() {
  try {
    const manifest = createRequire(import.meta.url).resolve('node/package.json')
    const binary = join(dirname(manifest), 'bin', process.platform === 'win32' ? 'node.exe' : 'node')
    return existsSync(binary) ? binary : undefined
  } catch {
    return undefined
  }
}

function stop(message) {
  process.stderr.write(`${message}\n`)
  process.exit(1)
}
