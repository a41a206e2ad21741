import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeSource } from '../source.contract.ts'
import { custodian, everyKind, lines, photo } from './fixtures.ts'
import { whatsappLinkedDevice } from './index.ts'

describeSource(whatsappLinkedDevice, {
  async makeInput(folder) {
    const files = [join(folder, 'journal.jsonl')]
    await writeFile(files[0]!, Buffer.concat([lines(everyKind), Buffer.from('\n\n{"event":"cut off')]))
    const media = join(folder, 'media')
    await mkdir(media)
    await writeFile(join(media, 'photo.enc'), photo.file)
    return { files, settings: { custodian, media } }
  },
})
