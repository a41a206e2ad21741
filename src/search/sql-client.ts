/** Whatever runs a statement: the pool, or one connection inside a transaction. */
export interface SqlClient {
  // biome-ignore lint/suspicious/noExplicitAny: rows have the shape their statement selects; each caller names it.
  query(text: string, values?: unknown[]): Promise<{ rows: any[] }>
}

/** Collects the values of a statement as its text is written; answers their placeholders. */
export interface Parameters {
  readonly values: unknown[]
  add(value: unknown, type: string): string
}

export function createParameters(): Parameters {
  const values: unknown[] = []
  return {
    values,
    add(value, type) {
      values.push(value)
      return `$${values.length}::${type}`
    },
  }
}
