/** What a message repeats of another one is not looked at again: the other one was. */

/**
 * WeChat's quote: 「name: text」 and a line of hyphens before the answer. Lines that begin with `>` are none: no chat
 * quotes so, and a mark at its beginning must not hide what somebody writes himself.
 */
const chineseQuote = /^「([^」]{0,20000})」[ \t]*\r?\n(?:- ?){5,}/gm
const speaker = /^[^：:\n]{1,200}[：:]/

/** The same length, so that places stay; line feeds, so that nothing is read across. */
export function blankQuotes(text: string): string {
  return text.includes('「') ? text.replace(chineseQuote, blankOf) : text
}

/** What the quotes of a text say, without the names before it. */
export function quotedTexts(text: string): string[] {
  if (!text.includes('「')) return []
  return [...text.matchAll(chineseQuote)].map(([, quoted]) => quoted!.replace(speaker, ''))
}

export interface TextSpan {
  readonly start: number
  readonly end: number
}

/** In one walk, however many there are; they may overlap. */
export function blankSpans(text: string, spans: readonly TextSpan[]): string {
  const pieces: string[] = []
  let done = 0
  for (const { start, end } of [...spans].sort((a, b) => a.start - b.start)) {
    if (end <= done) continue
    const from = Math.max(start, done)
    pieces.push(text.slice(done, from), '\n'.repeat(end - from))
    done = end
  }
  return pieces.join('') + text.slice(done)
}

function blankOf(text: string): string {
  return '\n'.repeat(text.length)
}
