/** Many messages in one pull: none is missing. How fast it was is printed, and gates nothing. */
import { availableParallelism } from 'node:os'
import { describe, expect, test } from 'vitest'
import { readPrivateKey, unwrapRandomKey } from '../../src/sources/wecom-archive/live/private-key.ts'
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
      return perSecond
    }

    /** What all cores could unwrap if they did nothing else: an RSA operation costs the same whoever asks for it. */
    const unwrapsMax = () => {
      const key = readPrivateKey(scene.newer.privateKey)!
      const wrapped = Array.from({ length: 400 }, (_, place) => wrapKey(scene.newer, `key ${place}`))
      const began = performance.now()
      for (const one of wrapped) expect(unwrapRandomKey(key, one)).not.toBeNull()
      return (wrapped.length / (performance.now() - began)) * 1000 * availableParallelism()
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
      const max = unwrapsMax()
      const perSecond = await measure(
        'own keys',
        rows.map((message) => ({ seq: message.seq, json: rowOf(message) })),
      )
      const share = Math.round((100 * perSecond) / max)
      console.log(
        `own keys: ${share} % of the ${Math.round(max)} that ${availableParallelism()} cores unwrap`,
      )
    })
  })
})
