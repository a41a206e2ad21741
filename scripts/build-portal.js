// Builds the portal into dist/portal when its sources changed since the last time. Plain JavaScript that Node 18
// understands: it runs before `npm run demo` on whatever Node the machine has, and by `holdfast start` in a clone.
// The result is put in place by renaming, so that a server that is running never reads half a portal.
import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, mkdirSync, readdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { brotliCompressSync, constants, gzipSync } from 'node:zlib'

const root = join(dirname(fileURLToPath(import.meta.url)), '..')
const place = join(root, 'dist/portal')
const sources = ['src/portal', 'src/api', 'src/domain', 'package-lock.json', 'vite.config.ts']
/** Compressed JavaScript of the first page, in kB: more than this makes the build fail. */
const firstLoadKilobytesMax = 250

const wanted = fingerprint()
if (builtFrom() !== wanted || process.argv.includes('--force')) build()

function fingerprint() {
  const hash = createHash('sha256')
  for (const path of sources.flatMap((source) => filesIn(source)).sort()) {
    if (/\.test\.tsx?$|README\.md$/.test(path)) continue
    hash
      .update(`${path}\0`)
      .update(readFileSync(join(root, path)))
      .update('\0')
  }
  return hash.digest('hex')
}

function filesIn(path) {
  if (!existsSync(join(root, path))) return []
  if (extname(path) !== '') return [path]
  return readdirSync(join(root, path), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? filesIn(`${path}/${entry.name}`) : [`${path}/${entry.name}`],
  )
}

function builtFrom() {
  try {
    return readFileSync(join(place, '.built-from'), 'utf8')
  } catch {
    return null
  }
}

function build() {
  const started = Date.now()
  const fresh = join(root, `dist/.portal-${process.pid}`)
  mkdirSync(join(root, 'dist'), { recursive: true })
  runVite(fresh)
  const firstLoad = firstLoadKilobytes(fresh)
  compress(fresh)
  rmSync(join(fresh, '.vite'), { recursive: true })
  writeFileSync(join(fresh, '.built-from'), wanted)
  putInPlace(fresh)
  const seconds = ((Date.now() - started) / 1000).toFixed(1)
  process.stderr.write(`Built the portal in ${seconds} s; its first page loads ${firstLoad} kB of script.\n`)
  if (firstLoad > firstLoadKilobytesMax) {
    process.stderr.write(
      `That is more than ${firstLoadKilobytesMax} kB; load what few pages need with import() in their route.\n`,
    )
    process.exitCode = 1
  }
}

function runVite(outDir) {
  const own = join(root, 'node_modules/node/bin/node')
  const node = existsSync(own) ? own : process.execPath
  const args = ['node_modules/vite/bin/vite.js', 'build', '--outDir', outDir, '--logLevel', 'warn']
  const result = spawnSync(node, args, { cwd: root, encoding: 'utf8' })
  if (result.status === 0) return
  rmSync(outDir, { recursive: true, force: true })
  const said = `${result.error ?? ''}${result.stdout ?? ''}${result.stderr ?? ''}`
  process.stderr.write(`${said}\nThe portal was not built for the reason above.\n`)
  process.exit(1)
}

/** The entry, what it starts with (its own import() included) and all they import, gzipped. */
function firstLoadKilobytes(folder) {
  const manifest = JSON.parse(readFileSync(join(folder, '.vite/manifest.json'), 'utf8'))
  const files = new Set()
  const visit = (name) => {
    const { file, imports = [] } = manifest[name]
    if (files.has(file)) return
    files.add(file)
    imports.forEach(visit)
  }
  for (const [name, { isEntry, dynamicImports = [] }] of Object.entries(manifest)) {
    if (!isEntry) continue
    visit(name)
    dynamicImports.forEach(visit)
  }
  const bytes = [...files].map((file) => gzipSync(readFileSync(join(folder, file))).length)
  return Math.round(bytes.reduce((sum, size) => sum + size, 0) / 1000)
}

function compress(folder) {
  for (const path of readdirSync(folder, { recursive: true, encoding: 'utf8' })) {
    if (!/\.(js|css|html|svg|json)$/.test(path) || path.startsWith('.vite')) continue
    const bytes = readFileSync(join(folder, path))
    if (bytes.length < 1024) continue
    writeFileSync(join(folder, `${path}.gz`), gzipSync(bytes, { level: 9 }))
    const params = { [constants.BROTLI_PARAM_QUALITY]: 9 }
    writeFileSync(join(folder, `${path}.br`), brotliCompressSync(bytes, { params }))
  }
}

function putInPlace(fresh) {
  const old = join(root, `dist/.portal-old-${process.pid}`)
  if (existsSync(place)) renameSync(place, old)
  renameSync(fresh, place)
  rmSync(old, { recursive: true, force: true })
}
