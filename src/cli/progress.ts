/** A progress bar on a terminal; nothing at all where output is read by a program. */
import type { Output } from './output.ts'

export interface Progress {
  /** `total` null while it is unknown. */
  at(done: number, total: number | null, what: string): void
  end(): void
}

export function createProgress(output: Output, title: string): Progress {
  if (output.json || !process.stderr.isTTY) return { at: () => {}, end: () => {} }
  let bar: Awaited<ReturnType<typeof createBar>> | undefined
  let ended = false
  const opening = createBar(title).then((made) => {
    bar = made
    if (ended) made.stop()
  })
  opening.catch(() => {})
  return {
    at: (done, total, what) => bar?.show(done, total, what),
    end: () => {
      ended = true
      bar?.stop()
    },
  }
}

async function createBar(title: string) {
  const { default: cliProgress } = await import('cli-progress')
  const bar = new cliProgress.SingleBar({
    format: `${title} {bar} {value} of {whole} {what}`,
    stream: process.stderr,
    hideCursor: true,
    clearOnComplete: true,
    etaBuffer: 50,
  })
  let started = false
  return {
    show(done: number, total: number | null, what: string) {
      const payload = { what, whole: total ?? '?' }
      // An unknown end lies a little beyond what is done.
      const end = total ?? Math.ceil(done * 1.25) + 1
      if (!started) bar.start(end, done, payload)
      else {
        bar.setTotal(end)
        bar.update(done, payload)
      }
      started = true
    },
    stop: () => {
      if (started) bar.stop()
    },
  }
}
