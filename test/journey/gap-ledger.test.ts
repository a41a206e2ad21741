/**
 * The gap ledger by its reasons: what each trap of a way in opens, by that way's own input, and what closes it. A reason
 * that nothing closes is accepted by somebody. One firm for all: each row has ids and people of its own.
 */
import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { acceptGap, coveredAccounts, listGaps, refreshCoverage } from '../../src/coverage/index.ts'
import { type GapReason, gapReasons } from '../../src/domain/gap-reasons.ts'
import { sources } from '../../src/pipeline-sources.ts'
import { systemRandom } from '../../src/platform/random.ts'
import { answerNotice, inviteUsers } from '../../src/site/activation/index.ts'
import { openSession } from '../../src/site/capture-session.ts'
import { registeredUsers } from '../../src/site/index.ts'
import { eml } from '../../src/sources/email-drop/fixtures.ts'
import type { Found } from '../../src/sources/live-source.ts'
import { chatRowOf } from '../../src/sources/wecom-archive/live/chat-page.ts'
import { readCursor } from '../../src/sources/wecom-archive/live/cursor.ts'
import { unopenedGap } from '../../src/sources/wecom-archive/live/records.ts'
import { lagOf, sequenceGap } from '../../src/sources/wecom-archive/live/sequence.ts'
import * as backup from '../../src/sources/whatsapp-backup/fixtures.ts'
import * as cloud from '../../src/sources/whatsapp-cloud/fixtures.ts'
import * as device from '../../src/sources/whatsapp-linked-device/fixtures.ts'
import { startGraph } from '../whatsapp-cloud/server.ts'
import { type Firm, openFirm, type SourceName } from './firm.ts'

const dayMs = 24 * 60 * 60 * 1000
const ada = cloud.business
const ben = '+447700900002'
const client = `${cloud.clientNumber}@s.whatsapp.net`
const meta = { ...cloud.metadata }

let firm: Firm
let graph: Awaited<ReturnType<typeof startGraph>>
let files = 0
let link = ''

beforeAll(async () => {
  firm = await openFirm()
  graph = await startGraph({ token: cloud.secret.accessToken!, now: () => firm.site.clock.now() })
  await firm.addMailboxes('address,name\nada@firm.example,Ada\n')
  await firm.addUsers(
    `name,mobile,email,wecom_userid\nAda,${ada},ada@firm.example,ada\nBen,${ben},ben@firm.example,ben\n`,
  )
  await firm.connect('whatsapp')
}, 60_000)
afterAll(async () => {
  await graph?.close()
  await firm?.close()
})

/** As a route hands over what its source finds. */
async function journal(source: SourceName, found: readonly Found[]): Promise<void> {
  const { id } = await firm.site.database
    .insertInto('site_capture')
    .values({ account_id: firm.account.id, source, started_at: new Date(firm.site.clock.now()) })
    .returning('id')
    .executeTakeFirstOrThrow()
  const request = { account: firm.account, source, routeId: null, captureId: id, batches: 0 }
  const session = await openSession(firm.site, {
    ...request,
    onAttachmentFailure: () => ({ keep: 'without' }),
  })
  for (const one of found) await session.add(one)
  await session.flush()
}

function routeOf(source: SourceName, settings: object, secret: object) {
  const live = sources.find(({ name }) => name === source)!.live!
  const given = {
    ...{ settings: live.settings.parse(settings), secret: live.secret.parse(secret), registeredUsers: [] },
    ...{ clock: firm.site.clock, random: systemRandom, signal: new AbortController().signal, folder: '' },
  }
  return { live, given }
}

async function byMeta(...bodies: readonly object[]): Promise<void> {
  const { live, given } = routeOf('whatsapp-cloud', {}, cloud.secret)
  for (const body of bodies) {
    const kept = { bytes: Buffer.from(JSON.stringify(body)), receivedAt: firm.site.clock.now() }
    await journal('whatsapp-cloud', await Array.fromAsync(live.split!(given, kept)))
  }
}

async function linked(...events: readonly object[]): Promise<void> {
  const { live, given } = routeOf(
    'whatsapp-linked-device',
    { custodian: ada },
    { sharedKey: '0123456789abcdef0123456789abcdef' },
  )
  const kept = { bytes: device.lines(events as never), receivedAt: firm.site.clock.now() }
  await journal('whatsapp-linked-device', await Array.fromAsync(live.split!(given, kept)))
}

/** A phone's database with one message in the client's chat. */
async function phone(key: string, type: number, text: string | null, more: object = {}): Promise<void> {
  const path = await firm.file(`${++files}/msgstore.db`, '')
  const database = backup.makeAndroid(path)
  const jid = { _id: 9, user: cloud.clientNumber, server: 's.whatsapp.net', raw_string: client }
  backup.insert(database, 'jid', jid)
  backup.insert(database, 'chat', { _id: 9, jid_row_id: 9, subject: null })
  backup.message(database, 1, type, text, { chat_row_id: 9, key_id: key, ...more })
  if (type === 1) backup.insert(database, 'message_media', { message_row_id: 1, file_path: 'Media/gone.jpg' })
  if (type === 42) backup.insert(database, 'message_view_once_media', { message_row_id: 1, state: 1 })
  database.close()
  await firm.capture('whatsapp-backup', [path], { custodian: ada })
}

const byClient = (id: string, type: string, content: object, more: object = {}) =>
  cloud.listOf('messages', [cloud.message(type, content, { id: cloud.wamidOf(id, 'client'), ...more })])
const account = (event: string, time: number) =>
  cloud.webhook({ event, phone_number: cloud.businessNumber }, 'account_update', time)
const stub = (id: string, key: object = {}) =>
  device.upsert(
    device.info(null, { messageStubType: 2, messageStubParameters: ['No session record'] }, { id, ...key }),
  )
const text = (id: string) => device.upsert(device.info({ conversation: `text of ${id}` }, {}, { id }))
const row = (seq: number, id: string) => chatRowOf({ seq, msgid: id }, 1, () => Buffer.alloc(0))
const behind = () => readCursor({ seq: '10', reachedEndAt: firm.site.clock.now() - 3 * dayMs })
const mail = (id: string) => eml({ fields: { 'Message-ID': `<${id}@vendor.example>` } })

async function answer(capture: 'given' | 'refused'): Promise<void> {
  const user = (await registeredUsers(firm.site, firm.account)).find(({ mobile }) => mobile === ben)!
  if (link === '') {
    const request = { users: [user.id], origin: 'https://archive.example', mailer: null }
    link = (await inviteUsers(firm.site, firm.account, request)).invited[0]!.link!.split('#')[1]!
  }
  await answerNotice(firm.site, link, {
    ...{ noticeVersion: 1, language: 'en', crossBorder: 'refused', capture },
  })
}

async function exported(said: string): Promise<void> {
  const path = await firm.file(`${++files}/Ann.txt`, `05/01/2026, 09:00 - Ann: ${said}\n`)
  await firm.capture('whatsapp-export', [path], {
    ...{ custodian: ada, chat: 'Ann', timezone: 'UTC', dateOrder: 'dmy' },
  })
}

interface Trap {
  readonly trap: string
  readonly reason: GapReason
  readonly open: () => Promise<void>
  /** Absent: only acceptance ends it. */
  readonly close?: () => Promise<void>
}

const traps: readonly Trap[] = [
  {
    trap: 'the Business app mirrors nothing any more',
    reason: 'disconnected',
    open: () => byMeta(account('PARTNER_REMOVED', 1)),
    close: () => byMeta(account('ACCOUNT_RECONNECTED', 2)),
  },
  {
    trap: 'a chunk of Meta’s history is passed over',
    reason: 'history-incomplete',
    open: () => byMeta(cloud.historyChunk(0, 2, 100, [])),
    close: () => byMeta(cloud.historyChunk(0, 1, 50, []), cloud.historyChunk(0, 3, 100, [])),
  },
  {
    trap: 'the person shares no history with Meta',
    reason: 'history-refused',
    open: () =>
      byMeta(
        cloud.webhook(
          { metadata: meta, history: [{ errors: [{ code: 2593109, title: 'off' }] }] },
          'history',
        ),
      ),
  },
  ...[131051, 131060].map((code) => ({
    trap: `Meta hands over no content (${code})`,
    reason: 'unsupported-message' as const,
    open: () =>
      byMeta(byClient(`3A00${code}0000000000`, 'unsupported', {}, { errors: [{ code, title: 'no' }] })),
    close: () => phone(`3A00${code}0000000000`, 0, 'what Meta hid'),
  })),
  {
    trap: 'a file of Meta’s history stays a placeholder',
    reason: 'media-lost',
    open: () =>
      byMeta(
        cloud.historyChunk(1, 1, 100, [
          {
            ...{ from: cloud.clientNumber, type: 'media_placeholder', timestamp: '1772280000' },
            id: cloud.wamidOf('3A01000000000000F11E', 'client'),
          },
        ]),
      ),
    close: () => phone('3A01000000000000F11E', 0, 'the file’s message'),
  },
  {
    trap: 'an edit of a message that was never seen',
    reason: 'reference-unseen',
    open: () =>
      byMeta(
        byClient('3A0200000000000000ED', 'edit', {
          original_message_id: cloud.wamidOf('3A020000000000000001', 'client'),
          message: { type: 'text', text: { body: 'new' } },
        }),
      ),
    close: () => linked(text('3A020000000000000001')),
  },
  {
    trap: 'Meta could not deliver a webhook',
    reason: 'webhook-not-delivered',
    async open() {
      graph.history.push({ messageId: cloud.wamidOf('3A030000000000000001', 'client'), state: 'FAILED' })
      const { live, given } = routeOf(
        'whatsapp-cloud',
        { graphUrl: graph.url, phoneNumberIds: [meta.phone_number_id] },
        cloud.secret,
      )
      const pulled = await Array.fromAsync(live.pull!({ ...given, cursor: null }))
      await journal(
        'whatsapp-cloud',
        pulled.flatMap((one) => ('cursor' in one ? [] : [one])),
      )
    },
    close: () => byMeta(byClient('3A030000000000000001', 'text', { body: 'late' })),
  },
  {
    trap: 'a linked device cannot decrypt a message',
    reason: 'undecryptable',
    open: () => linked(stub('3EB0A000000000000001')),
    close: () => linked(text('3EB0A000000000000001')),
  },
  {
    trap: 'a linked device is shown nothing of a message to be seen once',
    reason: 'view-once',
    open: () => linked(stub('3EB0A000000000000002', { isViewOnce: true })),
    close: () => phone('3EB0A000000000000002', 0, 'seen once'),
  },
  {
    trap: 'a linked device is disconnected',
    reason: 'disconnected',
    open: () =>
      linked({
        event: 'connection.update',
        data: { connection: 'close', lastDisconnect: { error: { output: { statusCode: 401 } } } },
      }),
    close: () => linked({ event: 'connection.update', data: { connection: 'open' } }),
  },
  {
    trap: 'the phone of a linked device is silent for ten days',
    reason: 'phone-silent',
    open: () => linked({ event: 'session', data: { silentDays: 10 } }),
    close: () => linked({ event: 'connection.update', data: { connection: 'open' } }),
  },
  {
    trap: 'the plug-in’s events have a hole',
    reason: 'sequence-jump',
    open: () => linked({ event: 'session', data: {} }, { sequence: 40, event: 'session', data: {} }),
  },
  {
    trap: 'WeCom passes numbers over',
    reason: 'sequence-jump',
    open: async () => {
      const now = firm.site.clock.now()
      await journal('wecom-archive', [sequenceGap(behind(), [row(11, 'm'), row(20, 'n')], now, now)!])
    },
  },
  {
    trap: 'WeCom is three days ahead of the pull',
    reason: 'lagging',
    open: async () => {
      await journal('wecom-archive', [lagOf(behind(), firm.site.clock.now(), undefined).found!])
    },
    close: async () => {
      const now = firm.site.clock.now()
      const cursor = { ...behind(), reachedEndAt: now, lagging: lagOf(behind(), now, undefined).lagging! }
      await journal('wecom-archive', [lagOf(cursor, now, undefined).found!])
    },
  },
  {
    trap: 'a message of WeCom’s cannot be decrypted',
    reason: 'undecryptable',
    open: () => journal('wecom-archive', [unopenedGap(row(30, 'W1'), 'its random key is damaged')]),
    async close() {
      const said = { msgid: 'W1', action: 'send', msgtype: 'text', text: { content: 'readable after all' } }
      const line = JSON.stringify({
        ...said,
        from: 'ada',
        tolist: ['wmClient'],
        roomid: '',
        msgtime: 1_772_280_000_000,
      })
      await firm.capture('wecom-archive', [await firm.file('w1.jsonl', line)])
    },
  },
  {
    trap: 'a phone was still waiting for a message when its backup was made',
    reason: 'undecryptable',
    open: () => phone('3EB0A000000000000003', 11, null),
    close: () => linked(text('3EB0A000000000000003')),
  },
  {
    trap: 'a picture to be seen once is gone from the phone',
    reason: 'view-once',
    open: () => phone('3EB0A000000000000004', 42, null),
  },
  {
    trap: 'the database of a phone’s contacts is damaged',
    reason: 'contacts-unreadable',
    async open() {
      await firm.file(`${files + 1}/wa.db`, 'no database')
      await phone('3EB0A000000000000006', 0, 'from whom?')
    },
  },
  {
    trap: 'a backup comes without its media folder',
    reason: 'media-not-given',
    open: () => phone('3EB0A000000000000005', 1, null),
  },
  {
    trap: '"Waiting for this message" in an export',
    reason: 'message-not-delivered',
    open: () => exported('Waiting for this message'),
  },
  { trap: 'an export without media', reason: 'media-omitted', open: () => exported('<Media omitted>') },
  {
    trap: 'an empty line where an export has no words',
    reason: 'not-exported',
    open: () => exported('null'),
  },
  {
    trap: 'an e-mail that its manifest names has not come',
    reason: 'manifest-missing-file',
    async open() {
      await firm.file('drop/manifest.csv', 'file,message id\nlost.eml,<lost@vendor.example>\n')
      await firm.file('drop/a.eml', mail('a'))
      await firm.capture('email-drop', [join(firm.folder, 'files', 'drop')], { channel: 'whatsapp' })
    },
    async close() {
      await firm.capture('email-drop', [await firm.file('lost.eml', mail('lost'))], { channel: 'whatsapp' })
    },
  },
  {
    trap: 'somebody refuses to be captured',
    reason: 'no-consent',
    open: () => answer('refused'),
    close: () => answer('given'),
  },
]

const openIds = async (reason: GapReason): Promise<ReadonlySet<string>> => {
  const { rows } = await firm.pool.query('select id from site_gap where reason = $1 and closed_at is null', [
    reason,
  ])
  return new Set(rows.map(({ id }) => String(id)))
}

describe('a gap', () => {
  it.each(traps)('$trap ($reason): opens, and ends', async ({ reason, open, close }) => {
    const before = await openIds(reason)
    await open()
    const opened = [...(await openIds(reason))].filter((id) => !before.has(id))
    expect(opened.length).toBeGreaterThan(0)
    if (close) {
      await close()
      const still = await openIds(reason)
      expect(opened.filter((id) => still.has(id))).toEqual([])
      return
    }
    const { centre } = firm
    const [covered] = await coveredAccounts(centre)
    await refreshCoverage(centre, covered!)
    const { gaps } = await listGaps(centre, covered!.id, { reason, state: 'open' }, { limit: 10 })
    await acceptGap(centre, gaps[0]!.id, { by: 'rita', reason: 'It will not come.' })
    const after = await listGaps(centre, covered!.id, { reason, state: 'accepted' }, { limit: 10 })
    expect(after.gaps.map(({ id }) => id)).toContain(gaps[0]!.id)
  })
})

/** Tests of single sources, in which reasons that need damaged files are opened. */
function otherTests(folder: string): string {
  return readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && entry.name.endsWith('.test.ts'))
    .map((entry) => readFileSync(join(entry.parentPath, entry.name), 'utf8'))
    .join('\n')
}

/** Opened and closed in `test/long/wecom-live*.test.ts`, where a C compiler makes a stand-in for Tencent's library. */
const withLibrary: readonly GapReason[] = ['key-version-missing', 'key-version-wrong', 'sdk-crashed']

it('every reason that a source may give has a test that opens it, and one that closes it unless only acceptance does', () => {
  const opened = new Set(traps.map(({ reason }) => reason))
  const closed = new Set(traps.flatMap(({ reason, close }) => (close ? [reason] : [])))
  const unitTests = otherTests('src/sources')
  const libraryTests = otherTests('test/long')
  for (const [reason, ends] of Object.entries(gapReasons) as [GapReason, string][]) {
    if (withLibrary.includes(reason)) {
      expect(libraryTests.includes(`${reason} `), `a long test of ${reason}`).toBe(true)
      continue
    }
    expect(opened.has(reason) || unitTests.includes(`'${reason}'`), `a test that opens ${reason}`).toBe(true)
    expect(ends === 'acceptance' || closed.has(reason), `a test that closes ${reason}`).toBe(true)
  }
})
