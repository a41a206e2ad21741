/** Rows as JSON: the shared accessors, numbers that count as 0, linked rows. */
import { objectOf, objectsOf, type Raw } from '../../formats/raw-json.ts'

export { isRaw, objectOf, objectsOf, type Raw, textOf } from '../../formats/raw-json.ts'

/** 0 for what is no number. */
export function numberOf(raw: Raw, key: string): number {
  const value = raw[key]
  const number =
    typeof value === 'number' ? value : typeof value === 'string' && value.trim() !== '' ? Number(value) : 0
  return Number.isFinite(number) ? number : 0
}

/** Undefined where there is no number. */
export function numberIn(raw: Raw, key: string): number | undefined {
  const number = raw[key] === undefined ? Number.NaN : numberOf(raw, key)
  return Number.isFinite(number) ? number : undefined
}

/** The first row of a linked table, or nothing. */
export function linkedOf(record: Raw, table: string): Raw | undefined {
  return objectsOf(objectOf(record, 'linked'), table)[0]
}

export function linkedRows(record: Raw, table: string): readonly Raw[] {
  return objectsOf(objectOf(record, 'linked'), table)
}
