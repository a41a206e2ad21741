import { describe, expect, it } from 'vitest'
import { fieldsOf, givenOf, isFilled, typedOf } from './schema-fields.ts'

const schema = {
  type: 'object',
  required: ['host', 'way'],
  properties: {
    host: { type: 'string', description: 'Name of the server' },
    port: { type: 'integer', default: 993 },
    secure: { type: 'boolean' },
    way: { type: 'string', enum: ['in', 'out'], default: 'in' },
    hosts: { type: 'array', items: { type: 'string' } },
    keys: { type: 'array', items: { type: 'object' } },
  },
}

describe('a form made from a schema', () => {
  it('has a field of its kind for each property, and what has a default is not required', () => {
    expect(fieldsOf(schema).map(({ name, kind, required }) => [name, kind, required])).toEqual([
      ['host', 'text', true],
      ['port', 'number', false],
      ['secure', 'flag', false],
      ['way', 'choice', false],
      ['hosts', 'list', false],
      ['keys', 'json', false],
    ])
  })

  it('gives what was typed, each in its type, and leaves out what is empty', () => {
    const typed = {
      host: ' mail.example ',
      port: '143',
      secure: 'true',
      hosts: 'a\n\nb',
      keys: '[{"version":1}]',
    }
    const value = { host: 'mail.example', port: 143, secure: true, hosts: ['a', 'b'], keys: [{ version: 1 }] }
    const fields = fieldsOf(schema)
    expect(givenOf(fields, typed)).toEqual(value)
    expect(givenOf(fields, typedOf(fields, value))).toEqual(value)
    expect(givenOf(fields, { keys: '[{' })).toBeNull()
    expect(isFilled(fields, {})).toBe(false)
    expect(isFilled(fields, { host: 'x' })).toBe(true)
  })

  it('takes JSON where the schema is a choice of shapes, and one shape where the other is nothing', () => {
    const fields = fieldsOf({ oneOf: [schema, { type: 'object', properties: {} }] })
    expect(fields).toHaveLength(1)
    expect(givenOf(fields, { '': '{"way":"in"}' })).toEqual({ way: 'in' })
    expect(typedOf(fields, {})).toEqual({})
    expect(fieldsOf({ anyOf: [schema, { type: 'null' }] })).toHaveLength(6)
  })
})
