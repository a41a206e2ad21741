/** What the portal's first page needs of the contract, made from it: the schemas are loaded with the pages that call. */
import { readdirSync } from 'node:fs'
import { type Endpoint, type EndpointName, endpoints } from '../../src/api/index.ts'

const folder = new URL('../../src/api/endpoints/', import.meta.url)

interface Definitions {
  /** The file's name without its ending. */
  readonly module: string
  /** Under which the file exports its table of endpoints. */
  readonly table: string
  readonly endpoints: Readonly<Record<string, Endpoint>>
}

export async function portalEndpoints(): Promise<string> {
  const files = await Promise.all(definitionFiles().map(readDefinitions))
  return [
    '// Made by scripts/generate.ts from src/api/. Do not edit.',
    '',
    'export const addresses = {',
    ...Object.keys(endpoints).map((name) => addressLine(name as EndpointName, files)),
    '} as const',
    '',
    '/** What each endpoint takes and answers, loaded when the first of its file is called. */',
    'export const definitions = {',
    ...files.map(
      ({ module, table }) =>
        `  '${module}': async () => (await import('../../api/endpoints/${module}.ts')).${table},`,
    ),
    '} as const',
    '',
  ].join('\n')
}

function definitionFiles(): string[] {
  return readdirSync(folder)
    .filter((name) => name.endsWith('.ts') && !name.endsWith('.test.ts'))
    .sort()
}

async function readDefinitions(file: string): Promise<Definitions> {
  const exported = Object.entries((await import(new URL(file, folder).href)) as Record<string, unknown>)
  const [table, found] = exported.find(([name]) => name.endsWith('Endpoints'))!
  return { module: file.slice(0, -'.ts'.length), table, endpoints: found as Definitions['endpoints'] }
}

function addressLine(name: EndpointName, files: readonly Definitions[]): string {
  const { path, access } = endpoints[name]
  const { module } = files.find(({ endpoints: of }) => of[name] === endpoints[name])!
  return `  ${name}: { path: '${path}', access: ${JSON.stringify(access).replaceAll('"', "'")}, of: '${module}' },`
}
