/**
 * What is learned while nothing can be yielded (a file that stays wrong, a crash in the middle of one) waits in the
 * route's folder for the next pull, and is forgotten when the cursor says that the journal has it.
 */
import { hash } from 'node:crypto'
import { appendFile, readFile, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { CapturedClosure, CapturedGap } from '../../source.ts'

export type Notice = CapturedGap | CapturedClosure

export interface Notices {
  add(...notices: readonly Notice[]): Promise<void>
  /** What waits, and the mark to set in the cursor for having told it. Telling something twice does no harm. */
  waiting(): Promise<{ readonly notices: readonly Notice[]; readonly mark: string } | null>
  /** The journal has what `mark` stands for; anything added since stays. */
  forget(mark: string): Promise<void>
}

export function openNotices(folder: string): Notices {
  const path = join(folder, 'notices.jsonl')
  const read = async () => {
    const text = await readFile(path, 'utf8').catch(() => '')
    return text === '' ? null : { text, mark: hash('sha256', text, 'hex').slice(0, 16) }
  }
  return {
    add: (...notices) =>
      appendFile(path, notices.map((notice) => `${JSON.stringify(notice)}\n`).join(''), {
        mode: 0o600,
        flush: true,
      }),
    async waiting() {
      const found = await read()
      return found && { notices: found.text.split('\n').flatMap(readNotice), mark: found.mark }
    },
    async forget(mark) {
      if ((await read())?.mark === mark) await rm(path, { force: true })
    },
  }
}

/** A line that was cut off when the machine went down says nothing; the next ones do. */
function readNotice(line: string): readonly Notice[] {
  if (line === '') return []
  try {
    return [JSON.parse(line) as Notice]
  } catch {
    return []
  }
}
