/** Reading JSON of unknown shape: every accessor answers something sensible for anything. */
export type Raw = { readonly [key: string]: unknown }

export function isRaw(value: unknown): value is Raw {
  return typeof value === 'object' && value !== null && !Array.isArray(value)
}

/** The value as text; an absent, null or structured value is empty. */
export function textOf(raw: Raw, key: string): string {
  const value = raw[key]
  if (typeof value === 'string') return value
  return typeof value === 'number' || typeof value === 'boolean' ? String(value) : ''
}

export function objectOf(raw: Raw, key: string): Raw {
  const value = raw[key]
  return isRaw(value) ? value : {}
}

export function objectsOf(raw: Raw, key: string): readonly Raw[] {
  const value = raw[key]
  return Array.isArray(value) ? value.filter(isRaw) : []
}

export function numberOf(raw: Raw, key: string): number | undefined {
  const text = textOf(raw, key).trim()
  const number = Number(text)
  return text === '' || !Number.isFinite(number) ? undefined : number
}
