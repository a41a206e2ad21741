import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeSource } from '../source.contract.ts'
import { everyType } from './fixtures.ts'
import { wecomArchive } from './index.ts'

describeSource(wecomArchive, {
  async makeInput(folder) {
    const files = [join(folder, 'list.json'), join(folder, 'lines.jsonl')]
    await writeFile(files[0]!, JSON.stringify(everyType, null, 2))
    const lines = everyType.map((message) =>
      JSON.stringify({ ...message, msgid: `${message.msgid}_external` }),
    )
    await writeFile(
      files[1]!,
      ['\ufeff', ...lines.slice(0, 9), '', '{"msgid":"cut', ...lines.slice(9)].join('\n'),
    )
    await writeFile(join(folder, 'file-image.jpg'), 'jpeg')
    await writeFile(join(folder, 'file-deep'), 'deep')
    const settings = { media: folder, custodian: '+86 139 0000 0000' }
    return { files, settings }
  },
})
