import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { describe } from 'vitest'
import { describeSource } from '../source.contract.ts'
import { sampleNames, sampleOf } from './fixtures.ts'
import { wechatExport } from './index.ts'
import { ada, custodian } from './test-capture.ts'

describe.each(sampleNames)('%s', (name) => {
  describeSource(wechatExport, {
    fuzzRuns: 100,
    async makeInput(folder) {
      const file = join(folder, name)
      // Twice the same messages: equal ones without an id must stay two.
      const sample = sampleOf(name)
      const isLines = /\.(jsonl|txt)$/.test(name)
      await writeFile(
        file,
        isLines ? sample + sample.replace(/^(?:#.*|.*"_type":"(?:header|member)".*)\n/gm, '') : sample,
      )
      await mkdir(join(folder, 'images'))
      await writeFile(join(folder, 'images', 'one.jpg'), 'jpeg')
      await writeFile(join(folder, '合同.pdf'), 'pdf')
      return { files: [file], settings: { custodian }, registeredUsers: [ada] }
    },
  })
})
