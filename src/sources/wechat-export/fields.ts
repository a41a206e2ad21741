/** Whatever a reader does not know is shown as labelled lines, so that it can be read and found. */
import type { CardField } from '../../domain/message.ts'
import { isRaw, scalarText } from '../formats/raw-json.ts'

/** Deeper structures are shown as their JSON. */
const depthMax = 12
/** A message shows so many lines of what it does not know; its own record has the rest. */
const fieldsMax = 200

/** Labelled lines, blank values left out. */
export function fieldsOf(...lines: readonly (readonly [label: string, value: string])[]): CardField[] {
  return lines.filter(([, value]) => value !== '').map(([label, value]) => ({ label, value }))
}

/** `Label: one, two`, without the blanks; the bare label when all are. */
export function sentence(label: string, ...values: readonly string[]): string {
  const shown = values.filter((value) => value !== '')
  return shown.length === 0 ? label : `${label}: ${shown.join(', ')}`
}

/** Every value in `value` as a line labelled by its dotted path (`contents.items.0.title`), at most 200 lines. */
export function stringFields(value: unknown, path: string): CardField[] {
  const found: CardField[] = []
  collect(value, path, 0, found)
  return found
}

function collect(value: unknown, path: string, depth: number, found: CardField[]): void {
  if (found.length >= fieldsMax) return
  const below = (key: string) => (path === '' ? key : `${path}.${key}`)
  if (depth >= depthMax && typeof value === 'object' && value !== null) {
    found.push({ label: path, value: JSON.stringify(value) })
  } else if (Array.isArray(value)) {
    for (const [index, child] of value.entries()) collect(child, below(String(index)), depth + 1, found)
  } else if (isRaw(value)) {
    for (const [key, child] of Object.entries(value)) collect(child, below(key), depth + 1, found)
  } else {
    const text = scalarText(value)
    if (text !== '') found.push({ label: path === '' ? 'value' : path, value: text })
  }
}
