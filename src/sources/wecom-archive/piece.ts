/** What the splitters hand out, and where they stand. */
import type { ParsedObject } from '../formats/raw-json.ts'

/** The bytes of one message, or a stretch that is none (`parsed` then has the problem). */
export interface Piece {
  readonly bytes: Buffer
  readonly parsed: ParsedObject
  /** Offset in the file. */
  readonly offset: number
  /** 1-based, in files of lines. */
  readonly line?: number
  /** 1-based, in files of values. */
  readonly index?: number
}

/** Where the splitter stands in its window, and what it has seen so far. */
export interface Cursor {
  at: number
  line: number
  index: number
  /** Lists that are open: more than none at the end of the file means that it was cut off. */
  openLists: number
  insideWrapper: boolean
}

/** `undefined`: more of the file is needed to tell. `end`: nothing is left. */
export type Taken = readonly Piece[] | 'end' | undefined

/** No message is longer; a stretch without an end is given out in pieces of this length. */
export const messageBytesMax = 16 * 1024 * 1024
