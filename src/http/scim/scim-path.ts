/** Paths of PATCH (RFC 7644 §3.5.2): an attribute, one of several values by its type, a part of it. */
import { ScimRefusal } from './scim-failure.ts'
import { enterpriseSchema, userSchema } from './scim-user.ts'

export interface ScimPath {
  /** In lower case; `department` and others of the extension too. */
  readonly attribute: string
  readonly extension: boolean
  /** `emails[type eq "work"]`; null for all values or a single one. */
  readonly selection: { readonly name: string; readonly value: string | boolean } | null
  /** In lower case; null for the whole of it. */
  readonly part: string | null
}

const shape =
  /^([A-Za-z$][\w$-]*)(?:\[\s*([A-Za-z]\w*)\s+eq\s+("[^"\\]*"|true|false)\s*\])?(?:\.([A-Za-z$][\w$-]*))?$/i

/** Throws `invalidPath`. */
export function pathOf(text: string): ScimPath {
  const { rest, extension } = withoutSchema(text.trim())
  if (rest === '') return { attribute: '', extension, selection: null, part: null }
  const found = shape.exec(rest)
  if (!found)
    throw new ScimRefusal(
      400,
      'invalidPath',
      `The path "${text.slice(0, 100)}" is none that can be followed.`,
    )
  const [, attribute = '', name, value, part] = found
  return {
    attribute: attribute.toLowerCase(),
    extension,
    selection: name === undefined ? null : { name: name.toLowerCase(), value: literalOf(value!) },
    part: part?.toLowerCase() ?? null,
  }
}

function literalOf(written: string): string | boolean {
  const bare = written.replace(/^"|"$/g, '')
  return written.startsWith('"') && !/^"(true|false)"$/i.test(written) ? bare : bare.toLowerCase() === 'true'
}

/** A schema's name holds dots and colons, and stands before its attribute. */
function withoutSchema(text: string): { rest: string; extension: boolean } {
  for (const schema of [enterpriseSchema, userSchema]) {
    if (!text.toLowerCase().startsWith(schema.toLowerCase())) continue
    const rest = text.slice(schema.length)
    if (rest !== '' && !/^[:.]/.test(rest)) continue
    return { rest: rest.slice(1), extension: schema === enterpriseSchema }
  }
  return { rest: text, extension: false }
}
