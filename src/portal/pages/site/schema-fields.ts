/** Fields of a form, made from the JSON schema of a source's settings or secret. */

export interface SchemaField {
  readonly name: string
  readonly kind: 'text' | 'number' | 'flag' | 'list' | 'choice' | 'json'
  readonly hint: string
  readonly required: boolean
  readonly choices: readonly string[]
}

type Schema = { readonly [key: string]: unknown }

/** The one field of a schema that is no plain object: whatever it takes is given as JSON. */
export const wholeField = ''

export function fieldsOf(schema: Schema): readonly SchemaField[] {
  const object = objectIn(schema)
  if (object === null) return [{ name: wholeField, kind: 'json', hint: '', required: false, choices: [] }]
  const required = new Set(Array.isArray(object.required) ? object.required : [])
  return Object.entries((object.properties ?? {}) as Record<string, Schema>).map(([name, property]) => ({
    ...{ name, kind: kindOf(property), required: required.has(name) && property.default === undefined },
    hint: hintOf(property),
    choices: Array.isArray(property.enum) ? property.enum.map(String) : [],
  }))
}

function hintOf({ description, default: given }: Schema): string {
  const told = typeof description === 'string' ? description : ''
  return typeof given === 'string' || typeof given === 'number' ? `${told} (${given})`.trim() : told
}

/** The object itself, or the one of a schema that may also be null (a secret that is not always needed). */
function objectIn(schema: Schema): Schema | null {
  if (schema.type === 'object') return schema
  const choices = (schema.anyOf ?? schema.oneOf ?? []) as Schema[]
  const objects = choices.filter(({ type }) => type !== 'null')
  return objects.length === 1 && objects[0]!.type === 'object' ? objects[0]! : null
}

function kindOf({ type, enum: choices, items }: Schema): SchemaField['kind'] {
  if (Array.isArray(choices)) return 'choice'
  if (type === 'string') return 'text'
  if (type === 'number' || type === 'integer') return 'number'
  if (type === 'boolean') return 'flag'
  return type === 'array' && (items as Schema | undefined)?.type === 'string' ? 'list' : 'json'
}

export type Typed = Readonly<Record<string, string>>

/** What is there already, as it is typed. */
export function typedOf(fields: readonly SchemaField[], value: Schema): Typed {
  return Object.fromEntries(
    fields.flatMap(({ name, kind }) => {
      const given = name === wholeField ? value : value[name]
      if (given === undefined || given === null) return []
      const isEmpty = name === wholeField && Object.keys(value).length === 0
      if (isEmpty) return []
      if (kind === 'list') return [[name, (given as unknown[]).map(String).join('\n')]]
      return [[name, kind === 'json' ? JSON.stringify(given, null, 2) : String(given)]]
    }),
  )
}

/** The value that was typed; null where something is no JSON. Empty fields are left out, for the source's defaults. */
export function givenOf(fields: readonly SchemaField[], typed: Typed): Record<string, unknown> | null {
  const value: Record<string, unknown> = {}
  for (const { name, kind } of fields) {
    const text = (typed[name] ?? '').trim()
    if (text === '') continue
    const parsed = parsedOf(kind, text)
    if (parsed === undefined) return null
    if (name === wholeField) return typeof parsed === 'object' ? (parsed as Record<string, unknown>) : null
    value[name] = parsed
  }
  return value
}

function parsedOf(kind: SchemaField['kind'], text: string): unknown {
  switch (kind) {
    case 'number':
      return Number(text)
    case 'flag':
      return text === 'true'
    case 'list':
      return text.split('\n').flatMap((line) => (line.trim() === '' ? [] : [line.trim()]))
    case 'json':
      try {
        return JSON.parse(text) as unknown
      } catch {
        return undefined
      }
    default:
      return text
  }
}

/** Whether everything that has to be given is. */
export function isFilled(fields: readonly SchemaField[], typed: Typed): boolean {
  return fields.every(({ name, required }) => !required || (typed[name] ?? '').trim() !== '')
}
