/** The library of WeCom dies, and nothing is lost or doubled. */
import { spawn } from 'node:child_process'
import { hash } from 'node:crypto'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { isAppError } from '../../src/domain/errors.ts'
import { wecomArchive } from '../../src/sources/wecom-archive/index.ts'
import { readChatPage } from '../../src/sources/wecom-archive/live/chat-page.ts'
import { createSdkClient, type SdkCrash } from '../../src/sources/wecom-archive/live/sdk-client.ts'
import type { WecomLiveSecret, WecomLiveSettings } from '../../src/sources/wecom-archive/live/settings.ts'
import { messageId } from '../wecom/company.ts'
import { createJournal } from '../wecom/journal.ts'
import { childOf, isRunning } from '../wecom/processes.ts'
import { bytesOf, describeArchive, fileMessage, live, numbersIn, upTo } from '../wecom/scene.ts'
import type { StandIn } from '../wecom/stand-in.ts'

describeArchive('the library that dies', (scene) => {
  describe('a crash (SIGSEGV)', () => {
    test('in the middle of a pull loses nothing and doubles nothing, and is told', async () => {
      scene.standIn.handOut(scene.prepared(2_500))
      scene.standIn.setFaults(
        'GetChatData 2 crash',
        'DecryptData 700 crash',
        'DecryptData 2000 crash',
        'Init 3 crash',
      )
      const journal = createJournal(live)
      await journal.pull(scene.route())
      expect(numbersIn(journal)).toEqual(upTo(2_500))
      expect(journal.duplicates).toBe(0)
      expect([...journal.open]).toEqual([])
      const told = [...journal.closed.keys()]
      expect(told).toHaveLength(4)
      expect(told.join('\n')).toMatch(/sdk-crashed .*after seq \d+/)
      expect(scene.standIn.counters().live).toEqual({ slices: 0, media: 0, sdks: 1 })
    })

    test('in the middle of a file goes on at the chunk where it was', async () => {
      const content = bytesOf(3 * 524_288 + 77, 5)
      scene.standIn.addMedia('file-1', content)
      scene.standIn.handOut(
        scene.prepared(3, (number) => (number === 1 ? { plain: fileMessage(1, content) } : {})),
      )
      scene.standIn.setFaults('GetMediaData 3 crash')
      const journal = createJournal(live)
      const given = scene.route()
      await journal.pull(given)
      expect([...journal.attachments.values()][0]).toMatchObject([
        { reference: 'file-1', sha256: hash('sha256', content), bytes: content.byteLength },
      ])
      // Four chunks, and the third one twice: nothing was fetched again that was there.
      expect(scene.standIn.counters().calls.media).toBe(5)
      await journal.pull(given)
      expect([...journal.closed.keys()].join()).toMatch(/sdk-crashed .*Range:bytes=1048576/)
      expect([...journal.open.keys()]).toEqual([])
    })

    test('that one message causes each time costs that message alone, which is kept sealed', async () => {
      scene.standIn.handOut(scene.prepared(600))
      scene.standIn.setFaults(`DecryptData =${messageId(333)} crash`)
      const journal = createJournal(live)
      await journal.pull(scene.route())
      expect(numbersIn(journal)).toEqual(upTo(600).filter((number) => number !== 333))
      expect([...journal.open.keys()]).toEqual([`undecryptable ${messageId(333)}/333`])
      const sealed = [...journal.records.values()].find(
        ({ identity }) => identity.type === 'vendor-id' && identity.messageId === `sealed/${messageId(333)}`,
      )!
      expect(JSON.parse(Buffer.from(sealed.bytes).toString())).toMatchObject({ seq: 333, publickey_ver: 2 })
      expect(wecomArchive.decode({ ...sealed, attachments: [] })).toMatchObject({ decoded: false })
      expect(journal.cursor).toMatchObject({ seq: '600' })
    })

    test('or no answer at all: the process is ended and another one is asked', async () => {
      scene.standIn.handOut(scene.prepared(3))
      scene.standIn.setFaults('GetChatData 1 hang')
      const crashes: SdkCrash[] = []
      const { folder, clock, signal, ...given } = scene.route()
      const settings = given.settings as WecomLiveSettings
      const secret = given.secret as WecomLiveSecret
      const client = createSdkClient({
        ...{ folder, clock, signal },
        start: { ...startOf(settings), secret: secret.archiveSecret, privateKeys: secret.privateKeys },
        onCrash: async (crash) => void crashes.push(crash),
      })
      const request = { op: 'chat', after: '0', limit: 10, timeoutSeconds: 1 } as const
      const asked = await client.ask(request, { during: 'it was asked', attempts: 2, deadlineMs: 3_000 })
      expect('answer' in asked && readChatPage(asked.answer.content)).toMatchObject({ rows: [{}, {}, {}] })
      expect(crashes).toMatchObject([{ during: 'it was asked', how: 'did not answer within 3 s' }])
    })

    test('each time it is asked for messages is an error, and what was before stays', async () => {
      scene.standIn.handOut(scene.prepared(1_500))
      scene.standIn.setFaults('GetChatData 2 crash', 'GetChatData 3 crash', 'GetChatData 4 crash')
      const journal = createJournal(live, 1_000)
      const given = scene.route()
      const error = await journal.pull(given).catch((cause: unknown) => cause)
      expect(isAppError(error, 'vendor-unreachable')).toBe(true)
      expect(journal.cursor).toMatchObject({ seq: '1000' })
      await journal.pull(given)
      expect(numbersIn(journal)).toEqual(upTo(1_500))
      expect(journal.duplicates).toBe(0)
      expect([...journal.open.keys()]).toEqual([])
      expect(journal.closed.size).toBe(3)
    })
  })

  describe('a site that is stopped in the middle', () => {
    test.each(['GetChatData 1 hang', 'Init 1 hang'])(
      'takes the process with the library along when it is killed (%s)',
      async (fault) => {
        scene.standIn.setFaults(fault)
        const file = join(import.meta.dirname, '../wecom/hung-pull.ts')
        const site = spawn(process.execPath, [
          file,
          scene.standIn.library,
          scene.standIn.secret,
          scene.route().folder,
        ])
        await expect.poll(() => childOf(site.pid!) !== undefined && hasCalled(scene.standIn)).toBe(true)
        const child = childOf(site.pid!)!
        site.kill('SIGKILL')
        await expect.poll(() => isRunning(child)).toBe(false)
      },
    )

    test('goes on where its journal is', async () => {
      scene.standIn.handOut(scene.prepared(3_000))
      const journal = createJournal(live, 1_000)
      const given = scene.route()
      const stopping = new AbortController()
      const chat = { ...given, signal: stopping.signal }
      const pulling = journal.pull(chat).catch((error: unknown) => error)
      await expect.poll(() => journal.records.size).toBeGreaterThan(0)
      stopping.abort()
      const ended = await pulling
      expect(ended === undefined || isAppError(ended, 'interrupted')).toBe(true)
      await journal.pull(given)
      expect(numbersIn(journal)).toEqual(upTo(3_000))
      expect(journal.duplicates).toBe(0)
    })
  })
})

function startOf({ library, corpId }: { readonly library: string; readonly corpId: string }) {
  return { library, corpId, proxy: '', proxySignIn: '' }
}

function hasCalled(standIn: StandIn): boolean {
  try {
    const { calls } = standIn.counters()
    return calls.init > 0 || calls.chat > 0
  } catch {
    return false
  }
}
