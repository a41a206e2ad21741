/**
 * Remembers what was last made for a person or a conversation. They come again and again in an archive, and
 * encoding their names for each message would cost as much as the rest of the e-mail.
 */
export interface Memory<Value> {
  /**
   * What `make` gives for `key` and `details`; it must depend on nothing else. One answer is kept for a key:
   * details seldom change, and comparing them is cheaper than building a key of them all.
   */
  get(key: string, details: readonly string[], make: () => Value): Value
}

/** Forgets everything when it holds `entriesMax`: simpler than forgetting the oldest, and as good here. */
export function createMemory<Value>(entriesMax: number): Memory<Value> {
  const remembered = new Map<string, { readonly details: readonly string[]; readonly value: Value }>()
  return {
    get(key, details, make) {
      const entry = remembered.get(key)
      if (entry !== undefined && same(entry.details, details)) return entry.value
      if (remembered.size >= entriesMax) remembered.clear()
      const value = make()
      remembered.set(detached(key), { details: details.map(detached), value })
      return value
    },
  }
}

function same(one: readonly string[], other: readonly string[]): boolean {
  for (let i = 0; i < one.length; i++) if (one[i] !== other[i]) return false
  return true
}

/** A copy of its own: V8 keeps a text that was cut out of a larger one as a view, with all of the larger one alive. */
function detached(text: string): string {
  return JSON.parse(JSON.stringify(text)) as string
}
