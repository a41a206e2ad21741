/** Many messages in one pull: none is missing. How fast it was is printed, and gates nothing. */
import { describe, expect, test } from 'vitest'
import { createJournal } from '../wecom/journal.ts'
import { describeArchive, live } from '../wecom/scene.ts'
import { rowOf, wrapKey } from '../wecom/stand-in.ts'

describeArchive('a pull of many messages', (scene) => {
  describe('speed', () => {
    const measure = async (name: string, rows: readonly { seq: bigint; json: string }[]) => {
      scene.standIn.handOutRows(rows)
      const journal = createJournal(live)
      const given = scene.route()
      const began = performance.now()
      await journal.pull(given)
      const seconds = (performance.now() - began) / 1000
      expect(journal.records.size).toBe(rows.length)
      const perSecond = Math.round(rows.length / seconds)
      console.log(`${name}: ${rows.length} messages in ${seconds.toFixed(1)} s, ${perSecond} a second`)
    }

    test('50,000 messages whose random key is known: everything but RSA', async () => {
      const wrappedKey = wrapKey(scene.newer, 'one key')
      const rows = scene.prepared(50_000, () => ({ randomKey: 'one key', wrappedKey }))
      await measure(
        'shared key',
        rows.map((message) => ({ seq: message.seq, json: rowOf(message) })),
      )
    })

    test('messages with a key each: one RSA operation for each, on all cores', async () => {
      const rows = scene.prepared(6_000)
      await measure(
        'own keys',
        rows.map((message) => ({ seq: message.seq, json: rowOf(message) })),
      )
    })
  })
})
