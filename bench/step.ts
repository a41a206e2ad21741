/**
 * One step of the bench in a process of its own, so that its peak memory is its own: `step.ts NAME JSON`. Its
 * figures are the last line of standard output, as JSON.
 */
import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { writeCorpus } from './corpus.ts'
import { measureDelivery } from './delivery.ts'
import { captureCorpus, type Firm, foundFirm, openFirm } from './firm.ts'
import { measureHooks } from './hooks.ts'
import { measureImport, storedBytes } from './import.ts'
import { makeLargeFile } from './large-file.ts'
import { peakResidentMegabytes } from './machine.ts'
import { measurePeers } from './peers.ts'
import { measurePortal } from './portal.ts'
import {
  enterMeanwhile,
  measureDisposition,
  measureLongProof,
  measureRecords,
  measureTemplates,
  recordsOn,
} from './records.ts'
import { measureSearches } from './search.ts'
import { benchWhatsappParse } from './whatsapp-parse.ts'

export interface StepInput {
  /** The archive's data folder. */
  readonly data: string
  readonly messages: number
  /** Of the one large attachment; 0 for none. */
  readonly attachmentBytes: number
}

const steps: Record<string, (input: StepInput) => Promise<unknown>> = {
  capture: async ({ data, messages, attachmentBytes }) => {
    const [file, media] = [`${data}.jsonl`, `${data}.media`]
    await writeCorpus(file, messages, {
      large: attachmentBytes ? await makeLargeFile(media, attachmentBytes) : undefined,
    })
    const figures = await withFirm(data, async (firm) => {
      await writeFile(join(data, 'bench-login.json'), JSON.stringify(await foundFirm(firm)))
      const start = performance.now()
      const captured = await captureCorpus(firm, file, attachmentBytes ? media : undefined)
      if (captured !== messages) throw new Error(`captured ${captured} of ${messages} messages`)
      const messagesPerSecond = Math.round((captured * 1000) / (performance.now() - start))
      return { messagesPerSecond, peakResidentMegabytes: peakResidentMegabytes() }
    })
    await Promise.all([file, media].map((path) => rm(path, { recursive: true, force: true })))
    return figures
  },
  import: ({ data, messages }) =>
    withFirm(data, async (firm) => {
      const login = JSON.parse(await readFile(join(data, 'bench-login.json'), 'utf8'))
      const figures = await measureImport(firm, data, login)
      if (figures.messages !== messages) throw new Error(`imported ${figures.messages} of ${messages}`)
      return { ...figures, bytesPerMessage: await storedBytes(firm, data, messages) }
    }),
  'import-recorded': ({ data }) =>
    withFirm(data, async (firm) => {
      const login = JSON.parse(await readFile(join(data, 'bench-login.json'), 'utf8'))
      await recordsOn(firm)
      const entering = enterMeanwhile(firm)
      const figures = await measureImport(firm, data, login)
      await entering.stop()
      return figures
    }),
  records: ({ data, messages }) => withFirm(data, (firm) => measureRecords(firm, messages)),
  disposition: ({ data, messages }) => withFirm(data, (firm) => measureDisposition(firm, messages)),
  templates: async ({ messages }) => measureTemplates(messages),
  'long-proof': ({ messages }) => measureLongProof(messages),
  search: ({ data, messages }) => withFirm(data, (firm) => measureSearches(firm, messages)),
  hooks: ({ data }) => measureHooks(data),
  delivery: ({ data }) => withFirm(data, measureDelivery),
  portal: ({ data, messages }) => measurePortal(data, messages),
  peers: ({ data }) => withFirm(data, measurePeers),
  'whatsapp-parse': () => benchWhatsappParse(),
}

async function withFirm<Result>(data: string, work: (firm: Firm) => Promise<Result>): Promise<Result> {
  const firm = await openFirm(data)
  try {
    return await work(firm)
  } finally {
    await firm.platform.close()
  }
}

const [name = '', input = '{}'] = process.argv.slice(2)
const step = steps[name]
if (!step) throw new Error(`no such step: ${name}`)
console.log(JSON.stringify(await step(JSON.parse(input))))
