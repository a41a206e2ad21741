/** The contract as an OpenAPI 3.1 document, for people who write programs against it. */

import { z } from 'zod'
import { uploadQueryHeader } from './client.ts'
import type { Endpoint } from './endpoint.ts'
import { failure } from './values.ts'

type Json = Record<string, unknown>

/** Made from the table alone, in its order, so that the same table gives the same bytes. */
export function openApiDocument(
  table: Readonly<Record<string, Endpoint>>,
  { version }: { readonly version: string },
): Json {
  const paths: Record<string, Json> = {}
  const schemas: Record<string, unknown> = { failure: schemaOf(failure, 'output') }
  for (const [name, endpoint] of Object.entries(table)) {
    const path = endpoint.path.replace(/:(\w+)/g, '{$1}')
    paths[path] = {
      ...paths[path],
      [endpoint.method.toLowerCase()]: withPartsNamed(name, operationOf(name, endpoint), schemas),
    }
  }
  return {
    openapi: '3.1.0',
    info: {
      title: 'Holdfast',
      version,
      description,
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    security: [{ token: [] }, { session: [] }],
    paths,
    components: {
      securitySchemes: {
        token: { type: 'http', scheme: 'bearer', description: 'An API token.' },
        session: {
          type: 'apiKey',
          in: 'cookie',
          name: '__Host-holdfast-session',
          description:
            'The portal’s session (`holdfast-session` without TLS). Changes also need the header `x-holdfast-csrf` and an `Origin` of Holdfast’s own.',
        },
      },
      schemas,
      responses: {
        failure: {
          description: 'Refused or failed: a stable code, and a sentence that says what to do.',
          content: { 'application/json': { schema: { $ref: '#/components/schemas/failure' } } },
        },
      },
    },
  }
}

const description = [
  'The API of the compliance centre. Paths hold ids only; times are ISO 8601 in UTC; lists are pages with a cursor.',
  'Every refusal has the shape `failure`. `x-access` says which role opens an address, `x-audit` what the audit log keeps of a call.',
  'Addresses with `x-dangerous` are for people who have just proved who they are, not for tokens.',
].join('\n')

/**
 * What refers to itself (a message inside a message) stands under a name of its own: a reference is read from the
 * document's root, not from the schema it is in.
 */
function withPartsNamed(name: string, value: unknown, schemas: Record<string, unknown>): unknown {
  if (typeof value !== 'object' || value === null) return value
  if (Array.isArray(value)) return value.map((one) => withPartsNamed(name, one, schemas))
  const { $defs = {}, ...rest } = value as Json & { $defs?: Json }
  const renamed = (part: unknown): string =>
    Object.keys($defs).reduce(
      (text, key) => text.replaceAll(`"#/$defs/${key}"`, `"#/components/schemas/${nameOf(key)}"`),
      JSON.stringify(part),
    )
  const nameOf = (key: string) => `${name}.${key.replace(/^_+/, '')}`
  const parsed = (part: unknown) => JSON.parse(renamed(part)) as Json
  for (const [key, definition] of Object.entries($defs)) schemas[nameOf(key)] = parsed(definition)
  return Object.fromEntries(
    Object.entries(parsed(rest)).map(([key, one]) => [key, withPartsNamed(name, one, schemas)]),
  )
}

function operationOf(name: string, endpoint: Endpoint): Json {
  const { summary, access, audit, dangerous, body, bodyBytesMax } = endpoint
  return {
    operationId: name,
    summary,
    'x-access': access,
    'x-audit': typeof audit === 'string' ? audit : null,
    ...(dangerous ? { 'x-dangerous': true } : {}),
    ...(access === 'anybody' ? { security: [] } : {}),
    ...parametersOf(endpoint),
    ...(body ? { requestBody: { required: true, content: contentOf(body, 'input', bodyBytesMax) } } : {}),
    responses: { ...answersOf(endpoint), default: { $ref: '#/components/responses/failure' } },
  }
}

function parametersOf({ params, query, body }: Endpoint): Json {
  const header = body === 'bytes' && query ? [uploadQuery] : []
  const parameters = [...fieldsOf(params, 'path'), ...fieldsOf(query, 'query'), ...header]
  return parameters.length > 0 ? { parameters } : {}
}

const uploadQuery: Json = {
  name: uploadQueryHeader,
  in: 'header',
  description:
    'The query, form-encoded, instead of in the address: for file names and settings that hold names.',
  schema: { type: 'string' },
}

function fieldsOf(object: z.ZodObject | undefined, place: 'path' | 'query'): Json[] {
  if (!object) return []
  const { properties = {}, required = [] } = schemaOf(object, 'input') as {
    properties?: Record<string, Json>
    required?: string[]
  }
  return Object.entries(properties).map(([name, schema]) => ({
    name,
    in: place,
    required: place === 'path' || required.includes(name),
    schema,
  }))
}

function answersOf({ answer }: Endpoint): Json {
  if (answer === 'nothing') return { 204: { description: 'Done.' } }
  if (answer === 'events') {
    const said = 'Server-sent events, each with one JSON value.'
    return { 200: { description: said, content: { 'text/event-stream': { schema: { type: 'string' } } } } }
  }
  if (answer === 'bytes') {
    const content = contentOf(answer, 'output')
    return {
      200: { description: 'The file.', content },
      206: { description: 'The part that was asked for, where parts are answered.', content },
    }
  }
  return { 200: { description: 'Done.', content: contentOf(answer, 'output') } }
}

function contentOf(body: z.ZodType | 'bytes', io: 'input' | 'output', bytesMax?: number): Json {
  if (body !== 'bytes') return { 'application/json': { schema: schemaOf(body, io) } }
  const limit = bytesMax === undefined ? {} : { maxLength: bytesMax }
  return { 'application/octet-stream': { schema: { type: 'string', format: 'binary', ...limit } } }
}

/** As it goes over the wire: where the program reads a number out of text, the document says number. */
function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema, ...made } = z.toJSONSchema(schema, {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => dropWhatIsSaid(jsonSchema),
  }) as Json
  return made
}

/** Bounds that every number of the language has, and patterns that a named format says already. */
function dropWhatIsSaid(made: z.core.JSONSchema.BaseSchema): void {
  if (made.minimum === Number.MIN_SAFE_INTEGER) delete made.minimum
  if (made.maximum === Number.MAX_SAFE_INTEGER) delete made.maximum
  if (made.format !== undefined) delete made.pattern
}
