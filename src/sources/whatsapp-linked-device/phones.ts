/**
 * Numbers of people whom an event names by LID alone, as the plug-in's session knew them when it told of the event. They
 * stand beside the event, which stays as it came, and make its message the one that other ways in know by number.
 */
import { isRaw, type Raw } from '../formats/raw-json.ts'

/** By LID without a device (`9876@lid`), the phone's jid. */
export type Phones = Readonly<Record<string, string>>

/** Where an event names whoever wrote a message, or the chat that it is of. */
const named: ReadonlySet<string> = new Set(['remoteJid', 'participant'])
const phoneForm = /^\d{7,15}@s\.whatsapp\.net$/

/** What the plug-in wrote; nothing but numbers of LIDs. */
export function phonesOf(value: unknown): Phones {
  if (!isRaw(value)) return {}
  return Object.fromEntries(
    Object.entries(value).filter(
      (pair): pair is [string, string] =>
        pair[0].endsWith('@lid') && typeof pair[1] === 'string' && phoneForm.test(pair[1]),
    ),
  )
}

/** The same with numbers for LIDs, and which of them it named; what names none is the object itself. */
export function withPhones(raw: Raw, phones: Phones): { readonly raw: Raw; readonly used: Phones } {
  if (Object.keys(phones).length === 0) return { raw, used: {} }
  const used: Record<string, string> = {}
  const phoneOf = (jid: string): string => {
    const lid = jid.replace(/:\d+@/, '@')
    const phone = phones[lid]
    if (phone === undefined) return jid
    used[lid] = phone
    return phone
  }
  const replaced = (value: unknown, name = ''): unknown => {
    if (typeof value === 'string') return named.has(name) ? phoneOf(value) : value
    if (Array.isArray(value)) return value.map((one) => replaced(one))
    if (!isRaw(value)) return value
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, replaced(one, key)]))
  }
  const whole = replaced(raw) as Raw
  return Object.keys(used).length === 0 ? { raw, used } : { raw: whole, used }
}
