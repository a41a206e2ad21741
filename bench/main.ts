/**
 * `npm run bench`: capture, feed to searchable, search, memory, bytes on disk, the portal over HTTP, a large
 * attachment, reading of exports, and the same messages in other programs. `-- --help` says how to choose. Figures go to
 * `bench/results/`; nothing here gates a test.
 */
import { execFile } from 'node:child_process'
import { mkdir, mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { parseArgs, promisify } from 'node:util'
import { describeMachine, loadAverage } from './machine.ts'
import { printResults, writeResults } from './report.ts'
import { type PartName, type Plan, partNames, type Results, type SizeFigures } from './results.ts'
import type { StepInput } from './step.ts'

const run = promisify(execFile)
const gibibyte = 2 ** 30

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    messages: { type: 'string' },
    quick: { type: 'boolean', default: false },
    folder: { type: 'string' },
    help: { type: 'boolean', default: false },
  },
})

if (values.help) {
  console.log(`npm run bench -- [${partNames.join('|')}]… [--messages N[,N]] [--quick] [--folder DIR]
  Without a name all parts run: sizes of 100,000, 300,000 and 1,000,000 messages, about 15 minutes and 8 GB
  of disk on two cores. --quick: 20,000 messages, about two minutes.`)
} else await bench(planOf())

function planOf(): Plan {
  const unknown = positionals.find((name) => !partNames.includes(name as PartName))
  if (unknown !== undefined) throw new Error(`no part "${unknown}": ${partNames.join(', ')}`)
  const sizes = values.messages?.split(',').map(Number)
  return {
    parts: positionals.length > 0 ? (positionals as PartName[]) : partNames,
    sizes: sizes ?? (values.quick ? [20_000] : [100_000, 300_000, 1_000_000]),
    portalMessages: sizes?.at(-1) ?? (values.quick ? 20_000 : 1_000_000),
    deliveryMessages: sizes?.at(-1) ?? (values.quick ? 10_000 : 50_000),
    attachmentBytes: values.quick ? gibibyte / 8 : gibibyte,
    attachmentMessages: values.quick ? 10_000 : 100_000,
    peerMessages: values.quick ? 2_000 : 20_000,
    recordMessages: sizes?.at(-1) ?? (values.quick ? 20_000 : 1_000_000),
    logEntries: values.quick ? 1_000_000 : 10_000_000,
  }
}

async function bench(plan: Plan): Promise<void> {
  const parent = values.folder ?? tmpdir()
  await mkdir(parent, { recursive: true })
  const folder = await mkdtemp(join(parent, 'holdfast-bench-'))
  try {
    const results: Results = {
      command: `npm run bench -- ${process.argv.slice(2).join(' ')}`.trim(),
      machine: describeMachine(folder),
      ...(await measureParts(plan, folder)),
    }
    printResults(results)
    console.log(`Written to ${await writeResults(results)}.`)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

async function measureParts(plan: Plan, folder: string): Promise<Omit<Results, 'command' | 'machine'>> {
  const has = (part: PartName) => plan.parts.includes(part)
  const sizes: SizeFigures[] = []
  if (has('archive')) for (const messages of plan.sizes) sizes.push(await measureSize(messages, folder))
  const portal = has('portal') ? await measurePortal(plan, folder) : undefined
  const delivery = has('delivery') ? await measureDelivery(plan, folder) : undefined
  const attachment = has('attachment') ? await measureAttachment(plan, folder) : undefined
  const hooks = has('hooks') ? await step('hooks', inputOf(folder, 0)) : undefined
  const records = has('records') ? await measureRecords(plan, folder) : undefined
  const parse = has('parse') ? await step('whatsapp-parse', inputOf(folder, 0)) : undefined
  const peers = has('peers') ? await measurePeers(plan, folder) : undefined
  return {
    sizes,
    ...(portal ? { portal } : {}),
    ...(delivery ? { delivery } : {}),
    ...(attachment ? { attachment } : {}),
    ...(hooks ? { hooks: hooks as Results['hooks'] & {} } : {}),
    ...(records ? { records } : {}),
    ...(parse ? { whatsappParse: parse as Results['whatsappParse'] & {} } : {}),
    ...(peers ? { peers: peers as Results['peers'] & {} } : {}),
  }
}

function inputOf(folder: string, messages: number, attachmentBytes = 0): StepInput {
  return { data: join(folder, `archive-${messages}-${attachmentBytes}`), messages, attachmentBytes }
}

async function measureSize(messages: number, folder: string): Promise<SizeFigures> {
  const input = inputOf(folder, messages)
  const capture = await step('capture', input)
  const load = loadAverage()
  const imported = await step('import', input)
  const searches = await step('search', input)
  await rm(input.data, { recursive: true })
  return { messages, loadAverage: load, capture, import: imported, searches } as SizeFigures
}

async function measurePortal({ portalMessages }: Plan, folder: string): Promise<Results['portal'] & {}> {
  const input = inputOf(folder, portalMessages)
  await step('capture', input)
  await step('import', input)
  const figures = await step('portal', input)
  await rm(input.data, { recursive: true })
  return figures as Results['portal'] & {}
}

async function measureDelivery(
  { deliveryMessages }: Plan,
  folder: string,
): Promise<Results['delivery'] & {}> {
  const input = inputOf(folder, deliveryMessages)
  await step('capture', input)
  await step('import', input)
  const figures = await step('delivery', input)
  await rm(input.data, { recursive: true })
  return figures as Results['delivery'] & {}
}

/** The same messages imported twice in one run, so that the two rates can be compared; then what only records do. */
async function measureRecords(plan: Plan, folder: string): Promise<Results['records'] & {}> {
  const plain = inputOf(join(folder, 'plain'), plan.recordMessages)
  const recorded = inputOf(join(folder, 'recorded'), plan.recordMessages)
  for (const { data } of [plain, recorded]) await mkdir(dirname(data), { recursive: true })
  await step('capture', plain)
  const plainFigures = await step('import', plain)
  // Nobody holds anything here.
  const disposition = await step('disposition', plain)
  await rm(plain.data, { recursive: true })
  await step('capture', recorded)
  const recordedFigures = await step('import-recorded', recorded)
  const rest = await step('records', recorded)
  await rm(recorded.data, { recursive: true })
  const templates = await step('templates', inputOf(folder, 40_000))
  const longProof = await step('long-proof', inputOf(folder, plan.logEntries))
  return {
    plain: plainFigures,
    recorded: recordedFigures,
    disposition,
    templates,
    longProof,
    ...(rest as object),
  } as Results['records'] & {}
}

/** The same feed without and with the large attachment: the difference is what it costs in memory. */
async function measureAttachment(plan: Plan, folder: string): Promise<Results['attachment'] & {}> {
  const peaks: number[] = []
  for (const bytes of [0, plan.attachmentBytes]) {
    const input = inputOf(folder, plan.attachmentMessages, bytes)
    await step('capture', input)
    const { peakResidentMegabytes } = (await step('import', input)) as SizeFigures['import']
    peaks.push(peakResidentMegabytes ?? Number.NaN)
    await rm(input.data, { recursive: true })
  }
  const [without, withIt] = peaks as [number, number]
  return {
    bytes: plan.attachmentBytes,
    messages: plan.attachmentMessages,
    peakResidentMegabytes: withIt,
    peakResidentMegabytesWithout: without,
  }
}

async function measurePeers(plan: Plan, folder: string): Promise<unknown> {
  const input = inputOf(folder, plan.peerMessages)
  await step('capture', input)
  await step('import', input)
  return step('peers', input)
}

/** Runs a step in a process of its own, so that its peak memory is its own. */
async function step(name: string, input: StepInput): Promise<unknown> {
  const started = performance.now()
  const file = join(import.meta.dirname, 'step.ts')
  // As `bin/holdfast.js` starts the product.
  const { stdout } = await run(
    process.execPath,
    ['--max-semi-space-size=8', file, name, JSON.stringify(input)],
    { maxBuffer: 2 ** 26, env: { MALLOC_ARENA_MAX: '2', ...process.env } },
  )
  const seconds = Math.round((performance.now() - started) / 1000)
  console.error(`${name} ${input.messages || ''} done in ${seconds} s`)
  return JSON.parse(stdout.trim().split('\n').at(-1)!)
}
