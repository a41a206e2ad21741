import { hash } from 'node:crypto'
import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describeSource } from '../source.contract.ts'
import { eml, mbox, samples } from './fixtures.ts'
import { emailDrop } from './index.ts'
import { writeZip } from './test-capture.ts'

describeSource(emailDrop, {
  async makeInput(folder) {
    const drop = join(folder, 'drop')
    await mkdir(drop)
    for (const [index, sample] of samples.entries()) await writeFile(join(drop, `${index}.eml`), sample)
    const listed = samples.map((sample, index) => ({ file: `${index}.eml`, sha256: hash('sha256', sample) }))
    const lost = { file: 'lost.eml', sha256: '0'.repeat(64) }
    await writeFile(join(drop, 'manifest.json'), JSON.stringify([...listed, lost]))
    const box = mbox([
      eml({ fields: { 'Message-ID': '<b1@vendor.example>' }, body: 'From here\nto there' }),
      ...samples,
    ])
    await writeFile(join(folder, 'all.mbox'), box)
    const zipped = eml({ fields: { 'Message-ID': '<z1@vendor.example>' } })
    await writeZip(join(folder, 'day.zip'), { 'a/1.eml': zipped, 'day.mf': 'Count: 1\na/1.eml\n' })
    return {
      files: [drop, join(folder, 'all.mbox'), join(folder, 'day.zip')],
      settings: { archiveAddresses: ['archive@holdfast.example'] },
      contents: [...samples, box, zipped],
    }
  },
})
