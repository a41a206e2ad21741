import { describe, expect, it } from 'vitest'
import { directoryHealth } from './health.ts'
import type { DirectoryStatus, SourceStatus } from './status.ts'

const now = Date.parse('2026-03-20T12:00:00Z')
const hoursAgo = (hours: number) => new Date(now - hours * 60 * 60_000).toISOString()

function health(graph: Partial<SourceStatus>, settings: DirectoryStatus['graph'] = graphSettings) {
  const source = { lastRunAt: null, lastSuccessAt: null, counts: null, problem: null, ...graph }
  return directoryHealth({ ...nobody, graph: settings, sources: [{ source: 'graph', ...source }] }, now)
}

const graphSettings: DirectoryStatus['graph'] = {
  settings: {
    ...{ cloud: 'worldwide', tenantId: 'firm.example', credential: 'managed-identity' },
    clientId: '11111111-2222-4333-8444-555555555555',
  },
  ...{ hasSecret: false, version: 1 },
}

const nobody: DirectoryStatus = {
  ...{ graph: null, sources: [], problems: [], problemCount: 0 },
  mailboxes: { active: 0, inactive: 0 },
  origins: { manual: 0, csv: 0, graph: 0, scim: 0 },
}

describe('the health of the directory', () => {
  it('is good where Microsoft Graph was synced within two days', () => {
    expect(health({ lastSuccessAt: hoursAgo(47) })).toEqual({
      ...{ ok: true, remedy: '' },
      message: `The mailboxes were last synced from Microsoft Graph at ${hoursAgo(47)}.`,
    })
  })

  it('is bad where the last sync failed, with what it said, however young the last success', () => {
    const problem = {
      code: 'directory-removals-refused',
      message: 'This would deactivate 6 of 10 active mailboxes.',
      since: hoursAgo(30),
    }
    const told = health({ lastSuccessAt: hoursAgo(31), problem })
    expect(told?.ok).toBe(false)
    expect(told?.message).toContain(problem.message)
    expect(told?.message).toContain(hoursAgo(30))
    expect(told?.remedy).toMatch(/holdfast directory sync/)
  })

  it('is bad where no sync succeeded for two days, or ever', () => {
    expect(health({ lastSuccessAt: hoursAgo(49) })).toMatchObject({
      ...{ ok: false, message: expect.stringMatching(/more than two days ago/) },
      remedy: expect.stringMatching(/worker/),
    })
    expect(health({})).toMatchObject({ ok: false, message: expect.stringMatching(/not asked yet/) })
  })

  it('is nobody’s business where Microsoft Graph is not set up', () => {
    expect(health({ lastSuccessAt: hoursAgo(500) }, null)).toBeNull()
    expect(directoryHealth(nobody, now)).toBeNull()
  })
})
