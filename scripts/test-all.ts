// `npm run test:all`: the long tests. They need other people's programs, which are installed first where
// that is possible; a test whose program is missing is skipped and names it.
import { spawnSync } from 'node:child_process'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const packages = [
  'chromium',
  'fonts-noto-cjk',
  'dovecot-core',
  'dovecot-imapd',
  'neomutt',
  'gcc',
  'libc6-dev',
]
const installMsMax = 10 * 60_000

const problem = installPackages()
if (problem !== null) console.log(`Not installed: ${problem}. The tests that need them are skipped.`)
process.exitCode = runTests()

/** Null when all packages are there, else why not. */
function installPackages(): string | null {
  if (!runs('dpkg-query', ['--version']))
    return `${packages.join(', ')}; this is not Debian, install them by hand`
  const missing = packages.filter((name) => !isInstalled(name))
  if (missing.length === 0) return null
  if (process.getuid?.() !== 0)
    return `${missing.join(', ')}; run "sudo apt-get install ${missing.join(' ')}" once`
  console.log(`Installing ${missing.join(', ')}…`)
  if (!runs('apt-get', ['update', '-q']))
    return `${missing.join(', ')}; the package lists could not be fetched`
  const installed = runs('apt-get', ['install', '-q', '-y', '--no-install-recommends', ...missing])
  return installed ? null : `${missing.join(', ')}; apt-get could not install them`
}

function isInstalled(name: string): boolean {
  const { stdout } = spawnSync('dpkg-query', ['-W', '-f', '$' + '{db:Status-Status}', name], {
    encoding: 'utf8',
  })
  return stdout === 'installed'
}

function runs(program: string, args: readonly string[]): boolean {
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' }
  return spawnSync(program, args, { stdio: 'ignore', env, timeout: installMsMax }).status === 0
}

function runTests(): number {
  const root = dirname(dirname(fileURLToPath(import.meta.url)))
  const vitest = join(root, 'node_modules/vitest/vitest.mjs')
  const args = [vitest, 'run', '--config', 'vitest.all.config.ts', ...process.argv.slice(2)]
  return spawnSync(process.execPath, args, { cwd: root, stdio: 'inherit' }).status ?? 1
}
