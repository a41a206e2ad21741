/** Values of columns, whatever type they came as. */
import type { SqlValue } from './row-json.ts'

/** Text and numbers as text; empty for blobs and NULL. */
export function textOf(value: SqlValue | undefined): string {
  return typeof value === 'string'
    ? value
    : typeof value === 'number' || typeof value === 'bigint'
      ? String(value)
      : ''
}

/** A row id or code; 0 for anything else. */
export function numberOf(value: SqlValue | undefined): number {
  if (typeof value === 'number') return value
  if (typeof value === 'bigint') return Number(value)
  const number = typeof value === 'string' && value.trim() !== '' ? Number(value) : 0
  return Number.isFinite(number) ? number : 0
}
