/** Finds the exact bytes of each message in a file, with flat memory, and goes on after a damaged one. */
import type { FileHandle } from 'node:fs/promises'
import { advance, type FileWindow } from '../formats/file-window.ts'
import { type Layout, markLength } from './layout.ts'
import type { Cursor, Piece } from './piece.ts'
import { takeLine } from './split-lines.ts'
import { takeValue } from './split-values.ts'

export type Batch = { readonly pieces: readonly Piece[] } | { readonly cutOff: true; readonly offset: number }

/** The pieces of the file in order, in batches of what one read held; says so when the file ends too early. */
export async function* splitFile(file: FileHandle, first: FileWindow, layout: Layout): AsyncGenerator<Batch> {
  const take = layout === 'lines' ? takeLine : takeValue
  const cursor: Cursor = {
    at: markLength(first.buffer),
    line: 1,
    index: 1,
    openLists: 0,
    insideWrapper: false,
  }
  let window = first
  for (;;) {
    const pieces: Piece[] = []
    let taken = take(window, cursor)
    while (Array.isArray(taken)) {
      pieces.push(...taken)
      taken = take(window, cursor)
    }
    if (pieces.length > 0) yield { pieces }
    if (taken === 'end') break
    window = await advance(file, window, cursor.at)
    cursor.at = 0
  }
  if (cursor.openLists > 0) yield { cutOff: true, offset: window.offset + window.buffer.length }
}
