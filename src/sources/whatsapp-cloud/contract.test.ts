import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeSource } from '../source.contract.ts'
import { everyKind } from './fixtures.ts'
import { whatsappCloud } from './index.ts'

describeSource(whatsappCloud, {
  async makeInput(folder) {
    const files = [join(folder, 'bodies.jsonl'), join(folder, 'body.json')]
    await writeFile(files[0]!, [...everyKind.map((body) => JSON.stringify(body)), '', 'cut off {'].join('\n'))
    await writeFile(files[1]!, JSON.stringify(everyKind[1], null, 2))
    const media = join(folder, '9001.jpg')
    await writeFile(media, 'jpeg')
    return { files, settings: { media: folder } }
  },
})
