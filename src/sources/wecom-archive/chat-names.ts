/** The operator's file of names: rooms and people are ids in the archive, and only the firm knows what they are called. */
import { readFile } from 'node:fs/promises'
import { AppError } from '../../domain/errors.ts'
import { parseObject, type Raw } from '../formats/raw-json.ts'
import { type ChatNames, identityOf, namedIds, nameOf } from './participants.ts'

/** Names up to this many bytes of JSON travel whole with each file's context (which is at most 16 KiB). */
const contextNamesBytesMax = 12 * 1024
/** Distinct sets of names remembered, so that records of one conversation share one context. */
const rememberedMax = 10_000

/** Reads `{"wrROOM": "Deal team", "zhangsan": "张三"}`. Throws AppError `file-not-found`, `bad-settings`. */
export async function readChatNames(path: string): Promise<ChatNames> {
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new AppError('file-not-found', `The file of chat names ${path} cannot be read.`, { cause })
  })
  const parsed = parseObject(bytes.subarray(bytes.indexOf('{')))
  if ('problem' in parsed) throw refusal(path, parsed.problem)
  const names: [string, string][] = []
  for (const [id, name] of Object.entries(parsed.raw)) {
    if (typeof name !== 'string') throw refusal(path, `the name of "${id}" is not text`)
    names.push([identityOf(id).type === 'wecom-userid' && !isRoom(id) ? id.toLowerCase() : id, name])
  }
  return Object.fromEntries(names)
}

function isRoom(id: string): boolean {
  return id.startsWith('wr') && id.length >= 8
}

function refusal(path: string, problem: string): AppError {
  return new AppError(
    'bad-settings',
    `The file of chat names ${path} is not an object of id and name: ${problem}.`,
  )
}

/**
 * The context of each record: that of the file, with the names. When there are more names than a context may
 * hold, it has those of the record's own conversation, and equal ones are the same object.
 */
export function contextChooser<Context extends Raw>(
  context: Context,
  names: ChatNames | undefined,
): (raw: Raw | undefined) => Context & { readonly names?: ChatNames } {
  if (names === undefined) return () => context
  const whole = { ...context, names }
  if (Buffer.byteLength(JSON.stringify(names)) <= contextNamesBytesMax) return () => whole
  const remembered = new Map<string, Context & { readonly names: ChatNames }>()
  return (raw) => {
    const used = raw === undefined ? {} : namesFor(raw, names)
    const key = JSON.stringify(used)
    const known = remembered.get(key) ?? { ...context, names: used }
    if (remembered.size >= rememberedMax) remembered.clear()
    remembered.set(key, known)
    return known
  }
}

function namesFor(raw: Raw, names: ChatNames): ChatNames {
  const used: [string, string][] = []
  let bytes = 0
  for (const id of namedIds(raw)) {
    const name = nameOf(names, id)
    if (name === undefined) continue
    bytes += Buffer.byteLength(id) + Buffer.byteLength(name) + 8
    if (bytes > contextNamesBytesMax) break
    used.push([id, name])
  }
  return Object.fromEntries(used)
}
