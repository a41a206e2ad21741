/** A day's attestation: true when it is made, and telling on whoever changes it. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { canonicalJson } from '../domain/canonical-json.ts'
import { attestDay, dueDays, listAttestations, readAttestation } from './attestations.ts'
import { ada, type CoverageWorld, openCoverageWorld } from './coverage-world.fixture.ts'
import { acceptGap, listGaps } from './gaps.ts'
import { beginHeartbeat, findHeartbeats } from './heartbeats.ts'
import { keepCoverage } from './keep-coverage.ts'
import { refreshCoverage } from './refresh.ts'
import { documentHash, statementKey, verifyStatement } from './signed.ts'

let world: CoverageWorld
let document: string
let publicKey: string

beforeAll(async () => {
  world = await openCoverageWorld()
  const { firm } = world
  await world.capture('Lunch at the harbour?', 'Two tons then')
  await world.tell(
    {
      gap: {
        reason: 'sequence-jump',
        key: '4',
        explanation: 'Messages 4 to 6 were never given.',
        custodian: ada,
      },
    },
    { gap: { reason: 'media-omitted', key: 'b', explanation: 'A picture was left out.' } },
  )
  await firm.run('whatsapp')
  firm.setClock('2026-03-21T07:00:00Z')
  const account = await world.account()
  await refreshCoverage(firm.centre, account)
  const { gaps } = await listGaps(firm.centre, account.id, { reason: 'media-omitted' }, { limit: 1 })
  await acceptGap(firm.centre, gaps[0]!.id, { by: 'dora', reason: 'Agreed.' })
  publicKey = (await statementKey(firm.centre)).publicKey
  document = await attestDay(firm.centre, await world.account(), '2026-03-20', 'dora')
})
afterAll(() => world?.close())

/** Every number of a value, with the value as it would be with that number changed. */
function* flipped(value: unknown, path = ''): Generator<{ path: string; changed: unknown }> {
  if (typeof value === 'number') yield { path, changed: value + 1 }
  if (typeof value !== 'object' || value === null) return
  for (const [name, one] of Object.entries(value))
    for (const { path: inner, changed } of flipped(one, `${path}/${name}`)) {
      const copy = Array.isArray(value) ? [...value] : { ...value }
      ;(copy as Record<string, unknown>)[name] = changed
      yield { path: inner, changed: copy }
    }
}

describe('the attestation', () => {
  it('says what was counted and what is missing, and nothing that was said', () => {
    expect(verifyStatement(document, publicKey)).toMatchObject({
      ...{ form: 'holdfast-coverage-attestation/1', account: 'Firm', day: '2026-03-20', timeZone: 'UTC' },
      ...{ state: 'gaps', siteToldAt: '2026-03-21T07:00:00.000Z', previousSha256: null },
      counts: { expected: 4, captured: 2, transferred: 2, imported: 2, indexed: 2, notImported: 0 },
      gaps: {
        ...{ open: 1, accepted: 1, closed: 0 },
        listed: [
          { id: 1, reason: 'sequence-jump', ageDays: 0 },
          { id: 2, reason: 'media-omitted', ageDays: 0, acceptedBy: 'dora' },
        ],
      },
      people: { active: 0, new: 1, never: 1, silent: 0 },
    })
    expect(document).not.toMatch(/harbour|tons|never given|picture/)
  })

  it('verifies whatever its line breaks and the order of its names', () => {
    const { statement, ...rest } = JSON.parse(document)
    const reversed = Object.fromEntries(Object.entries(statement).toReversed())
    const pretty = JSON.stringify({ statement: reversed, ...rest }, null, 2)
    expect(canonicalJson(verifyStatement(pretty, publicKey))).toBe(canonicalJson(statement))
  })

  it('fails when any of its numbers is changed', () => {
    const signed = JSON.parse(document)
    const changes = [...flipped(signed.statement)]
    expect(changes.map(({ path }) => path)).toEqual(
      expect.arrayContaining(['/counts/captured', '/gaps/open', '/gaps/listed/0/ageDays', '/people/never']),
    )
    expect(changes.length).toBeGreaterThan(18)
    for (const { path, changed } of changes) {
      const forged = JSON.stringify({ ...signed, statement: changed })
      expect(() => verifyStatement(forged, publicKey), path).toThrow(/changed after it was signed/)
    }
  })

  it('fails when a name is added, a gap is taken out, or another centre signed', async () => {
    const signed = JSON.parse(document)
    const without = { ...signed.statement, gaps: { ...signed.statement.gaps, listed: [] } }
    for (const statement of [{ ...signed.statement, note: 'fine' }, without])
      expect(() => verifyStatement(JSON.stringify({ ...signed, statement }), publicKey)).toThrow(/changed/)
    const other = (await statementKey({ vault: world.firm.site.vault })).publicKey
    expect(() => verifyStatement(document, other)).toThrow(/another key/)
    expect(() => verifyStatement(JSON.stringify({ ...signed, publicKey: other }), other)).toThrow(/changed/)
    expect(() => verifyStatement('{}', publicKey)).toThrow(/no signed statement/)
    expect(() => verifyStatement(document, 'ed25519:AAAA')).toThrow(/no public key/)
  })

  it('is made once a day: what is there stays as it was signed, and the next day names it', async () => {
    const { firm } = world
    await world.tell({ gap: { reason: 'media-lost', key: 'm', explanation: 'Gone.' } })
    await refreshCoverage(firm.centre, await world.account())
    expect(await attestDay(firm.centre, await world.account(), '2026-03-20')).toBe(document)
    await expect(attestDay(firm.centre, await world.account(), '2026-03-21')).rejects.toMatchObject({
      code: 'bad-request',
    })
    firm.setClock('2026-03-22T07:00:00Z')
    await expect(attestDay(firm.centre, await world.account(), '2026-03-21')).rejects.toThrow(
      /has not told its coverage since 2026-03-21 ended/,
    )
    await refreshCoverage(firm.centre, await world.account())
    const next = await attestDay(firm.centre, await world.account(), '2026-03-21')
    expect(verifyStatement(next, publicKey)).toMatchObject({ previousSha256: documentHash(document) })
    const listed = await listAttestations(firm.centre, (await world.account()).id)
    expect(listed.map(({ day }) => day)).toEqual(['2026-03-21', '2026-03-20'])
    expect(await readAttestation(firm.centre, Number(listed[1]!.id))).toEqual({ day: '2026-03-20', document })
    expect(
      await world.rows(`select target, actor from audit_event where operation = 'attest-coverage'`),
    ).toEqual([
      { target: 'Firm', actor: 'dora' },
      { target: 'Firm', actor: 'local-operator' },
    ])
    await expect(firm.pool.query('update attestation set document = document')).rejects.toThrow(
      /permission denied/,
    )
  })

  it('is due at six in the morning, for each day that nobody attested; a site that is away is waited for', async () => {
    const { firm } = world
    const due = async () => dueDays(firm.centre, await world.account())
    firm.setClock('2026-03-23T05:59:00Z')
    await refreshCoverage(firm.centre, await world.account())
    expect(await due()).toEqual([])
    firm.setClock('2026-03-23T06:00:00Z')
    expect(await due()).toEqual(['2026-03-22'])
    firm.setClock('2026-03-25T06:00:00Z')
    expect(await due()).toEqual(['2026-03-22'])
    firm.setClock('2026-03-26T06:00:00Z')
    expect(await due()).toEqual(['2026-03-22', '2026-03-23'])
  })
})

it('a heartbeat is timed from its capture to its being found, in the attestation of its day', async () => {
  const { firm } = world
  firm.setClock('2026-03-27T09:00:00Z')
  const nonce = await beginHeartbeat(firm.centre, await world.account(), 'phone in London')
  expect(await findHeartbeats(firm.centre, world.findWord)).toBe(0)
  await world.capture(nonce)
  firm.setClock('2026-03-27T09:00:42Z')
  await firm.run('whatsapp')
  expect(await findHeartbeats(firm.centre, world.findWord)).toBe(1)
  firm.setClock('2026-03-28T06:30:00Z')
  const failures: unknown[] = []
  const kept = await keepCoverage(firm.centre, {
    findWord: world.findWord,
    signal: new AbortController().signal,
    onFailure: (_account, error) => failures.push(error),
  })
  expect([kept.attested, failures]).toEqual([6, []])
  const [{ document: text }] = (await world.rows(
    `select document from attestation where day = '2026-03-27'`,
  )) as [{ document: string }]
  expect(verifyStatement(text, publicKey)).toMatchObject({
    counts: { captured: 1, indexed: 1 },
    heartbeats: [{ route: 'phone in London', captureToSearchSeconds: 42 }],
  })
  expect(text).not.toContain(nonce)
})
