import { afterAll, beforeAll, expect, it } from 'vitest'
import { importMailboxes } from '../archive/index.ts'
import { parseMailboxes } from '../domain/mailboxes.ts'
import { type DirectoryWorld, openDirectoryWorld } from './directory-world.fixture.ts'
import { syncFromCsv, syncFromGraph, syncReport } from './index.ts'
import { countsOf } from './plan.ts'

let world: DirectoryWorld
beforeAll(async () => {
  world = await openDirectoryWorld()
})
afterAll(() => world?.close())

const sync = async (csv: string, options: { dryRun?: boolean; complete?: boolean } = {}) =>
  syncFromCsv(world.parts, parseMailboxes(csv), {
    dryRun: false,
    acceptRemovals: false,
    complete: false,
    ...options,
  })

const file = 'address,name,department,active\nada@firm.example,Ada,Sales,yes\nben@firm.example,Ben,,no\n'

it('a dry run of a file tells what it would do to mailboxes that were imported before, and does nothing', async () => {
  await importMailboxes(
    { queries: world.parts.queries, clock: world.parts.clock },
    parseMailboxes('address,name\nada@firm.example,Ada\nben@firm.example,Ben\n'),
  )
  const report = syncReport(await sync(file, { dryRun: true }), 10)
  expect(report).toMatchObject({ applied: false, counts: { changed: 1, deactivated: 1 } })
  expect(report.changes.map(({ kind, address }) => `${kind} ${address}`)).toEqual([
    'deactivated ben@firm.example',
    'changed ada@firm.example',
  ])
  expect(report.changes[1]!.fields).toContainEqual({ field: 'department', before: null, after: 'Sales' })
  expect(await world.mailboxes()).toEqual(['ada', 'ben'])
  expect(await world.rows('select * from directory_user')).toEqual([])
})

it('a file changes whom it names; who is missing leaves only where the file names everybody', async () => {
  expect(countsOf((await sync(file)).plan)).toMatchObject({ changed: 1, deactivated: 1 })
  const shorter = 'address,name,department\nada@firm.example,Ada,Sales\ncai@firm.example,Cai,\n'
  expect(countsOf((await sync(shorter)).plan)).toMatchObject({ added: 1, deactivated: 0 })
  const last = 'address,name,department\nada@firm.example,Ada,Sales\n'
  expect(countsOf((await sync(last, { complete: true })).plan)).toMatchObject({
    deactivated: 1,
    unchanged: 2,
  })
  expect(await world.mailboxes()).toEqual(['ada', 'ben (closed)', 'cai (closed)'])
})

it('what a file brought goes over to Microsoft Graph when that knows the people', async () => {
  await world.setUp()
  world.tenant.put('ada')
  const { plan } = await syncFromGraph(world.parts, { dryRun: false, acceptRemovals: false })
  expect(plan.changes).toMatchObject([{ kind: 'changed', adopted: true }])
  expect(
    await world.rows(`select source from directory_user where mailbox_id is not null order by source`),
  ).toEqual([{ source: 'csv' }, { source: 'csv' }, { source: 'graph' }])
  const again = await sync(file)
  expect(again.plan.conflicts[0]!.explanation).toMatch(/comes from Microsoft Graph/)
})
