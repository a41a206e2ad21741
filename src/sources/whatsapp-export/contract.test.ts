import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeSource } from '../source.contract.ts'
import { whatsappExport } from './index.ts'

const android = [
  '13/03/2026, 09:00 - Messages and calls are end-to-end encrypted. Only people in this chat can read them.',
  '13/03/2026, 09:01 - Ada Ferrars: Good morning',
  '13/03/2026, 09:01 - Ada Ferrars: Good morning',
  '13/03/2026, 09:02 - +44 7700 900222: The figures are below:',
  'first line',
  '',
  '13/03/2026, 09:05 - Ada Ferrars: plan.pdf (file attached)',
  '13/03/2026, 09:06 - Ada Ferrars: gone.pdf (file attached)',
  '13/03/2026, 09:07 - +44 7700 900222: <Media omitted>',
  '13/03/2026, 09:08 - Ada Ferrars: This message was deleted',
  '13/03/2026, 09:09 - Ada Ferrars: 明天三点见',
  '',
].join('\n')

const ios = [
  '[2026-03-14, 18:20:05] Ada Ferrars: Are you there?',
  '[2026-03-14, 18:20:41] Ben Okafor: Yes ☎️',
  '\u200e[2026-03-14, 18:21:00] Ben Okafor: \u200e<attached: photo.jpg>',
  '',
].join('\r\n')

describeSource(whatsappExport, {
  async makeInput(folder) {
    const files = [join(folder, 'WhatsApp Chat with Deal team.txt'), join(folder, '_chat.txt')]
    await writeFile(files[0]!, android)
    await writeFile(files[1]!, ios)
    await writeFile(join(folder, 'plan.pdf'), 'plan')
    await writeFile(join(folder, 'photo.jpg'), 'photo')
    const settings = { media: folder, custodian: '+44 7700 900111', timezone: 'Europe/London' }
    const ada = { name: 'Ada Ferrars', mobile: '+447700900111', email: 'ada@example.com' }
    return { files, settings, registeredUsers: [ada] }
  },
})
