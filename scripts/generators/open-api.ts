import { readFileSync } from 'node:fs'
import { endpoints } from '../../src/api/index.ts'
import { openApiDocument } from '../../src/api/open-api.ts'

/** The contract of the API for people who write programs against it; served at /api/openapi.json as well. */
export async function openApiFile(): Promise<string> {
  const file = new URL('../../package.json', import.meta.url)
  const { version } = JSON.parse(readFileSync(file, 'utf8')) as { version: string }
  return `${JSON.stringify(openApiDocument(endpoints, { version }), null, 2)}\n`
}
