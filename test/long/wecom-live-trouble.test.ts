/** Every return code of the library, answers that were cut off, files that are wrong. */
import { hash } from 'node:crypto'
import { describe, expect, test } from 'vitest'
import { isAppError } from '../../src/domain/errors.ts'
import { messageId } from '../wecom/company.ts'
import { createJournal } from '../wecom/journal.ts'
import { bytesOf, describeArchive, fileMessage, live, numbersIn, upTo } from '../wecom/scene.ts'

describeArchive('what the library refuses', (scene) => {
  describe('return codes', () => {
    test.each([10001, 10002, 10003])('%i is tried again', async (code) => {
      scene.standIn.handOut(scene.prepared(5))
      scene.standIn.setFaults(`GetChatData 1 ${code}`)
      const journal = createJournal(live)
      await journal.pull(scene.route())
      expect(numbersIn(journal)).toEqual(upTo(5))
      expect(scene.standIn.counters().calls.init).toBe(code === 10002 ? 1 : 2)
      expect(scene.standIn.counters().live.sdks).toBe(1)
    })

    test('an answer that was cut off is asked for again', async () => {
      scene.standIn.handOut(scene.prepared(50))
      scene.standIn.setFaults('GetChatData 1 truncate')
      const journal = createJournal(live)
      await journal.pull(scene.route())
      expect(numbersIn(journal)).toEqual(upTo(50))
    })

    test.each([
      ['10000', 'bad-settings'],
      ['10004', 'vendor-refused'],
      ['10007', 'vendor-refused'],
      ['10009', 'vendor-refused'],
      ['10011', 'vendor-refused'],
      [
        'json:{"errcode":301042,"errmsg":"not allow, from ip: 203.0.113.7, more info at x"}',
        'vendor-refused',
      ],
      ['json:{"errcode":301052,"errmsg":"expired"}', 'vendor-refused'],
      ['json:{"errcode":301053,"errmsg":"not enabled"}', 'vendor-refused'],
    ])('%s is an error at once', async (action, code) => {
      scene.standIn.handOut(scene.prepared(5))
      scene.standIn.setFaults(`GetChatData * ${action}`)
      const error = await createJournal(live)
        .pull(scene.route())
        .catch((cause: unknown) => cause)
      expect(isAppError(error, code as 'bad-settings'), String(error)).toBe(true)
      expect(scene.standIn.counters().calls.chat).toBe(1)
    })

    test.each([10006, 10008])('%i of one message is tried again, and then kept sealed', async (code) => {
      scene.standIn.handOut(scene.prepared(5))
      scene.standIn.setFaults(`DecryptData =${messageId(2)} ${code}`, `DecryptData 4 ${code}`)
      const journal = createJournal(live)
      await journal.pull(scene.route())
      expect(numbersIn(journal)).toEqual([1, 3, 4, 5])
      expect([...journal.open.values()].join()).toMatch(
        new RegExp(`seq 2\\) could not be decrypted: .*${code}`),
      )
    })

    test('a library that is refused, or is none, says what to do', async () => {
      scene.standIn.setFaults('Init * 10001')
      const refused = await createJournal(live).pull(scene.route()).catch(String)
      expect(refused).toMatch(/10001\).*proxy/)
      const none = await createJournal(live)
        .pull(scene.route({ library: '/nonexistent/libWeWorkFinanceSdk_C.so' }))
        .catch(String)
      expect(none).toMatch(/libWeWorkFinanceSdk_C\.so cannot be loaded.*Install/)
    })
  })

  describe('files', () => {
    test('are fetched in chunks; one that is wrong at first comes right', async () => {
      const contents = [bytesOf(1_228_800, 1), bytesOf(524_288, 2), bytesOf(10, 3)]
      for (const [index, content] of contents.entries()) scene.standIn.addMedia(`file-${index + 1}`, content)
      scene.standIn.handOut(
        scene.prepared(3, (number) => ({
          plain: fileMessage(number, contents[number - 1]!, number === 3 ? { md5sum: '' } : {}),
        })),
      )
      scene.standIn.setFaults('GetMediaData 2 garble')
      const journal = createJournal(live)
      await journal.pull(scene.route())
      expect([...journal.attachments.values()].map(([kept]) => kept?.sha256)).toEqual(
        contents.map((content) => hash('sha256', content)),
      )
      expect(scene.standIn.counters().calls.media).toBe(3 + 3 + 1 + 1)
      expect(scene.standIn.counters().live).toEqual({ slices: 0, media: 0, sdks: 1 })
      expect([...journal.open.keys()]).toEqual([])
    })

    test('that stay wrong are kept as they are with a gap; those that are gone are lost, and the rest goes on', async () => {
      const content = bytesOf(600, 1)
      scene.standIn.addMedia('file-1', content)
      scene.standIn.handOut(
        scene.prepared(5, (number) => ({
          plain: fileMessage(number, content, number === 1 ? { md5sum: '0'.repeat(32) } : {}),
        })),
      )
      scene.standIn.setFaults(
        'GetMediaData =file-2 10010',
        'GetMediaData =file-3 301048',
        'GetMediaData =file-4 10006',
      )
      const journal = createJournal(live)
      const given = scene.route()
      await journal.pull(given)
      expect(numbersIn(journal)).toEqual(upTo(5))
      expect(journal.lost).toEqual(['file-2', 'file-3', 'file-4', 'file-5'])
      await journal.pull(given)
      expect([...journal.open.values()].join()).toMatch(/报告 1\.pdf.*another MD5.*captured as it is/)
    })
  })
})
