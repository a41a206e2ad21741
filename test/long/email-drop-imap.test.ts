import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { ImapFlow } from 'imapflow'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Json } from '../../src/domain/record.ts'
import { systemClock } from '../../src/platform/clock.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { eml } from '../../src/sources/email-drop/fixtures.ts'
import { emailDrop } from '../../src/sources/email-drop/index.ts'
import { emailDropRouteSettings } from '../../src/sources/email-drop/live/route-settings.ts'
import type { Pulled } from '../../src/sources/live-source.ts'
import type { CapturedRecord } from '../../src/sources/source.ts'
import { type Dovecot, dovecotMissing, startDovecot } from '../dovecot.ts'

const ada = { user: 'ada@firm.example', password: 'ada-secret' }
const certificate = readFileSync(join(import.meta.dirname, '../certificates/server.crt'), 'utf8')
const numbered = (index: number, body = `Number ${index}`) =>
  eml({ fields: { 'Message-ID': `<n${index}@vendor.example>` }, body })
const live = emailDrop.live!

describe.skipIf(dovecotMissing !== null)(`a mailbox (${dovecotMissing ?? 'Dovecot'})`, () => {
  let dovecot: Dovecot
  beforeAll(async () => {
    dovecot = await startDovecot({ users: [ada], certificate: 'server' })
  })
  afterAll(() => dovecot?.stop())

  function givenOf(settings: object, secret: object = { password: ada.password }) {
    return {
      settings: emailDropRouteSettings.parse({
        ...{
          way: 'imap',
          host: '127.0.0.1',
          port: dovecot.tlsPort,
          tls: 'tls',
          ca: certificate,
          user: ada.user,
        },
        ...settings,
      }),
      secret,
      ...{ registeredUsers: [], clock: systemClock, random: systemRandom, folder: '' },
      signal: AbortSignal.timeout(60_000),
    }
  }
  const pull = async (settings: object, cursor: Json | null) => {
    const found: Pulled[] = await Array.fromAsync(live.pull!({ ...givenOf(settings), cursor }))
    return {
      records: found.filter((one): one is CapturedRecord => 'identity' in one),
      gaps: found.flatMap((one) => ('gap' in one ? [one.gap] : [])),
      cursor: found.reduce<Json | null>((last, one) => ('cursor' in one ? one.cursor : last), cursor),
    }
  }
  const idsOf = (records: readonly CapturedRecord[]) =>
    records.map(({ identity }) => (identity.type === 'vendor-id' ? identity.messageId : ''))

  /** As somebody does it who signs in with a mail program, not with our code. */
  async function asPerson<Result>(work: (client: ImapFlow) => Promise<Result>): Promise<Result> {
    const client = new ImapFlow({
      ...{ host: dovecot.host, port: dovecot.port, secure: false, doSTARTTLS: false, logger: false },
      auth: { user: ada.user, pass: ada.password },
    })
    await client.connect()
    try {
      return await work(client)
    } finally {
      await client.logout()
    }
  }
  const lay = (mailbox: string, ...emails: Buffer[]) =>
    asPerson(async (client) => {
      await client.mailboxCreate(mailbox)
      for (const email of emails) await client.append(mailbox, email)
    })
  const countIn = (mailbox: string) =>
    asPerson(async (client) => (await client.mailboxOpen(mailbox, { readOnly: true })).exists)

  test('gives each e-mail once, byte for byte, and leaves it unread where it is', async () => {
    await lay('Drop', numbered(1), numbered(2))
    const first = await pull({ mailbox: 'Drop' }, null)
    expect(idsOf(first.records)).toEqual(['n1@vendor.example', 'n2@vendor.example'])
    expect(Buffer.from(first.records[0]!.bytes).toString()).toBe(numbered(1).toString())
    expect(first.records[0]!.context).toMatchObject({ mailbox: 'Drop', uid: 1 })
    expect((await pull({ mailbox: 'Drop' }, first.cursor)).records).toEqual([])
    await lay('Drop', numbered(3))
    expect(idsOf((await pull({ mailbox: 'Drop' }, first.cursor)).records)).toEqual(['n3@vendor.example'])
    const seen = await asPerson(async (client) => {
      await client.mailboxOpen('Drop', { readOnly: true })
      return client.search({ seen: true }, { uid: true })
    })
    expect(seen).toEqual([])
  })

  test('is read anew where its UIDs begin anew, and what is known keeps its identity', async () => {
    await lay('Anew', numbered(1))
    const first = await pull({ mailbox: 'Anew' }, null)
    const other = { ...(first.cursor as object), uidValidity: '1', lastUid: 500 }
    const again = await pull({ mailbox: 'Anew' }, other)
    expect(again.records.map(({ identity }) => identity)).toEqual(
      first.records.map(({ identity }) => identity),
    )
  })

  test('has its captured e-mails moved on the next pull, and those that were refused left', async () => {
    await asPerson((client) => client.mailboxCreate('Done'))
    await lay('Moving', numbered(1), numbered(2, 'x'.repeat(1_100_000)), numbered(3))
    const settings = { mailbox: 'Moving', moveTo: 'Done', emailMegabytesMax: 1 }
    const first = await pull(settings, null)
    expect(idsOf(first.records)).toEqual(['n1@vendor.example', 'n3@vendor.example'])
    expect(first.gaps.map(({ reason }) => reason)).toEqual(['email-too-large'])
    expect(await countIn('Done')).toBe(0)
    const second = await pull(settings, first.cursor)
    expect(second.records).toEqual([])
    expect([await countIn('Moving'), await countIn('Done')]).toEqual([1, 2])
    expect((await pull(settings, second.cursor)).records).toEqual([])
    expect(readdirSync(dovecot.maildirOf(ada.user))).toContain('.Done')
  })

  test('tells what is wrong: password, folder, certificate, server', async () => {
    const problemOf = async (settings: object, secret?: object) => {
      const found = await live.test!(givenOf(settings, secret))
      return found.map(({ problem }) => problem ?? '').join(' ')
    }
    expect(await problemOf({})).toBe('')
    expect(await problemOf({}, { password: 'guess' })).toContain('does not let ada@firm.example in')
    expect(await problemOf({ mailbox: 'None' })).toContain('check the folder')
    expect(await problemOf({ moveTo: 'None' })).toContain('check the folder')
    expect(await problemOf({ ca: undefined })).toContain('cannot be reached')
    expect(await problemOf({ port: 1 })).toContain('cannot be reached')
    expect(await problemOf({ port: dovecot.port, tls: 'starttls' })).toBe('')
  })
})
