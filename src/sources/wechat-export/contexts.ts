/** The contexts of a file's records: one for each chat, so that a record brings only its own chat's people. */
import type { RecordContext } from '../source.ts'
import { isGroup, partnerOf } from './chat-facts.ts'
import { type ChatContext, toRecordContext } from './context.ts'
import type { RowPerson } from './row.ts'
import type { WechatExportSettings } from './settings.ts'
import type { Survey } from './survey.ts'
import { defaultZone } from './zones.ts'

export interface RecordContexts {
  readonly context: ChatContext
  readonly record: RecordContext
}

/** Listed members travel with each record, so they have this much room (a context may have 16 KiB in all). */
const membersBytesMax = 8 * 1024
const nameCharactersMax = 200

/** Gives the context of a chat by the key its rows bear; the same object each time. */
export function createContexts(
  survey: Survey,
  settings: WechatExportSettings,
): (chatKey: string) => RecordContexts {
  const made = new Map<string, RecordContexts>()
  return (chatKey) => {
    const key = survey.chats.has(chatKey) ? chatKey : ''
    let contexts = made.get(key)
    if (contexts === undefined) {
      const context = contextOf(survey, settings, key)
      contexts = { context, record: toRecordContext(context) }
      made.set(key, contexts)
    }
    return contexts
  }
}

function contextOf(survey: Survey, settings: WechatExportSettings, chatKey: string): ChatContext {
  const { file, sha256, facts, owner, ownNames } = survey
  const custodianName = settings.custodianName ?? ownNames[1]
  return {
    file,
    fileSha256: sha256,
    verification: 'unverified',
    ...facts,
    zone: settings.timezone ?? defaultZone,
    zoneGiven: settings.timezone !== undefined,
    ...(settings.custodian === undefined ? {} : { custodian: settings.custodian }),
    ...(custodianName === undefined ? {} : { custodianName }),
    ownNames: [...ownNames],
    ...(owner === null ? {} : { owner: shortened(owner) }),
    chat: chatOf(survey, settings, chatKey),
  }
}

function chatOf(survey: Survey, settings: WechatExportSettings, chatKey: string): ChatContext['chat'] {
  const { head, owner, chats } = survey
  const facts = chats.get(chatKey) ?? { others: new Map<string, RowPerson>() }
  const group = isGroup(facts, head)
  const partner = group ? null : partnerOf(facts, head, owner?.id)
  const id = facts.id ?? head.id ?? partner?.id
  const told = chats.size <= 1 ? settings.chat : undefined
  const name = told ?? facts.name ?? head.name ?? partner?.name ?? id ?? fallbackName(survey, chatKey)
  const { members, leftOut } = cappedMembers(group ? head.members : [])
  const membersLeftOut = leftOut + (group ? head.membersLeftOut : 0)
  return {
    ...(id === undefined ? {} : { id: id.slice(0, nameCharactersMax) }),
    name: name.slice(0, nameCharactersMax),
    group,
    ...(partner === null ? {} : { partner: shortened(partner) }),
    members,
    ...(membersLeftOut === 0 ? {} : { membersLeftOut }),
  }
}

/** The file's name without its ending; with the key where the file holds several chats. */
function fallbackName({ file, chats }: Survey, chatKey: string): string {
  const stem = file.replace(/\.[A-Za-z0-9]{1,5}$/, '') || file
  return chats.size > 1 && chatKey !== '' ? `${stem} ${chatKey}` : stem
}

function cappedMembers(members: readonly RowPerson[]): { members: RowPerson[]; leftOut: number } {
  const kept: RowPerson[] = []
  let bytes = 0
  for (const member of members.map(shortened)) {
    bytes += Buffer.byteLength(JSON.stringify(member)) + 1
    if (bytes > membersBytesMax) break
    kept.push(member)
  }
  return { members: kept, leftOut: members.length - kept.length }
}

function shortened({ id, name }: RowPerson): RowPerson {
  return {
    ...(id === undefined ? {} : { id: id.slice(0, nameCharactersMax) }),
    ...(name === undefined ? {} : { name: name.slice(0, nameCharactersMax) }),
  }
}
