/** Ids and values of extended properties, as "Outlook extended properties overview" has them. */

type PropertyType = 'integer' | 'string' | 'systemtime' | 'boolean' | 'binary'

/** By tag (`String 0x001A`), or by name or number in a set (`String {…} Name Colour`). */
const pattern =
  /^(Integer|String|SystemTime|Boolean|Binary) (?:0x([0-9A-F]{1,4})|(\{[0-9A-F]{8}(?:-[0-9A-F]{4}){3}-[0-9A-F]{12}\} (?:Name \S.*|Id 0x[0-9A-F]+)))$/i

/** One spelling for all that mean the same: lower case, tags with four digits. Null for what is no id. */
export function propertyKey(id: string): string | null {
  const [, type, tag, named] = pattern.exec(id) ?? []
  if (type === undefined) return null
  return `${type.toLowerCase()} ${tag ? `0x${tag.toLowerCase().padStart(4, '0')}` : named!.toLowerCase()}`
}

/** As the service writes a tag in its answers, whatever was asked for: `String 0x1a` for `String 0x001A`. */
export function shortPropertyId(id: string): string {
  const [, type, tag] = pattern.exec(id) ?? []
  return tag ? `${type} 0x${Number.parseInt(tag, 16).toString(16)}` : id
}

export function isPropertyValue(id: string, value: string): boolean {
  const type = typeOf(id)
  if (type === 'string') return true
  if (type === 'integer') return /^-?\d+$/.test(value)
  if (type === 'systemtime') return /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(value)
  return type === 'boolean' ? /^(true|false)$/.test(value) : /^[A-Za-z0-9+/]*={0,2}$/.test(value)
}

/** Times are given back in whole seconds, as all of Graph's are. */
export function propertyValue(id: string, value: string): string {
  return typeOf(id) === 'systemtime' ? `${value.slice(0, 19)}Z` : value
}

function typeOf(id: string): PropertyType | undefined {
  return pattern.exec(id)?.[1]?.toLowerCase() as PropertyType | undefined
}
