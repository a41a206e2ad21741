import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { wecomArchive } from './index.ts'

const samples = process.env.HOLDFAST_SAMPLES

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
      if (result.message.kind === 'unknown') unknown.push(String(record.context.file))
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
