/** What was written on WhatsApp: an export of an iPhone in London and one of an Android phone in New York. */
import { mobileOf } from './firm.ts'
import { makeJpeg, makePng } from './picture.ts'
import { makeOpusNote } from './voice-note.ts'
import { makeZip } from './zip.ts'

export interface ExportFile {
  readonly name: string
  readonly content: Buffer
  /** The capture options an operator would give. */
  readonly settings: { readonly custodian: string; readonly timezone: string }
}

/** The mark that iOS puts before what it writes by itself. */
const mark = '\u200e'

const london = [
  `[16/03/2026, 17:40:02] Lucia Marchetti: ${mark}Messages and calls are end-to-end encrypted. Only people in this chat can read, listen to, or share them.`,
  '[16/03/2026, 17:41:15] Lucia Marchetti: Hello Amelia, is the invoice for the Genoa cargo ready?',
  '[16/03/2026, 17:44:31] Amelia Hart: Almost. Tomas checks the demurrage first, you will have it tomorrow morning.',
  '[17/03/2026, 09:02:11] Amelia Hart: Good morning! Invoice LQ-2041 is 48,250.00 EUR, due 16 April.',
  `${mark}[17/03/2026, 09:05:40] Lucia Marchetti: ${mark}<attached: 00000005-PHOTO-2026-03-17-09-05-40.jpg>`,
  '[17/03/2026, 09:06:03] Lucia Marchetti: This is how the containers came in. Two seals are broken 😟',
  '[17/03/2026, 09:09:27] Amelia Hart: Please keep them as they are.',
  'I send our surveyor at noon:',
  '- Pier 12',
  '- ask for Marco',
  `${mark}[17/03/2026, 09:12:07] Lucia Marchetti: ${mark}<attached: 00000008-AUDIO-2026-03-17-09-12-07.opus>`,
  `[17/03/2026, 09:14:50] Lucia Marchetti: ${mark}This message was deleted.`,
  '[17/03/2026, 09:15:22] Lucia Marchetti: Sorry, that was for somebody else.',
  `${mark}[17/03/2026, 11:58:45] Amelia Hart: ${mark}Missed voice call`,
  '[17/03/2026, 12:31:09] Lucia Marchetti: He is here. Grazie!',
]

const newYork = [
  '3/16/26, 5:58 PM - Messages and calls are end-to-end encrypted. No one outside of this chat, not even WhatsApp, can read or listen to them.',
  '3/16/26, 5:58 PM - Daniel Ferro created group "Berth 7 deal"',
  '3/16/26, 6:01 PM - Daniel Ferro: Welcome all. Everything on the berth 7 lease goes here.',
  '3/16/26, 6:07 PM - +44 7700 900104: Rosa here, for my last hour. The draft lease is with the notary, Owen takes my number tomorrow.',
  '3/16/26, 6:09 PM - Daniel Ferro: Thank you for everything Rosa!',
  '3/17/26, 8:15 AM - +44 7700 900104: Good morning, Owen speaking. The notary wants the plan of the berth.',
  '3/17/26, 8:21 AM - Daniel Ferro: berth-7-plan.png (file attached)',
  'Plan of 2024, nothing was built since',
  '3/17/26, 8:24 AM - +1 212 555 0112: Legal is fine with clause 4, not with clause 9: the exclusivity must end with the lease.',
  '3/17/26, 8:26 AM - Daniel Ferro: Agreed. Owen, can you tell them 40 years instead of 50?',
  '3/17/26, 8:31 AM - +44 7700 900104: Done. They accept 40 years and ask for the deposit by Friday.',
  '3/17/26, 8:33 AM - +1 212 555 0112: Deposit of 250,000 USD approved',
  '3/17/26, 8:40 AM - Daniel Ferro: You deleted this message',
]

/** The day's exports as a phone would share them. */
export function whatsappExports(): readonly ExportFile[] {
  return [
    {
      name: 'WhatsApp Chat - Lucia Marchetti.zip',
      content: makeZip([
        { name: '_chat.txt', content: Buffer.from(`${london.join('\r\n')}\r\n`) },
        { name: '00000005-PHOTO-2026-03-17-09-05-40.jpg', content: containers() },
        { name: '00000008-AUDIO-2026-03-17-09-12-07.opus', content: makeOpusNote(4) },
      ]),
      settings: { custodian: mobileOf('Amelia Hart'), timezone: 'Europe/London' },
    },
    {
      name: 'WhatsApp Chat with Berth 7 deal.zip',
      content: makeZip([
        { name: 'WhatsApp Chat with Berth 7 deal.txt', content: Buffer.from(`${newYork.join('\n')}\n`) },
        { name: 'berth-7-plan.png', content: plan() },
      ]),
      settings: { custodian: mobileOf('Daniel Ferro'), timezone: 'America/New_York' },
    },
  ]
}

/** Stacked containers before a light sky. */
function containers(): Buffer {
  const sky = Array.from({ length: 3 }, () => Array.from({ length: 24 }, () => 225))
  const stack = Array.from({ length: 9 }, (_, y) =>
    Array.from({ length: 24 }, (_unused, x) =>
      x % 6 === 0 || y % 3 === 0 ? 40 : 70 + ((x * 7 + y * 31) % 90),
    ),
  )
  return makeJpeg([...sky, ...stack])
}

/** Water, quay and the berth. */
function plan(): Buffer {
  return makePng(160, 100, (x, y) => {
    if (y > 62) return [200, 196, 180]
    return x > 52 && x < 108 && y > 40 ? [214, 84, 60] : [120, 170, 205]
  })
}
