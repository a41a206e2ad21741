/**
 * People's own patterns: RE2's syntax, whose matching takes time in proportion to the text, in a thread of its own with
 * limits of time and size. A pattern that is too slow nevertheless is left out and told of; the import goes on.
 */
import { once } from 'node:events'
import { extname } from 'node:path'
import { clearTimeout, setTimeout } from 'node:timers'
import { Worker } from 'node:worker_threads'
import { RE2JS } from 're2js'
import { AppError } from '../../domain/errors.ts'
import type { PatternHit } from './conditions.ts'
import type { LookedText } from './message.ts'
import type { PatternAnswer, PatternOrder } from './pattern-thread.ts'

export interface PatternRunner {
  /** Hits by message. */
  run(messages: readonly (readonly LookedText[])[]): Promise<readonly (readonly PatternHit[])[]>
  /** Patterns that did not come to an end in time and are no longer looked for. */
  readonly unfinished: ReadonlySet<number>
  close(): Promise<void>
}

/** A longer text is looked at in pieces that overlap by what a hit may span. */
const pieceUnitsMax = 65_536
const overlapUnits = 2_000
/** Of one order to the thread. */
const orderUnitsMax = 262_144
const orderPiecesMax = 2_000
/** re2js reads about 4.7 MB a second; an order may take some fifty times as long. */
const waitMs = 3_000
const waitMsByPattern = 200
const memory = { maxOldGenerationSizeMb: 128, maxYoungGenerationSizeMb: 16 }

/** Throws `supervision-pattern-refused` for what RE2 cannot read: what needs to look back, and mistakes. */
export function checkPattern(pattern: string): void {
  try {
    RE2JS.compile(pattern, RE2JS.CASE_INSENSITIVE | RE2JS.MULTILINE)
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause)
    throw new AppError(
      'supervision-pattern-refused',
      `The pattern "${pattern}" cannot be used (${why}); patterns have RE2's syntax, without look-around and back-references.`,
      { cause },
    )
  }
}

/** The published package is compiled, and nothing rewrites an address that is not an import. */
const threadFile = new URL(`./pattern-thread${extname(import.meta.url)}`, import.meta.url)

interface Piece {
  readonly message: number
  readonly at: string
  readonly from: number
  readonly text: string
}

/** The thread starts with the first text; close the runner in the end. */
export function createPatternRunner(
  patterns: readonly string[],
  limits: { readonly waitMs: number } = { waitMs: waitMs + waitMsByPattern * patterns.length },
): PatternRunner {
  const unfinished = new Set<number>()
  let worker: Worker | null = null
  const stop = async () => {
    const stopped = worker
    worker = null
    await stopped?.terminate()
  }
  /** Null: not in time. */
  const ask = async (order: PatternOrder): Promise<PatternAnswer | null> => {
    worker ??= new Worker(threadFile, { workerData: patterns, resourceLimits: memory })
    worker.unref()
    const asked = worker
    let timer: NodeJS.Timeout | undefined
    const late = new Promise<null>((resolve) => {
      timer = setTimeout(resolve, limits.waitMs, null)
    })
    try {
      const answered = once(asked, 'message').then(([answer]) => answer as PatternAnswer)
      asked.postMessage(order)
      const answer = await Promise.race([answered, late])
      if (answer === null) {
        answered.catch(() => {})
        await stop()
      }
      return answer
    } catch (error) {
      // Out of the memory it may have: as bad as out of time.
      await stop()
      if ((error as { code?: string }).code === 'ERR_WORKER_OUT_OF_MEMORY') return null
      throw error
    } finally {
      clearTimeout(timer)
    }
  }
  const askAll = async (pieces: readonly Piece[]): Promise<PatternAnswer> => {
    const texts = pieces.map(({ text }) => text)
    const left = patterns.keys().filter((pattern) => !unfinished.has(pattern))
    const wanted = [...left]
    if (wanted.length === 0) return []
    const whole = await ask({ pieces: texts, patterns: wanted })
    if (whole) return whole
    // One of them is to blame: each by itself.
    const answers: PatternAnswer[] = []
    for (const pattern of wanted) {
      const alone = await ask({ pieces: texts, patterns: [pattern] })
      if (alone) answers.push(alone)
      else unfinished.add(pattern)
    }
    return answers.flat()
  }
  return {
    unfinished,
    close: stop,
    async run(messages) {
      const hits: PatternHit[][] = messages.map(() => [])
      for (const pieces of orders(messages)) {
        for (const [place, pattern, start, end] of await askAll(pieces)) {
          const { message, at, from } = pieces[place]!
          const hit = { pattern, at, start: start + from, end: end + from }
          const isKnown = hits[message]!.some(
            (known) => known.pattern === pattern && known.at === at && known.start === hit.start,
          )
          if (!isKnown) hits[message]!.push(hit)
        }
      }
      return hits
    },
  }
}

function* orders(messages: readonly (readonly LookedText[])[]): Iterable<Piece[]> {
  let pieces: Piece[] = []
  let units = 0
  for (const piece of piecesOf(messages)) {
    if (pieces.length > 0 && (units + piece.text.length > orderUnitsMax || pieces.length >= orderPiecesMax)) {
      yield pieces
      pieces = []
      units = 0
    }
    pieces.push(piece)
    units += piece.text.length
  }
  if (pieces.length > 0) yield pieces
}

function* piecesOf(messages: readonly (readonly LookedText[])[]): Iterable<Piece> {
  for (const [message, texts] of messages.entries()) {
    for (const { at, text } of texts) {
      for (let from = 0; from < text.length; from += pieceUnitsMax - overlapUnits) {
        yield { message, at, from, text: text.slice(from, from + pieceUnitsMax) }
        if (from + pieceUnitsMax >= text.length) break
      }
    }
  }
}
