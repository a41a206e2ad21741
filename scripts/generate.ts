/**
 * Writes the files that are made from others. `--check` writes nothing and fails where a file differs.
 * A new kind of generated file is a new entry in `generators`.
 */
import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { isAppError } from '../src/domain/errors.ts'
import { configurationPage } from './generators/configuration-page.ts'
import { openApiFile } from './generators/open-api.ts'
import { portalEndpoints } from './generators/portal-endpoints.ts'
import { schemaTypes } from './generators/schema-types.ts'
import { sourceRegistry } from './generators/source-registry.ts'
import { verifierPage } from './generators/verifier-page.ts'

export interface Generator {
  /** The file it makes, from the package's root. */
  readonly file: string
  /** What the file is made from, for the person whose check fails. */
  readonly from: string
  generate(): Promise<string>
}

const generators: readonly Generator[] = [
  { file: 'docs/operate/configuration.md', from: 'src/platform/config.ts', generate: configurationPage },
  { file: 'docs/operate/openapi.json', from: 'src/api/', generate: openApiFile },
  { file: 'verifier/holdfast-verify.html', from: 'verifier/', generate: verifierPage },
  { file: 'src/portal/api/endpoints.generated.ts', from: 'src/api/', generate: portalEndpoints },
  { file: 'src/source-registry.generated.ts', from: 'src/sources/', generate: sourceRegistry },
  { file: 'src/platform/postgres/schema.generated.ts', from: 'migrations/', generate: schemaTypes },
]

const root = fileURLToPath(new URL('..', import.meta.url))

async function main(check: boolean): Promise<void> {
  for (const { file, from, generate } of generators) {
    const path = join(root, file)
    const made = await generate()
    const found = existsSync(path) ? readFileSync(path, 'utf8') : null
    if (made === found) console.log(`${file} is up to date`)
    else if (check)
      fail(`${file} differs from what ${from} says: run npm run generate and commit the result.`)
    else write(path, file, made)
  }
}

function write(path: string, file: string, text: string): void {
  mkdirSync(dirname(path), { recursive: true })
  writeFileSync(path, text)
  console.log(`${file} written`)
}

function fail(message: string): void {
  console.error(message)
  process.exitCode = 1
}

await main(process.argv.includes('--check')).catch((error: unknown) => {
  if (!isAppError(error)) throw error
  fail(error.message)
})
