import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Writable } from 'node:stream'
import { Command } from 'commander'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { Platform } from '../app.ts'
import { type DirectoryWorld, openDirectoryWorld } from '../directory/directory-world.fixture.ts'
import type { Context } from './context.ts'
import { addDirectoryCommands } from './directory.ts'
import { type SyncCommandOptions, status, sync } from './directory-sync.ts'
import { createOutput } from './output.ts'

let world: DirectoryWorld
let platform: Platform
const folder = mkdtempSync(join(tmpdir(), 'holdfast-directory-'))
beforeAll(async () => {
  world = await openDirectoryWorld()
  platform = world.parts as unknown as Platform
})
afterAll(async () => {
  rmSync(folder, { recursive: true, force: true })
  await world?.close()
})

/** What a command writes, to a person or as JSON. */
async function written(json: boolean, work: (context: Context) => Promise<void>) {
  const texts = { out: '', notes: '' }
  const into = (name: 'out' | 'notes') =>
    new Writable({
      write(chunk, _encoding, done) {
        texts[name] += chunk
        done()
      },
    })
  await work({ output: createOutput({ json, out: into('out'), notes: into('notes') }) } as Context)
  return texts
}

const synced = (csv: string, options: SyncCommandOptions = {}, json = false) => {
  const file = join(folder, 'people.csv')
  writeFileSync(file, csv)
  return written(json, (context) => sync(context, platform, { csv: file, ...options }))
}

const people = (count: number, from = 0) =>
  `address,name\n${Array.from({ length: count }, (_, place) => `p${place + from}@firm.example,P ${place + from}\n`).join('')}`

describe('holdfast directory sync', () => {
  it('--dry-run says what would change, changes nothing, and leaves a trace', async () => {
    const { out } = await synced(people(2), { dryRun: true })
    expect(out).toMatch(/added +2\n/)
    expect(out).toMatch(/would be +mailbox/)
    expect(out).toMatch(/added +p0@firm.example/)
    expect(out).toMatch(/Nothing was changed\.$/m)
    expect(await world.mailboxes()).toEqual([])
    expect(
      await world.rows(`select details from audit_event where operation = 'sync-directory'`),
    ).toMatchObject([{ details: { dryRun: true, added: 2 } }])
  })

  it('takes a file over and tells of it field by field', async () => {
    await synced(people(10))
    const { out } = await synced('address,name,department\np0@firm.example,P Zero,Sales\n')
    expect(out).toMatch(/changed +p0@firm.example +name: P 0 → P Zero, department: none → Sales/)
    const json = JSON.parse((await synced(people(11), {}, true)).out)
    expect(json).toMatchObject({ applied: true, counts: { added: 1, changed: 1 } })
  })

  it('stops where many would close, says so in a dry run, and goes on when told to', async () => {
    const few = people(3)
    const dry = await synced(few, { complete: true, dryRun: true })
    expect(dry.notes).toMatch(/--accept-removals/)
    await expect(synced(few, { complete: true })).rejects.toMatchObject({
      code: 'directory-removals-refused',
    })
    expect(
      await world.rows(
        `select outcome, details from audit_event where operation = 'sync-directory' order by id desc limit 1`,
      ),
    ).toMatchObject([{ outcome: 'refused', details: { source: 'csv', code: 'directory-removals-refused' } }])
    const { out } = await synced(few, { complete: true, acceptRemovals: true })
    expect(out).toMatch(/deactivated +8\n/)
  })
})

it('holdfast directory status tells where mailboxes come from', async () => {
  await world.setUp()
  const { out } = await written(false, (context) => status(context, platform))
  expect(out).toMatch(/microsoft graph +Microsoft Graph, worldwide, tenant firm.example, by secret/)
  expect(out).toMatch(/csv +11/)
  const json = JSON.parse((await written(true, (context) => status(context, platform))).out)
  expect(json).toMatchObject({ mailboxes: { active: 3, inactive: 8 }, origins: { csv: 11 } })
})

it('the commands are there, each with a sentence', () => {
  const program = new Command('holdfast')
  addDirectoryCommands(program)
  const [directory] = program.commands
  expect(directory!.commands.map((command) => command.name())).toEqual([
    'sync',
    'status',
    'release',
    'set',
    'remove',
  ])
  expect(directory!.commands.every((command) => command.description() !== '')).toBe(true)
})
