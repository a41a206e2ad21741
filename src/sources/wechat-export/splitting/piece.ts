/** What the splitters hand out, and where they stand in the file. */

/** One stretch of the file: a record, a part of the file's head, or something that could not be told apart. */
export interface Piece {
  /**
   * `record`: an element of the messages, a line, a row or a block of text. `head`: what stands beside the
   * messages (`section` names it). `damage`: a stretch that is no record; `problem` says why.
   */
  readonly role: 'record' | 'head' | 'damage'
  readonly section?: string
  readonly problem?: string
  readonly bytes: Buffer
  /** Offset in the file. */
  readonly offset: number
  /** 1-based line of its first byte, in files of lines. */
  readonly line?: number
  /** 1-based, in lists. */
  readonly index?: number
}

/** `undefined`: more of the file is needed to tell. `end`: nothing is left. */
export type Taken = readonly Piece[] | 'end' | undefined

/** Takes the next pieces off a window and remembers where it stands (`at`, an offset in the window). */
export interface Splitter {
  at: number
  take(window: { readonly buffer: Buffer; readonly offset: number; readonly ended: boolean }): Taken
  /** True when the file ended within its list of messages. */
  cutOff(): boolean
}

/** No record is longer; a stretch without an end is given out in pieces of this length. */
export const recordBytesMax = 16 * 1024 * 1024

/** Length of a UTF-8 byte order mark at the front: 3 or 0. */
export function markLength(head: Buffer): number {
  return head.length >= 3 && head[0] === 0xef && head[1] === 0xbb && head[2] === 0xbf ? 3 : 0
}
