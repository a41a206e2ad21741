/** Something verification found to be wrong. */
export interface Problem {
  readonly code: string
  /** One sentence that names the item. */
  readonly message: string
}

export interface ProblemList {
  add(code: string, message: string): void
}
