/** One person captured by several ways in: what is the same message is one, and one way fills the gaps of another. */
import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { expect, it } from 'vitest'
import { coveredAccounts, reconcileRoutes } from '../../src/coverage/index.ts'
import * as backup from '../../src/sources/whatsapp-backup/fixtures.ts'
import * as cloud from '../../src/sources/whatsapp-cloud/fixtures.ts'
import * as device from '../../src/sources/whatsapp-linked-device/fixtures.ts'
import { connectCloud } from './cloud.ts'
import { type Firm, withFirm } from './firm.ts'

/** As Meta and the phone tell it: to the second, and more exactly. */
const sentAt = 1_772_280_000_250
const client = `${cloud.clientNumber}@s.whatsapp.net`
const [byClient, byBusiness, unsupported, onPhone] = [
  '3A4A6599AEE03810144F',
  'E6969304FBB8F352AF',
  '3AD47EE006144FBE6CC4',
  '3A06550FCD07EB2BEE45',
] as const

const said = (id: string, by: 'business' | 'client', type: string, content: object, more: object = {}) =>
  cloud.message(type, content, {
    ...{ id: cloud.wamidOf(id, by), ...more },
    ...(by === 'business' ? { from: cloud.businessNumber, to: cloud.clientNumber } : {}),
  })

/** The phone's own database with the same chat, and what Meta does not hand over. */
async function captureBackup(firm: Firm): Promise<void> {
  const path = join(firm.folder, 'msgstore.db')
  await rm(path, { force: true })
  const database = backup.makeAndroid(path)
  backup.insert(database, 'jid', {
    _id: 9,
    user: cloud.clientNumber,
    server: 's.whatsapp.net',
    raw_string: client,
  })
  backup.insert(database, 'chat', { _id: 9, jid_row_id: 9, subject: null })
  const add = (id: number, key: string, text: string, more: object = {}) =>
    backup.message(database, id, 0, text, { chat_row_id: 9, key_id: key, timestamp: sentAt, ...more })
  add(1, byClient, 'deal at 95')
  add(2, byBusiness, 'agreed', { from_me: 1 })
  backup.insert(database, 'message_quoted', {
    message_row_id: 2,
    chat_row_id: 9,
    from_me: 0,
    key_id: byClient,
  })
  add(3, unsupported, 'the poll that Meta hides')
  add(4, onPhone, 'typed where nobody mirrors', { from_me: 1 })
  database.close()
  await firm.capture('whatsapp-backup', [path], { custodian: cloud.business })
}

const openGaps = async (firm: Firm) =>
  (await firm.pool.query('select reason from site_gap where closed_at is null order by id')).rows.map(
    ({ reason }) => reason,
  )

const webhooks = [
  cloud.listOf('messages', [said(byClient, 'client', 'text', { body: 'deal at 95' })]),
  cloud.listOf(
    'message_echoes',
    [said(byBusiness, 'business', 'text', { body: 'agreed' })],
    'smb_message_echoes',
  ),
  cloud.listOf('messages', [
    said(
      unsupported,
      'client',
      'unsupported',
      {},
      { errors: [{ code: 131051, title: 'Message type unknown' }] },
    ),
  ]),
]

it('a message that Meta and the phone’s backup both have is one message with two observations', async () => {
  await withFirm(async (firm) => {
    const site = await connectCloud(firm)
    await site.call(...webhooks)
    await captureBackup(firm)
    await firm.run('whatsapp')
    expect(await firm.search('95')).toHaveLength(1)
    expect(await firm.search('agreed')).toHaveLength(1)
    expect(await firm.counts()).toMatchObject({ message: 5, observation: 2 })
    const [item] = await firm.search('95')
    expect((await firm.item(item!.id)).observations).toHaveLength(2)
    // What Meta sends again, and a backup of the next day, change nothing.
    const before = await firm.counts()
    await site.call(...webhooks)
    await captureBackup(firm)
    await firm.run('whatsapp')
    expect(await firm.counts()).toEqual(before)
  })
})

it('a linked device, a backup and Meta together have each message once', async () => {
  await withFirm(async (firm) => {
    const site = await connectCloud(firm)
    const event = device.upsert(device.info({ conversation: 'deal at 95' }, {}, { id: byClient }))
    const path = await firm.file('events.jsonl', device.lines([event]))
    await firm.capture('whatsapp-linked-device', [path], { custodian: cloud.business })
    await captureBackup(firm)
    await site.call(...webhooks)
    expect(await firm.search('95')).toHaveLength(1)
    const [item] = await firm.search('95')
    expect((await firm.item(item!.id)).observations).toHaveLength(3)
  })
})

/** Ben’s message in a group of Ada’s and Bea’s, and one to Ada alone: by number or by LID, as each way has them. */
async function backupOfGroup(firm: Firm, custodian: string, by: 'number' | 'lid'): Promise<void> {
  const path = join(firm.folder, 'group.db')
  await rm(path, { force: true })
  const database = backup.makeAndroid(path)
  const ben = by === 'lid' ? 4 : 3
  const at = { key_id: inGroup, timestamp: sentAt }
  backup.message(database, 1, 0, 'the group hears 96', { chat_row_id: 2, sender_jid_row_id: ben, ...at })
  if (custodian === cloud.business) {
    backup.insert(database, 'chat', { _id: 9, jid_row_id: ben, subject: null })
    backup.message(database, 2, 0, 'you alone hear 97', { chat_row_id: 9, ...at, key_id: toAda })
  }
  database.close()
  await firm.capture('whatsapp-backup', [path], { custodian })
}
const [inGroup, toAda] = ['3EB0A9D5C1B6E4F20311', '3EB0A9D5C1B6E4F20312'] as const

it('a message in a group is one on all phones and by all ways, and so is one of somebody who goes by LID', async () => {
  for (const by of ['number', 'lid'] as const) {
    await withFirm(async (firm) => {
      await connectCloud(firm)
      const bea = '+447700900042'
      await firm.addUsers(`name,mobile,email\nBea,${bea},bea@firm.example\n`)
      const wrote = { remoteJid: backup.group, participant: backup.benLid, id: inGroup }
      const events = [
        device.upsert(device.info({ conversation: 'the group hears 96' }, {}, wrote)),
        device.upsert(
          device.info({ conversation: 'you alone hear 97' }, {}, { remoteJid: backup.benLid, id: toAda }),
        ),
      ]
      const known = events.map((event) => ({ ...event, phones: { [backup.benLid]: backup.ben } }))
      const path = await firm.file('events.jsonl', device.lines(known))
      await firm.capture('whatsapp-linked-device', [path], { custodian: cloud.business })
      await backupOfGroup(firm, cloud.business, by)
      await backupOfGroup(firm, bea, 'lid')
      await firm.run('whatsapp')
      for (const [word, observations] of [
        ['96', 3],
        ['97', 2],
      ] as const) {
        const [item, ...others] = await firm.search(word)
        expect(others).toEqual([])
        expect((await firm.item(item!.id)).observations, `${word} by ${by}`).toHaveLength(observations)
      }
    })
  }
})

it('one whom Meta names by a business-scoped id alone is known by the number in the message’s id', async () => {
  await withFirm(async (firm) => {
    const site = await connectCloud(firm)
    const { from: _number, ...nameless } = said(byClient, 'client', 'text', { body: 'deal at 95' }) as {
      from: string
    }
    await site.call(cloud.listOf('messages', [{ ...nameless, from_user_id: 'GB.13491208655302741918' }]))
    await captureBackup(firm)
    await firm.run('whatsapp')
    const [item, ...others] = await firm.search('95')
    expect(others).toEqual([])
    expect((await firm.item(item!.id)).observations).toHaveLength(2)
  })
})

it('what Meta does not hand over is a gap that a backup closes, whichever comes first', async () => {
  await withFirm(async (firm) => {
    const site = await connectCloud(firm)
    await site.call(...webhooks)
    expect(await openGaps(firm)).toEqual(['unsupported-message'])
    await captureBackup(firm)
    await firm.run('whatsapp')
    expect(await openGaps(firm)).toEqual([])
    expect(await firm.search('poll')).toHaveLength(1)
  })
  await withFirm(async (firm) => {
    const site = await connectCloud(firm)
    await captureBackup(firm)
    await site.call(...webhooks)
    expect(await openGaps(firm)).toEqual([])
  })
})

it('an edit by Meta finds the original that only the backup brought, and the other way round', async () => {
  await withFirm(async (firm) => {
    const site = await connectCloud(firm)
    await site.call(
      cloud.listOf('messages', [
        said('3A12B1F725A41229A329', 'client', 'edit', {
          original_message_id: cloud.wamidOf(byClient, 'client'),
          message: { type: 'text', text: { body: 'deal at 99' } },
        }),
      ]),
    )
    expect(await openGaps(firm)).toEqual(['reference-unseen'])
    await captureBackup(firm)
    await firm.run('whatsapp')
    expect(await openGaps(firm)).toEqual([])
    const { rows } = await firm.pool.query(
      'select count(*)::int as found from message as event join message as original on original.message_key = event.refers_to_key',
    )
    // The edit, and the reply in the backup.
    expect(rows).toEqual([{ found: 2 }])
  })
})

it('per person and day it is told what both have and what only one has', async () => {
  await withFirm(async (firm) => {
    const site = await connectCloud(firm)
    await site.call(
      ...webhooks,
      cloud.listOf('messages', [
        said('3A5626D00FFA70CD014E', 'client', 'text', { body: 'gone from the phone' }),
      ]),
    )
    await captureBackup(firm)
    await firm.run('whatsapp')
    const [account] = await coveredAccounts(firm.centre)
    const days = { from: '2026-02-28', to: '2026-02-28' }
    const { rows } = await reconcileRoutes(firm.centre, account!, days)
    expect(rows).toMatchObject([
      {
        ...{ person: 'Ada', day: '2026-02-28', here: 'whatsapp-cloud', there: 'whatsapp-backup' },
        // Meta’s card of what it hides is only there; so is the message that it never saw.
        ...{ matched: 2, probable: 0, onlyHere: 2, onlyThere: 2 },
      },
    ])
    const found = await Promise.all(
      rows[0]!.examplesThere.map(async (id) => (await firm.email(id)).toString()),
    )
    expect(found.join()).toMatch(/typed where nobody mirrors/)
    await expect(
      reconcileRoutes(firm.centre, account!, { from: '2026-03-02', to: '2026-03-01' }),
    ).rejects.toThrow(/first before the last/)
    expect((await reconcileRoutes(firm.centre, account!)).rows).toEqual([])
  })
})
