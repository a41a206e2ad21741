import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Message, MessageKind } from '../../domain/message.ts'
import { wecomArchive } from './index.ts'

const samples = process.env.HOLDFAST_SAMPLES

/** What each type of the vendor's becomes. */
const kinds: Readonly<Record<string, MessageKind>> = {
  ...{ agree: 'consent', disagree: 'consent', switch: 'system', revoke: 'system', some_new_type: 'unknown' },
  ...{ text: 'text', markdown: 'text', mixed: 'mixed', chatrecord: 'forwarded', card: 'contact' },
  ...{ image: 'image', video: 'video', voice: 'voice', emotion: 'sticker', file: 'file', qydiskfile: 'file' },
  ...{ docmsg: 'link', link: 'link', news: 'link', sphfeed: 'link', weapp: 'link', location: 'location' },
  ...{ redpacket: 'payment', external_redpacket: 'payment', collect: 'form', vote: 'poll', todo: 'task' },
  ...{ calendar: 'calendar', meeting: 'meeting', meeting_notification: 'meeting' },
  ...{ meeting_voice_call: 'call', voiptext: 'call', voip_doc_share: 'file' },
}

interface Raw {
  readonly action: string
  readonly msgtype?: string
  readonly from?: string
  readonly tolist?: readonly string[]
  readonly roomid?: string
  readonly msgtime?: number
  readonly time?: number
  readonly revoke?: { readonly pre_msgid: string }
}

/** Kind, event, participants, time and reference, as the vendor's own JSON has them. */
function expectTold(message: Message, raw: Raw): void {
  const { action, msgtype = action, from, tolist = [], roomid = '' } = raw
  // Members go by a user id, which knows no case; everybody else by ids that do.
  const idOf = (id: string) => (/^w[mobr]/.test(id) ? id : id.toLowerCase())
  expect(message.kind, msgtype).toBe(kinds[msgtype])
  expect(message.event, msgtype).toBe(action === 'recall' ? 'recalled' : 'sent')
  expect(message.sentAt.utc, msgtype).toBe(raw.msgtime ?? raw.time)
  expect(message.sender?.identity.value, msgtype).toBe(from === undefined ? undefined : idOf(from))
  if (from !== undefined)
    expect(
      message.recipients.map(({ identity }) => identity.value),
      msgtype,
    ).toEqual(tolist.filter((id) => id !== from).map(idOf))
  expect(message.conversation.type, msgtype).toBe(roomid === '' ? 'direct' : 'group')
  if (action === 'recall')
    expect(message.refersTo).toMatchObject({ relation: 'recalls', vendorId: raw.revoke!.pre_msgid })
  else if (msgtype !== 'text') expect(message.refersTo, msgtype).toBeUndefined()
}

describe.skipIf(!samples)('real session-archive messages (needs HOLDFAST_SAMPLES)', () => {
  test('all are captured and decode to a known kind, but for the type that is made up', async () => {
    const folders = ['wxjava', 'documented-shapes'].map((name) => join(samples!, 'wecom/msgaudit', name))
    const files = (
      await Promise.all(
        folders.map(async (folder) => (await readdir(folder)).map((name) => join(folder, name))),
      )
    ).flat()
    const unknown: string[] = []
    let captured = 0
    const settings = wecomArchive.settings.parse({})
    for await (const record of wecomArchive.capture({ files, settings, registeredUsers: [] })) {
      if ('gap' in record) continue
      captured++
      const result = wecomArchive.decode({ ...record, attachments: [] })
      if (!result.decoded) throw new Error(`${JSON.stringify(record.context)}: ${result.explanation}`)
      const { message } = result
      if (message.kind === 'unknown') unknown.push(String(record.context.file))
      expectTold(message, JSON.parse(Buffer.from(record.bytes).toString()) as Raw)
    }
    expect(captured).toBe(files.length + 1)
    expect(unknown).toEqual(['unknown_type.json'])
  })

  test('the Chinese lines of the search set come through word for word', async () => {
    const set = JSON.parse(await readFile(join(samples!, 'wecom/search/zh_chat_eval.json'), 'utf8')) as {
      messages: { id: number; t: string }[]
    }
    for (const { id, t } of set.messages) {
      const bytes = Buffer.from(
        JSON.stringify({
          msgid: String(id),
          action: 'send',
          from: 'a',
          tolist: ['b'],
          msgtime: 1,
          msgtype: 'text',
          text: { content: t },
        }),
      )
      const result = wecomArchive.decode({
        channel: 'wecom',
        bytes,
        place: { offset: 0 },
        context: {},
        attachments: [],
      })
      expect(result.decoded && result.message.text).toBe(t)
    }
  })
})
