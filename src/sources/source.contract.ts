/**
 * What every capture source promises, as a test suite. A source runs it in a few lines:
 *
 *     describeSource(mySource, { makeInput: (folder) => ({ files: [writeSample(folder)], settings: {} }) })
 */

import { hash } from 'node:crypto'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { buffer } from 'node:stream/consumers'
import fc from 'fast-check'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Message, messageEvents, messageKinds } from '../domain/message.ts'
import type {
  CapturedGap,
  CapturedRecord,
  RawRecord,
  RecordAttachment,
  RegisteredUserFacts,
  Source,
} from './source.ts'

export interface SourceInput {
  /** Absolute paths of sample files, with at least one message in them. */
  readonly files: readonly string[]
  /** As an operator gives them; the suite puts them through the source's schema. */
  readonly settings: unknown
  readonly registeredUsers?: readonly RegisteredUserFacts[]
  /** What the places' offsets count in, when not the files themselves (the text inside a zip). */
  readonly contents?: readonly Uint8Array[]
}

export interface SourceContractOptions {
  /** Makes the input in `folder`, an empty folder that is removed afterwards. */
  makeInput(folder: string): SourceInput | Promise<SourceInput>
  /** Mutated records tried (default 300). */
  readonly fuzzRuns?: number
}

const contextBytesMax = 16 * 1024

interface Seen {
  readonly records: readonly CapturedRecord[]
  readonly raw: readonly RawRecord[]
  readonly gaps: readonly CapturedGap[]
}

export function describeSource<Settings>(source: Source<Settings>, options: SourceContractOptions): void {
  describe(`source ${source.name} keeps the promises of a source`, () => {
    let folder = ''
    let input: SourceInput = { files: [], settings: {} }
    let seen: Seen = { records: [], raw: [], gaps: [] }

    beforeAll(async () => {
      folder = await mkdtemp(join(tmpdir(), 'holdfast-source-'))
      input = await options.makeInput(folder)
      seen = await captureAll(source, input)
    })
    afterAll(() => rm(folder, { recursive: true, force: true }))

    testCapture(source, () => ({ input, seen }))
    testDecode(source, () => seen)
    testFuzz(source, () => seen, options.fuzzRuns ?? 300)
  })
}

function testCapture<Settings>(
  source: Source<Settings>,
  given: () => { input: SourceInput; seen: Seen },
): void {
  test('captures something', () => {
    expect(given().seen.records.length).toBeGreaterThan(0)
  })

  test('captures the same records, with the same identities, each time', async () => {
    const { input, seen } = given()
    const again = await captureAll(source, input)
    expect(again.records.map(comparable)).toEqual(seen.records.map(comparable))
    expect(again.gaps).toEqual(seen.gaps)
  })

  test('keeps the exact bytes of each record, at the place it names', async () => {
    const { input, seen } = given()
    const contents = input.contents ?? (await Promise.all(input.files.map((path) => readFile(path))))
    for (const { bytes, place } of seen.records) {
      const found = contents.some((content) => {
        const there = content.subarray(place.offset, place.offset + bytes.byteLength)
        return Buffer.compare(there, bytes) === 0
      })
      expect(found, `bytes at offset ${place.offset}`).toBe(true)
    }
  })

  test('gives no two records of one export the same identity', () => {
    const identities = new Map<unknown, Set<string>>()
    for (const { identity, context } of given().seen.records) {
      if (identity.type !== 'content') continue
      const ofFile = identities.get(context) ?? new Set()
      identities.set(context, ofFile)
      expect(ofFile, 'identities of this file so far').not.toContain(JSON.stringify(identity))
      ofFile.add(JSON.stringify(identity))
    }
  })

  test('keeps the context small and plain', () => {
    for (const context of new Set(given().seen.records.map((record) => record.context))) {
      const json = JSON.stringify(context)
      expect(Buffer.byteLength(json)).toBeLessThanOrEqual(contextBytesMax)
      expect(JSON.parse(json)).toEqual(context)
    }
  })

  test('names only channels it says it has', () => {
    for (const { channel } of given().seen.records) expect(source.channels).toContain(channel)
  })
}

function testDecode<Settings>(source: Source<Settings>, given: () => Seen): void {
  test('says of a call whose sound it has not that its content is not recorded', () => {
    for (const record of given().raw) {
      const result = source.decode(record)
      if (!result.decoded || result.message.kind !== 'call' || result.message.attachments.length > 0) continue
      const { notes = [], missingAttachments = [] } = result.message
      if (missingAttachments.length > 0) continue
      expect(notes.join(' ')).toMatch(/call content not recorded/i)
    }
  })

  test('decodes every record, or says why not', () => {
    for (const record of given().raw) {
      const result = source.decode(record)
      if (result.decoded) expectMessage(result.message, source, record)
      else expect(result.explanation.trim()).not.toBe('')
    }
  })

  test('decodes the same record to the same message, and leaves the record as it was', () => {
    for (const record of given().raw) {
      const before = structuredClone(record)
      const first = source.decode(record)
      expect(source.decode(deepFrozen(structuredClone(record)))).toEqual(first)
      expect(record).toEqual(before)
    }
  })

  test('decodes a record the same whether its context travelled as JSON or not', () => {
    for (const record of given().raw) {
      const context = JSON.parse(JSON.stringify(record.context)) as RawRecord['context']
      expect(source.decode({ ...record, context })).toEqual(source.decode(record))
    }
  })

  test('carries every stored attachment in its message', () => {
    for (const record of given().raw) {
      const result = source.decode(record)
      if (!result.decoded) continue
      const carried = new Set(result.message.attachments.map(({ sha256 }) => sha256))
      for (const { sha256 } of record.attachments) expect(carried).toContain(sha256)
    }
  })
}

function testFuzz<Settings>(source: Source<Settings>, given: () => Seen, numRuns: number): void {
  const check = (bytes: Uint8Array, record: RawRecord) => {
    const damaged = { ...record, bytes }
    const result = source.decode(damaged)
    if (result.decoded) expectMessage(result.message, source, damaged)
    else expect(result.reason).toBe('undecodable')
  }
  const pick = fc.nat()

  test('never throws on bytes it cannot have written', () => {
    const { raw } = given()
    fc.assert(
      fc.property(pick, fc.uint8Array({ maxLength: 400 }), (index, bytes) => {
        check(bytes, raw[index % raw.length]!)
      }),
      { numRuns },
    )
  })

  test('never throws on a record that was damaged', () => {
    const { raw } = given()
    const changes = fc.array(fc.tuple(fc.nat(), fc.nat(255)), { minLength: 1, maxLength: 6 })
    fc.assert(
      fc.property(pick, changes, fc.option(fc.nat()), (index, bytes, cut) => {
        const record = raw[index % raw.length]!
        check(damage(record.bytes, bytes, cut), record)
      }),
      { numRuns },
    )
  })
}

/** What must hold of any message, whatever the source. */
export function expectMessage<Settings>(message: Message, source: Source<Settings>, record: RawRecord): void {
  expect(source.channels).toContain(message.channel)
  expect(message.channel).toBe(record.channel)
  expect(message.route).toBe(source.name)
  expect(messageKinds).toContain(message.kind)
  expect(messageEvents).toContain(message.event)
  expect(message.conversation.id).not.toBe('')
  expect(message.text !== '' || message.attachments.length > 0, 'a text or an attachment').toBe(true)
  expectTime(message)
  expectPeople(message)
  expectDetails(message)
  expect(JSON.parse(JSON.stringify(message))).toEqual(message)
}

function expectTime({ sentAt }: Message): void {
  expect(Number.isSafeInteger(sentAt.utc), `sentAt.utc ${sentAt.utc}`).toBe(true)
  expect(Number.isFinite(new Date(sentAt.utc).getTime())).toBe(true)
  if (sentAt.latest !== undefined) expect(sentAt.latest).toBeGreaterThan(sentAt.utc)
  expect(sentAt.zone).not.toBe('')
  expect(Number.isInteger(sentAt.offsetMinutes)).toBe(true)
}

function expectPeople({ sender, recipients }: Message): void {
  const keys = [...(sender === null ? [] : [sender]), ...recipients].map(
    ({ identity }) => `${identity.type}:${identity.value}`,
  )
  expect(new Set(keys).size, 'sender and recipients are each named once').toBe(keys.length)
  for (const key of keys) expect(key).not.toMatch(/:$/)
}

function expectDetails(message: Message): void {
  if (message.kind === 'call') expect(message.call).toBeDefined()
  if (message.kind === 'location') expect(message.location).toBeDefined()
  if (message.kind === 'poll') expect(message.poll).toBeDefined()
  const names = [...message.attachments, ...(message.missingAttachments ?? [])].map(({ name }) => name)
  for (const name of names) expect(name).not.toMatch(/^$|[/\\]/)
}

/** Captures as the site does: settings through the schema, attachments opened once, in order. */
async function captureAll<Settings>(source: Source<Settings>, input: SourceInput): Promise<Seen> {
  const settings = source.settings.parse(input.settings)
  const { files, registeredUsers = [] } = input
  const records: CapturedRecord[] = []
  const raw: RawRecord[] = []
  const gaps: CapturedGap[] = []
  for await (const captured of source.capture({ files, settings, registeredUsers })) {
    if ('gap' in captured) gaps.push(captured)
    else {
      records.push(captured)
      raw.push(await store(captured))
    }
  }
  return { records, raw, gaps }
}

async function store(record: CapturedRecord): Promise<RawRecord> {
  const attachments: RecordAttachment[] = []
  for (const { name, mediaType, reference, size, open } of record.attachments) {
    const content = await buffer(await open())
    if (size !== undefined) expect(content.byteLength).toBe(size)
    attachments.push({
      name,
      mediaType,
      reference,
      bytes: content.byteLength,
      sha256: hash('sha256', content),
    })
  }
  const { channel, place, context, custodian } = record
  const bytes = Uint8Array.from(record.bytes)
  return { channel, bytes, place, context, attachments, ...(custodian === undefined ? {} : { custodian }) }
}

function comparable({ bytes, attachments, ...rest }: CapturedRecord): unknown {
  return {
    ...rest,
    sha256: hash('sha256', bytes),
    attachments: attachments.map(({ open: _open, ...facts }) => facts),
  }
}

function damage(
  bytes: Uint8Array,
  changes: readonly (readonly [number, number])[],
  cut: number | null,
): Uint8Array {
  const damaged = Uint8Array.from(bytes)
  for (const [at, value] of changes) if (damaged.length > 0) damaged[at % damaged.length] = value
  return cut === null || damaged.length === 0 ? damaged : damaged.subarray(0, cut % damaged.length)
}

/** Byte arrays cannot be frozen; the comparison with a copy watches over them. */
function deepFrozen<Value>(value: Value): Value {
  if (typeof value !== 'object' || value === null || ArrayBuffer.isView(value)) return value
  for (const child of Object.values(value)) deepFrozen(child)
  return Object.freeze(value)
}
