/** What a message repeats of another one is not looked at again: the other one was. */

/** Lines that begin with `>`, as e-mail quotes. */
const quotedLines = /^[ \t]*>.*$/gm
/** WeChat's quote: 「name: text」 and a line of hyphens before the answer. */
const chineseQuote = /^「[^」]*」[ \t]*\r?\n(?:- ?){5,}/gm

/** The same length, so that places stay; line feeds, so that nothing is read across. */
export function blankQuotes(text: string): string {
  if (!text.includes('>') && !text.includes('「')) return text
  return text.replace(chineseQuote, blankOf).replace(quotedLines, blankOf)
}

export interface TextSpan {
  readonly start: number
  readonly end: number
}

export function blankSpans(text: string, spans: readonly TextSpan[]): string {
  let blanked = text
  for (const { start, end } of spans)
    blanked = blanked.slice(0, start) + '\n'.repeat(end - start) + blanked.slice(end)
  return blanked
}

function blankOf(text: string): string {
  return '\n'.repeat(text.length)
}
