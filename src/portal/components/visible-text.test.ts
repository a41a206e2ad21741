import { expect, it } from 'vitest'
import { codeOf, markedPieces, visiblePieces } from './visible-text.ts'

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
