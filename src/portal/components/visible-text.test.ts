import { expect, it } from 'vitest'
import { codeOf, markedPieces, textBlocks, visiblePieces } from './visible-text.ts'

const shown = (text: string) =>
  visiblePieces(text)
    .map((piece) => (piece.hidden ? `[${codeOf(piece.text)}]` : piece.text))
    .join('')

it.each([
  ['invoice\u202excod.exe', 'invoice[U+202E]xcod.exe'],
  ['a\u200bb\ufeffc\u2060d', 'a[U+200B]b[U+FEFF]c[U+2060]d'],
  ['bell\u0007 and null\u0000', 'bell[U+0007] and null[U+0000]'],
  ['two\nlines\tand a tab', 'two\nlines\tand a tab'],
  ['👨‍👩‍👧 می‌خواهم', '👨‍👩‍👧 می‌خواهم'],
  ['<script>alert(1)</script>', '<script>alert(1)</script>'],
  ['', ''],
])('%j is shown whole, with what hides in it made visible', (text, expected) => {
  expect(shown(text)).toBe(expected)
  expect(
    visiblePieces(text)
      .map((piece) => piece.text)
      .join(''),
  ).toBe(text)
})

it('marks what was found, also across what hides in it', () => {
  const pieces = markedPieces('the go\u200bld price', [
    [4, 9],
    [6, 7],
  ])
  expect(pieces.map(({ text }) => text).join('')).toBe('the go\u200bld price')
  expect(
    pieces
      .filter(({ marked }) => marked)
      .map(({ text }) => text)
      .join(''),
  ).toBe('go\u200bld')
})

it('cuts a long text into blocks at line breaks, then between words, and never inside a character', () => {
  const cut = (text: string, max: number) =>
    textBlocks(text, max).map(([start, end]) => text.slice(start, end))
  expect(cut('short', 10)).toEqual(['short'])
  expect(cut('one two\nthree four', 10)).toEqual(['one two\n', 'three four'])
  expect(cut('one two three', 10)).toEqual(['one two ', 'three'])
  expect(cut('🎣🎣🎣', 3)).toEqual(['🎣', '🎣', '🎣'])
  const long = '汉字 words 🎣 '.repeat(80_000)
  const blocks = textBlocks(long, 2_000)
  expect(blocks.every(([start, end]) => end - start <= 2_000)).toBe(true)
  expect(blocks.map(([start, end]) => long.slice(start, end)).join('')).toBe(long)
})
