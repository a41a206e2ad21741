/** What somebody typed one a line, or with commas between. */
export function linesOf(text: string): string[] {
  return text.split(/[\s,;]+/).filter((line) => line !== '')
}

/** Text of a field that may be empty. */
export function orNull(text: string): string | null {
  return text.trim() === '' ? null : text.trim()
}
