/** The list of sources, made from the folders of `src/sources`: a new way in is a new folder and nothing else. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = fileURLToPath(new URL('../../src/sources', import.meta.url))

/** A folder with an `index.ts` exports its source under the folder's name in camel case. */
export async function sourceRegistry(): Promise<string> {
  const names = readdirSync(folder, { withFileTypes: true })
    .filter((entry) => entry.isDirectory() && existsSync(join(folder, entry.name, 'index.ts')))
    .map(({ name }) => name)
    .sort()
  return [
    '// Made by scripts/generate.ts from the folders of src/sources. Do not edit.',
    "import type { Source } from './sources/source.ts'",
    ...names.map((name) => `import { ${exportOf(name)} } from './sources/${name}/index.ts'`),
    '',
    'export const sources: readonly Source[] = [',
    ...names.map((name) => `  ${exportOf(name)} as Source,`),
    ']',
    '',
  ].join('\n')
}

function exportOf(folderName: string): string {
  return folderName.replace(/-(\w)/g, (_, letter: string) => letter.toUpperCase())
}
