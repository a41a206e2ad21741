// Runs before every npm script. Plain JavaScript that Node 18 understands, because in a fresh clone
// nothing is installed yet and the machine's own Node may be older than the one the project runs on.
// `npm ci` deletes node_modules first, which would pull the ground from under a running server; so it
// runs only when what is installed is not what package-lock.json asks for.
import { spawnSync } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')

const reason = whatIsMissing()
if (reason !== null) install(reason)

/** Null when everything is there, else a few words that say what is not. */
function whatIsMissing() {
  const wanted = readLock('package-lock.json')
  // npm writes this file last, so an interrupted installation has none or an old one.
  const installed = readLock('node_modules/.package-lock.json')
  if (installed === null) return 'nothing is installed yet'
  if (!existsSync(join(root, 'node_modules/node/bin/node'))) return 'the project’s own Node is missing'
  for (const [path, entry] of Object.entries(wanted ?? {})) {
    if (path === '') continue
    const found = installed[path]
    // An optional package may be for another operating system or processor.
    if (found === undefined ? !entry.optional : found.version !== entry.version) return 'the lockfile changed'
  }
  return null
}

function readLock(file) {
  try {
    return JSON.parse(readFileSync(join(root, file), 'utf8')).packages
  } catch {
    return null
  }
}

function install(why) {
  process.stderr.write(`Installing what is missing (${why}); this takes about a minute.\n`)
  // The project's Node comes through an install script, so scripts must run; the tests need what is
  // listed under devDependencies, so a NODE_ENV of production must not leave them out.
  const args = [
    'ci',
    '--include=dev',
    '--ignore-scripts=false',
    '--no-audit',
    '--no-fund',
    '--loglevel=error',
  ]
  const npm = process.env.npm_execpath
  const options = { cwd: root, encoding: 'utf8', stdio: ['ignore', 'pipe', 'pipe'], maxBuffer: 1 << 26 }
  const result = npm?.endsWith('.js')
    ? spawnSync(process.execPath, [npm, ...args], options)
    : spawnSync('npm', args, { ...options, shell: process.platform === 'win32' })
  if (result.status === 0 && whatIsMissing() === null) return
  const output = `${result.error ?? ''}${result.stdout ?? ''}${result.stderr ?? ''}`
  process.stderr.write(`${lastLines(output)}\n${advice(output)}\n`)
  process.exit(1)
}

function lastLines(output) {
  const lines = output.split('\n').filter((line) => line.trim() !== '' && !line.includes('"nodedir"'))
  return lines.slice(-12).join('\n')
}

function advice(output) {
  if (/ENOTFOUND|EAI_AGAIN|ECONNREFUSED|ECONNRESET|ETIMEDOUT|ENETUNREACH|network/i.test(output)) {
    return 'The npm registry could not be reached. Check the connection or proxy (npm config get registry), then run the same command again.'
  }
  if (/ENOSPC/.test(output)) return 'The disk is full. Free about 1 GB, then run the same command again.'
  if (/ENOENT/.test(output) && /npm/.test(output))
    return 'npm was not found. Install Node.js 18 or newer with npm.'
  return 'The installation failed for the reason above. Put it right, then run the same command again.'
}
