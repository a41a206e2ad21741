/** Whatever a reader does not know is shown as labelled lines, so that it can be read and found. */
import type { CardField } from '../../domain/message.ts'
import { isRaw, scalarText } from '../formats/raw-json.ts'

/** Deeper structures are shown as their JSON. */
const depthMax = 25

/**
 * Every value in `value` as a line labelled by its dotted path (`poll.items.0.title`), skipping `known` keys
 * at the top. Blank strings and nulls have nothing to show.
 */
export function stringFields(
  value: unknown,
  path: string,
  known?: ReadonlySet<string>,
  depth = 0,
): CardField[] {
  if (depth >= depthMax) return value === null ? [] : [{ label: path, value: JSON.stringify(value) }]
  const below = (key: string) => (path === '' ? key : `${path}.${key}`)
  if (Array.isArray(value)) {
    return value.flatMap((child, index) => stringFields(child, below(String(index)), undefined, depth + 1))
  }
  if (isRaw(value)) {
    return Object.entries(value).flatMap(([key, child]) =>
      known?.has(key) ? [] : stringFields(child, below(key), undefined, depth + 1),
    )
  }
  const text = scalarText(value)
  return text === '' ? [] : [{ label: path, value: text }]
}
