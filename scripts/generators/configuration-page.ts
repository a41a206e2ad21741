import { secretVariables, variables } from '../../src/platform/config.ts'

/** The page of environment variables, from the table that reads them. */
export async function configurationPage(): Promise<string> {
  const rows = Object.entries(variables.shape).map(([name, schema]) => {
    const says = schema.description ?? ''
    const secret = secretVariables.has(name) ? ' *Secret: never printed.*' : ''
    return `| \`${name}\` | ${defaultOf(name)} | ${says}${secret} |`
  })
  return `${[...introduction, ...rows].join('\n')}\n`
}

const introduction = [
  '# Configuration',
  '',
  'Holdfast reads these environment variables once, when it starts. All are optional; an empty one counts as',
  'unset. A bad one stops the program with one message that names every bad variable.',
  '',
  '| variable | default | what it does |',
  '| --- | --- | --- |',
]

/** The default as it would be written in the environment. */
function defaultOf(name: string): string {
  const schema = variables.shape[name as keyof typeof variables.shape]
  const definition = schema.def as { defaultValue?: unknown; in?: { def: { defaultValue?: unknown } } }
  const value = definition.defaultValue ?? definition.in?.def.defaultValue
  return value === undefined || value === '' ? '–' : `\`${String(value)}\``
}
