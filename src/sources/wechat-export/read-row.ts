/** From a record's bytes to its row, by what is known of the file. */

import { parseObject, type Raw } from '../formats/raw-json.ts'
import type { ChatContext } from './context.ts'
import { decodeBytes } from './encoding.ts'
import type { ReadRow } from './row.ts'
import { readChatlab } from './rows/chatlab.ts'
import { readChatlog } from './rows/chatlog.ts'
import { readCsvRow } from './rows/csv.ts'
import { readTextRow } from './rows/text.ts'
import { readWeflow } from './rows/weflow.ts'
import { csvCells } from './splitting/csv-cells.ts'

export type FileFacts = Pick<ChatContext, 'format' | 'encoding' | 'columns' | 'text' | 'date'>

const jsonReaders: Partial<Record<ChatContext['format'], (raw: Raw) => ReadRow>> = {
  chatlab: readChatlab,
  'chatlab-lines': readChatlab,
  chatlog: readChatlog,
  weflow: readWeflow,
}

/** Never throws. Lines of ChatLab that are no message are a problem: `capture` passes over them. */
export function readRow(bytes: Uint8Array, facts: FileFacts): ReadRow {
  const readJson = jsonReaders[facts.format]
  if (readJson !== undefined) {
    const parsed = parseObject(bytes)
    return 'problem' in parsed ? parsed : readJson(parsed.raw)
  }
  const text = decodeBytes(bytes, facts.encoding)
  if (facts.format === 'csv') return readCsvRow(facts.columns ?? [], csvCells(text))
  return readTextRow(text, facts.text?.order ?? 'time-first', facts.date)
}
