/** Captured twice, run twice, reprocessed twice: nothing doubled; a changed export is aligned. */
import { describe, expect, it } from 'vitest'
import { type Firm, withFirm } from './firm.ts'

const custodian = '+447700900001'
const london = { custodian, timezone: 'Europe/London', dateOrder: 'dmy' }
const file = 'WhatsApp Chat with Deal team.txt'

const morning = [
  '02/03/2026, 09:00 - Messages and calls are end-to-end encrypted.',
  '02/03/2026, 09:01 - Ada Trader: morning all',
  '02/03/2026, 09:01 - Ada Trader: morning all',
  '02/03/2026, 09:02 - Ben Broker: shall we move the call',
  '02/03/2026, 09:02 - Cy Client: yes',
  '02/03/2026, 09:03 - Ben Broker: fifteen lots then',
]
const later = ['13/03/2026, 17:00 - Cy Client: settled, thanks', '13/03/2026, 17:01 - Ada Trader: great']

async function prepared(firm: Firm): Promise<void> {
  await firm.addUsers(`name,mobile,email\nAda Trader,${custodian},ada@firm.example\n`)
  await firm.addMailboxes('address,name\nada@firm.example,Ada Trader\n')
  await firm.connect('whatsapp')
}

async function captureLines(firm: Firm, lines: readonly string[]) {
  return firm.capture('whatsapp-export', [await firm.file(file, `${lines.join('\n')}\n`)], london)
}

describe('a chat that is captured, run and reprocessed again and again', () => {
  it('is in the archive once', async () => {
    await withFirm(async (firm) => {
      await prepared(firm)
      expect(await captureLines(firm, morning)).toMatchObject({ captured: 6, duplicates: 0 })
      expect(await firm.run('whatsapp')).toMatchObject({ imported: 6, items: 6, duplicates: 0 })
      const before = await firm.counts()
      for (let time = 0; time < 2; time++) {
        expect(await captureLines(firm, morning)).toMatchObject({ captured: 0, duplicates: 6 })
        expect(await firm.run('whatsapp')).toMatchObject({ transferred: 0, imported: 0, items: 0 })
        expect(await firm.reprocess('whatsapp')).toMatchObject({ imported: 0, items: 0 })
        const window = await firm.runWindow('whatsapp', {})
        expect(window).toMatchObject({ transferred: 6, imported: 0, items: 0, duplicates: 6 })
      }
      expect(await firm.counts()).toEqual(before)
    })
  })

  it('keeps identical lines of one minute apart', async () => {
    await withFirm(async (firm) => {
      await prepared(firm)
      await captureLines(firm, morning)
      await firm.run('whatsapp')
      expect(await firm.search('"morning all"')).toHaveLength(2)
    })
  })

  it('takes only what a longer export adds', async () => {
    await withFirm(async (firm) => {
      await prepared(firm)
      await captureLines(firm, morning)
      await firm.run('whatsapp')
      expect(await captureLines(firm, [...morning, ...later])).toMatchObject({ captured: 2, duplicates: 6 })
      expect(await firm.run('whatsapp')).toMatchObject({ transferred: 2, imported: 2, items: 2 })
      expect(await firm.search()).toHaveLength(8)
    })
  })

  it('is aligned, not doubled, when a contact was renamed or a message deleted since', async () => {
    await withFirm(async (firm) => {
      await prepared(firm)
      await captureLines(firm, morning)
      await firm.run('whatsapp')
      const renamed = [...morning, ...later].map((line) => line.replace('Ben Broker', 'Benjamin (Broker)'))
      expect(await captureLines(firm, renamed)).toMatchObject({ captured: 2, duplicates: 6 })
      const deleted = renamed.map((line) =>
        line.replace('Cy Client: yes', 'Cy Client: This message was deleted'),
      )
      expect(await captureLines(firm, deleted)).toMatchObject({ captured: 1, duplicates: 7 })
      for (let time = 0; time < 2; time++) {
        expect(await captureLines(firm, renamed)).toMatchObject({ captured: 0, duplicates: 8 })
        expect(await captureLines(firm, deleted)).toMatchObject({ captured: 0, duplicates: 8 })
      }
      await firm.run('whatsapp')
      const items = await firm.search()
      expect(items).toHaveLength(9)
      // What was said stays, and the marker of its deletion stands beside it.
      expect(items.filter(({ event }) => event === 'deleted')).toHaveLength(1)
      expect(await firm.search('yes')).toHaveLength(1)
    })
  })

  it('is not doubled where lines were deleted for oneself and are missing from the next export', async () => {
    await withFirm(async (firm) => {
      await prepared(firm)
      await captureLines(firm, [...morning, ...later])
      const shorter = [...morning, ...later].filter((line) => !line.includes('shall we'))
      expect(await captureLines(firm, shorter)).toMatchObject({ captured: 0, duplicates: 7 })
      await firm.run('whatsapp')
      expect(await firm.search()).toHaveLength(8)
    })
  })
})
