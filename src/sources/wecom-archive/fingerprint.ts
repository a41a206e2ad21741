import { hash } from 'node:crypto'
import type { Raw } from '../formats/raw-json.ts'

/**
 * Left out: the id itself; who else got it, which the archive lists for each observer anew; where the media can
 * be fetched, which is a new id with each pull.
 */
const changing = new Set(['msgid', 'seq', 'tolist', 'sdkfileid', 'publickey_ver'])

/** Items of forwarded chats hold JSON as text. */
const nestedFileId = /"sdkfileid"\s*:\s*"[^"]*"/g

/** What a message says, as 16 hex digits: equal for the same message pulled again, in whatever order its keys come. */
export function fingerprintOf(raw: Raw): string {
  return hash('sha256', canonical(raw), 'hex').slice(0, 16)
}

function canonical(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(canonical).join(',')}]`
  if (typeof value === 'string') return JSON.stringify(value.replace(nestedFileId, ''))
  if (typeof value !== 'object' || value === null) return JSON.stringify(value) ?? 'null'
  const entries = Object.entries(value).filter(([key]) => !changing.has(key))
  return `{${entries
    .sort(([a], [b]) => (a < b ? -1 : 1))
    .map(([key, member]) => `${JSON.stringify(key)}:${canonical(member)}`)
    .join(',')}}`
}
