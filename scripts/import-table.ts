/**
 * The house: which folder of `src/` may import which. A folder always may import itself. Entries are
 * folders, single files, or `types of X` for imports that vanish when the program runs.
 */
const features = [
  'access',
  'site',
  'connector',
  'coverage',
  'archive',
  'search',
  'compliance',
  'ediscovery',
  'delivery',
  'directory',
  'backup',
]

export const importTable: Readonly<Record<string, readonly string[]>> = {
  domain: [],
  api: ['domain'],
  platform: ['domain'],
  sources: ['domain', 'sources/source.ts', 'sources/live-source.ts', 'sources/formats', 'types of platform'],
  email: ['domain'],
  site: ['domain', 'sources/source.ts', 'sources/live-source.ts', 'platform'],
  archive: ['domain', 'email', 'platform'],
  search: ['domain', 'archive', 'platform'],
  access: ['domain', 'platform'],
  connector: ['domain', 'sources/source.ts', 'email', 'archive', 'platform'],
  coverage: ['domain', 'site', 'connector', 'archive', 'platform'],
  compliance: ['domain', 'archive', 'search', 'platform'],
  ediscovery: ['domain', 'archive', 'search', 'compliance', 'platform'],
  delivery: ['domain', 'archive', 'platform'],
  backup: ['domain', 'archive', 'platform'],
  directory: ['domain', 'archive', 'platform', 'delivery/microsoft', 'delivery/problem.ts'],
  http: ['api', 'domain', 'platform', ...features],
  workers: ['api', 'domain', 'platform', ...features],
  cli: ['api', 'domain', 'platform', 'app.ts', ...features],
  portal: ['api', 'domain'],
}

/** Files that plug the parts together and so may import anything. */
export const freeFiles: readonly string[] = [
  'app.ts',
  'pipeline-thread.ts',
  'pipeline-sources.ts',
  'source-registry.generated.ts',
  'preparation.ts',
]

/** Folders whose sub-folders are strangers to each other, but for what is named here. */
export const separateFolders: Readonly<Record<string, readonly string[]>> = {
  sources: ['source.ts', 'formats'],
  compliance: ['*/index.ts'],
}

/** What may be imported from outside by folders that must stay pure or run in a browser. */
export const packagesOf: Readonly<Record<string, readonly string[]>> = {
  domain: ['zod', 'libphonenumber-js', 'csv-parse', 'opencc-js', 'node:crypto', 'node:buffer'],
  api: ['zod'],
}
