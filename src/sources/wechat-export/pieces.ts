/** The pieces of one export, read front to back with flat memory. */
import { type FileHandle, open } from 'node:fs/promises'
import { basename } from 'node:path'
import { AppError } from '../../domain/errors.ts'
import { advance, emptyWindow } from '../formats/file-window.ts'
import { type Layout, layoutOf } from './format.ts'
import { createBlockSplitter } from './splitting/blocks.ts'
import { createElementSplitter } from './splitting/elements.ts'
import { createLineSplitter } from './splitting/lines.ts'
import type { Piece, Splitter } from './splitting/piece.ts'
import { createRowSplitter } from './splitting/rows.ts'

/** Throws AppError `file-not-found`, or one of `layoutOf`. */
export async function readLayout(path: string): Promise<Layout> {
  const file = await openFile(path)
  try {
    const { buffer, ended } = await advance(file, emptyWindow, 0)
    return layoutOf(buffer, ended, basename(path))
  } finally {
    await file.close()
  }
}

/** Every piece in order; `cut-off` at the end when the file stops within its list of messages. */
export async function* readPieces(path: string, layout: Layout): AsyncGenerator<Piece | 'cut-off'> {
  const file = await openFile(path)
  try {
    const splitter = splitterFor(layout)
    let window = await advance(file, emptyWindow, 0)
    for (;;) {
      const taken = splitter.take(window)
      if (taken === 'end') break
      if (taken !== undefined) {
        yield* taken
        continue
      }
      window = await advance(file, window, splitter.at)
      splitter.at = 0
    }
    if (splitter.cutOff()) yield 'cut-off'
  } finally {
    await file.close()
  }
}

function splitterFor(layout: Layout): Splitter {
  if (layout.format === 'text') return createBlockSplitter(layout.text)
  if (layout.format === 'csv') return createRowSplitter()
  return layout.format === 'chatlab-lines' ? createLineSplitter() : createElementSplitter()
}

async function openFile(path: string): Promise<FileHandle> {
  const file = await open(path).catch((cause: unknown) => {
    throw new AppError('file-not-found', `${path} cannot be read: check its path and that it is a file.`, {
      cause,
    })
  })
  if ((await file.stat()).isFile()) return file
  await file.close()
  throw new AppError('not-a-chat-export', `${path} is not a file.`)
}
