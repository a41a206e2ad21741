/** What groups, their members and robots are called, asked of WeCom once and remembered in the route's folder. */
import { z } from 'zod'
import type { Clock } from '../../../platform/clock.ts'
import { type Raw, textOf } from '../../formats/raw-json.ts'
import { type ChatNames, identityOf } from '../participants.ts'
import { readFolderFile, writeFolderFile } from './folder-file.ts'
import type { Qyapi } from './qyapi.ts'
import { customerRoom, innerRoomName, robotName } from './qyapi-calls.ts'

export interface RoomNamesParts {
  readonly folder: string
  readonly clock: Clock
  readonly archive: Qyapi
  /** With the secret of Customer Contact, where there is one. */
  readonly customers: Qyapi | undefined
}

export interface RoomNames {
  /** Asks for the names that these messages need. A name that cannot be had keeps no message waiting. */
  learn(messages: readonly Raw[]): Promise<void>
  known(): ChatNames
}

const fileName = 'names.json'
const learned = z.record(z.string(), z.object({ name: z.string().nullable(), at: z.number() }))
type Learned = z.infer<typeof learned>

/** Asked for again after so long: groups are renamed. */
const freshMs = 24 * 60 * 60 * 1000
/** An API that does not answer is left alone for so long: messages are more important than names. */
const silentMs = 10 * 60 * 1000
const questionsPerPage = 50
/** The oldest are forgotten above this. */
const namesMax = 200_000

export async function openRoomNames(parts: RoomNamesParts): Promise<RoomNames> {
  const { folder, clock } = parts
  const names = new Map(Object.entries(await readFolderFile<Learned>(folder, fileName, learned, {})))
  let known: ChatNames | undefined
  let silentUntil = Number.NEGATIVE_INFINITY
  const note = (id: string, name: string | null) => {
    const before = names.get(id)?.name ?? null
    names.delete(id)
    names.set(id, { name: name ?? before, at: clock.now() })
    if (names.size > namesMax) names.delete(names.keys().next().value!)
    known = undefined
  }
  const isDue = (id: string) => clock.now() - (names.get(id)?.at ?? Number.NEGATIVE_INFINITY) >= freshMs
  return {
    async learn(messages) {
      if (clock.now() < silentUntil) return
      const due = [...new Set(messages.flatMap(idsWithNames))].filter(isDue).slice(0, questionsPerPage)
      if (due.length === 0) return
      try {
        for (const id of due) if (isDue(id)) await learnOne(parts, id, note)
      } catch {
        // The connection's test tells why WeCom does not answer; ids are shown until it does.
        silentUntil = clock.now() + silentMs
      }
      await writeFolderFile(folder, fileName, Object.fromEntries(names))
    },
    known() {
      known ??= Object.fromEntries(
        [...names].flatMap(([id, { name }]) => (name === null ? [] : [[id, name]])),
      )
      return known
    },
  }
}

async function learnOne(
  { archive, customers }: RoomNamesParts,
  id: string,
  note: (id: string, name: string | null) => void,
): Promise<void> {
  if (!id.startsWith('wr')) return note(id, await robotName(archive, id))
  const inner = await innerRoomName(archive, id)
  const room = inner === null && customers !== undefined ? await customerRoom(customers, id) : null
  note(id, inner ?? (room?.name || null))
  for (const [member, name] of room?.members ?? []) note(identityOf(member).value, name)
}

/** The group and the robots of a message. */
function idsWithNames(message: Raw): readonly string[] {
  const sender = textOf(message, 'from')
  const ids = identityOf(sender).type === 'wecom-robot' ? [sender] : []
  const room = textOf(message, 'roomid')
  return room.startsWith('wr') ? [room, ...ids] : ids
}
