/** What somebody at the portal may say about a route: the source's settings, without those of the machine. */
import { z } from 'zod'
import { AppError } from '../../domain/errors.ts'
import type { Source } from '../../sources/source.ts'
import { liveOf } from './routes.ts'

type Schema = { readonly [key: string]: unknown }

export interface RouteForm {
  readonly source: string
  readonly title: string
  /** JSON schemas that a form is made from. */
  readonly settings: Schema
  readonly secret: Schema
  readonly risk: string | null
  /** It is called from outside, and its address is to be given to the vendor. */
  readonly isCalled: boolean
  readonly pulls: boolean
}

export function routeForm(source: Source): RouteForm {
  const live = liveOf(source)
  return {
    ...{ source: source.name, title: source.title, risk: live.risk ?? null },
    ...{ settings: withoutMachine(schemaOf(live.settings)), secret: schemaOf(live.secret) },
    ...{ isCalled: live.receive !== undefined, pulls: live.pull !== undefined },
  }
}

/** Throws `bad-settings` for a setting that only an operator at the machine may give. */
export function refuseMachineSettings(source: Source, given: unknown): void {
  const names = new Set(machineSettings(schemaOf(liveOf(source).settings)))
  for (const name of namesIn(given))
    if (names.has(name))
      throw new AppError(
        'bad-settings',
        `"${name}" names something on the machine: set it there, with "holdfast site route".`,
      )
}

function schemaOf(schema: z.ZodType): Schema {
  const { $schema: _schema, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return rest
}

function withoutMachine(schema: Schema): Schema {
  const properties = Object.entries((schema.properties ?? {}) as Record<string, Schema>)
  const shown = properties.filter(([, property]) => property.onTheMachine !== true)
  const choices = ['anyOf', 'oneOf'].filter((name) => Array.isArray(schema[name]))
  return {
    ...schema,
    ...(schema.properties ? { properties: Object.fromEntries(shown) } : {}),
    ...(Array.isArray(schema.required)
      ? { required: schema.required.filter((name) => shown.some(([known]) => known === name)) }
      : {}),
    ...Object.fromEntries(choices.map((name) => [name, (schema[name] as Schema[]).map(withoutMachine)])),
  }
}

function machineSettings(schema: Schema): string[] {
  const own = Object.entries((schema.properties ?? {}) as Record<string, Schema>).flatMap(
    ([name, property]) => (property.onTheMachine === true ? [name] : machineSettings(property)),
  )
  const choices = ['anyOf', 'oneOf', 'allOf'].flatMap((name) => (schema[name] ?? []) as Schema[])
  return [...own, ...choices.flatMap(machineSettings)]
}

function namesIn(value: unknown): string[] {
  if (typeof value !== 'object' || value === null) return []
  const inner = Object.values(value).flatMap(namesIn)
  return Array.isArray(value) ? inner : [...Object.keys(value), ...inner]
}
