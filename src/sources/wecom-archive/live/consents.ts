/** Who of those outside refused to be archived: WeCom then hands out nothing of theirs, and the ledger says so. */
import { z } from 'zod'
import type { Clock } from '../../../platform/clock.ts'
import { type Raw, textOf } from '../../formats/raw-json.ts'
import type { CapturedClosure, CapturedGap } from '../../source.ts'
import { addressedIds, identityOf } from '../participants.ts'
import { readFolderFile, writeFolderFile } from './folder-file.ts'
import type { Qyapi } from './qyapi.ts'
import { type Agreement, agreementsOf, roomAgreements } from './qyapi-calls.ts'

export interface Consents {
  /** Remembers who talks with whom. */
  see(messages: readonly Raw[]): void
  /** Asks for the consent of those seen, and tells what changed. What cannot be asked now is asked later. */
  check(): Promise<readonly (CapturedGap | CapturedClosure)[]>
}

const fileName = 'consents.json'
/** By `userid external` or `room`: when it was last asked for, and the keys of all refusals there ever were. */
const remembered = z.record(z.string(), z.object({ at: z.number(), refusals: z.array(z.string()) }))
type Remembered = z.infer<typeof remembered>

const freshMs = 24 * 60 * 60 * 1000
/** After a failure of the API. */
const silentMs = 10 * 60 * 1000
const pairsPerCheck = 300
const roomsPerCheck = 50
const seenMax = 50_000
const reason = 'no-consent'

export async function openConsents(folder: string, clock: Clock, api: Qyapi): Promise<Consents> {
  const known = new Map(Object.entries(await readFolderFile<Remembered>(folder, fileName, remembered, {})))
  const seen = new Set<string>()
  let silentUntil = Number.NEGATIVE_INFINITY
  const isDue = (subject: string) =>
    clock.now() - (known.get(subject)?.at ?? Number.NEGATIVE_INFINITY) >= freshMs
  const settle = (subject: string, found: readonly Agreement[] | null) => {
    const refused = new Map(found?.filter(isRefusal).map((one) => [keyOf(subject, one), one] as const))
    const refusals = new Set([...(known.get(subject)?.refusals ?? []), ...refused.keys()])
    known.set(subject, { at: clock.now(), refusals: [...refusals] })
    seen.delete(subject)
    // WeCom does not know them any more: what was told stands.
    if (found === null) return []
    // All of it is told each time: what the journal missed once it has the next time.
    return [...refusals].map((key) => {
      const one = refused.get(key)
      return one === undefined ? closureOf(key) : gapOf(subject, key, one)
    })
  }
  return {
    see(messages) {
      for (const subject of messages.flatMap(subjectsOf))
        if (seen.size < seenMax && isDue(subject)) seen.add(subject)
    },
    async check() {
      if (seen.size === 0 || clock.now() < silentUntil) return []
      const pairs = [...seen].filter((subject) => subject.includes(' ')).slice(0, pairsPerCheck)
      const rooms = [...seen].filter((subject) => !subject.includes(' ')).slice(0, roomsPerCheck)
      const told: (CapturedGap | CapturedClosure)[] = []
      try {
        const asked = pairs.map((pair) => pair.split(' ') as [string, string])
        const found = await agreementsOf(
          api,
          asked.map(([userid, externalId]) => ({ userid, externalId })),
        )
        for (const pair of pairs) {
          const own = found.filter((one) => isOf(pair, one))
          told.push(...settle(pair, own.length === 0 ? null : own))
        }
        for (const room of rooms) told.push(...settle(room, await roomAgreements(api, room)))
      } catch {
        // The connection's test tells why WeCom does not answer.
        silentUntil = clock.now() + silentMs
      }
      await writeFolderFile(folder, fileName, Object.fromEntries(known))
      return told
    },
  }
}

/** An employee and somebody from outside, or a group with somebody from outside in it. */
function subjectsOf(message: Raw): readonly string[] {
  const ids = [textOf(message, 'from'), ...addressedIds(message)]
  const outside = ids.filter((id) => identityOf(id).type === 'wechat-external')
  if (outside.length === 0) return []
  const room = textOf(message, 'roomid')
  if (room !== '') return [room]
  const employees = ids.filter((id) => /^[^ ]+$/.test(id) && identityOf(id).type === 'wecom-userid')
  return employees.flatMap((id) => outside.map((other) => `${id} ${other}`))
}

function isOf(pair: string, { userid = '', exteranalopenid }: Agreement): boolean {
  return pair.toLowerCase() === `${userid} ${exteranalopenid}`.toLowerCase()
}

function isRefusal({ agree_status }: Agreement): boolean {
  return agree_status === 'Disagree'
}

/** With its time: who refuses, agrees and refuses again has refused twice. */
function keyOf(subject: string, { exteranalopenid, status_change_time = 0 }: Agreement): string {
  return `${subject}/${exteranalopenid}/${status_change_time}`
}

function gapOf(subject: string, key: string, { exteranalopenid }: Agreement): CapturedGap {
  const where = subject.includes(' ') ? `with ${subject.split(' ')[0]}` : `in the group ${subject}`
  const explanation = `${exteranalopenid} did not agree that messages ${where} are archived; WeCom hands out none of them.`
  return { gap: { reason, key, explanation } }
}

function closureOf(key: string): CapturedClosure {
  return { closed: { reason, key, by: 'The contact agreed, or the refusal was replaced by a newer one.' } }
}
