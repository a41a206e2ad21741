/** The thread in which people's own patterns are looked for: whatever they are, only this thread waits for them. */
import { parentPort, workerData } from 'node:worker_threads'
import { RE2JS } from 're2js'
import { normalise, normaliseWithOffsets } from '../../domain/text/normalise.ts'

export interface PatternOrder {
  readonly pieces: readonly string[]
  /** Places of the patterns to look for. */
  readonly patterns: readonly number[]
}

/** Piece, pattern, start and end in the piece as it was given. */
export type PatternAnswer = readonly (readonly [piece: number, pattern: number, start: number, end: number])[]

const hitsOfPieceMax = 20

const compiled = (workerData as readonly string[]).map((pattern) =>
  RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE | RE2JS.MULTILINE),
)

parentPort?.on('message', ({ pieces, patterns }: PatternOrder) => {
  const answer: [number, number, number, number][] = []
  for (const [place, piece] of pieces.entries()) {
    const folded = normalise(piece)
    let offsets: Uint32Array | undefined
    for (const pattern of patterns) {
      const matcher = compiled[pattern]!.matcher(folded)
      for (let hits = 0; hits < hitsOfPieceMax && matcher.find(); ) {
        // A pattern that matches nothing at all says nothing.
        if (matcher.end() === matcher.start()) continue
        hits++
        offsets ??= normaliseWithOffsets(piece).offsets
        answer.push([place, pattern, offsets[matcher.start()]!, offsets[matcher.end()]!])
      }
    }
  }
  parentPort?.postMessage(answer)
})
