import { spawn } from 'node:child_process'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { openPlatform } from '../../src/app.ts'
import { loadConfig } from '../../src/platform/config.ts'
import { createHoldfast, failuresOf, type Server } from './holdfast.ts'
import { groupOfAda, mailboxesCsv, usersCsv } from './scene.ts'

const holdfast = createHoldfast()
let server: Server

beforeAll(async () => {
  server = await holdfast.start('start', '--port', '0')
  const account = await holdfast.json<{ password: string }>('site', 'account', 'create', 'firm')
  holdfast.write('password', account.password)
  holdfast.write('users.csv', usersCsv)
  holdfast.write('mailboxes.csv', mailboxesCsv)
  await Promise.all([
    holdfast.json('site', 'user', 'import', 'users.csv', '--account', 'firm'),
    holdfast.json('mailbox', 'import', 'mailboxes.csv'),
  ])
})
afterAll(() => holdfast.remove())

const inFirm = ['--account', 'firm']

describe('what cannot be done is refused in one sentence with a stable code', () => {
  test('a second start on the same folder names where the first answers', async () => {
    const { code, message } = await holdfast.refusal('start', '--port', '0')
    expect(code).toBe('data-folder-in-use')
    expect(message).toContain(server.announced.address)
    expect((await holdfast.refusal('site', 'start', '--port', '0')).code).toBe('data-folder-in-use')
  })

  test('files that are none of a source', async () => {
    holdfast.write('notes.txt', 'Dear diary,\nnothing happened.\n')
    holdfast.write('cut.zip', Buffer.from('PK\x03\x04 and then nothing'))
    holdfast.write('page.html', '<html></html>')
    holdfast.write('ambiguous.txt', '03/04/2026, 09:00 - Ada: Hello\n05/06/2026, 09:00 - Ben: Hello\n')
    const capture = (source: string, file: string, ...more: string[]) =>
      holdfast.refusal('site', 'capture', source, file, ...inFirm, ...more)
    const codes = await Promise.all([
      capture('whatsapp-export', 'notes.txt'),
      capture('whatsapp-export', 'cut.zip'),
      capture('whatsapp-export', 'ambiguous.txt'),
      capture('whatsapp-export', 'absent.txt'),
      capture('wecom-archive', 'page.html'),
      capture('telegram', 'notes.txt'),
      capture('wecom-archive', 'notes.txt', '--timezone', 'Europe/London'),
    ])
    expect(codes.map(({ code }) => code)).toEqual([
      ...['not-a-chat-export', 'zip-truncated', 'ambiguous-date-order', 'file-not-found'],
      ...['not-a-message-file', 'unknown-source', 'bad-settings'],
    ])
    expect(codes[0]!.message).toContain('notes.txt')
    expect(codes[5]!.message).toMatch(/wecom-archive.*whatsapp-export/)
  })

  test('one bad file among others keeps none of them out', async () => {
    holdfast.write('bad.txt', 'no export\n')
    holdfast.write('WhatsApp Chat with Deal room.txt', groupOfAda)
    const answer = await holdfast.run(
      ...['site', 'capture', 'whatsapp-export', 'bad.txt', 'WhatsApp Chat with Deal room.txt', 'absent.txt'],
      ...[...inFirm, '--custodian', '+44 7700 900111', '--timezone', 'Europe/London', '--json'],
    )
    expect(answer.code).toBe(1)
    expect(JSON.parse(answer.stdout)).toMatchObject({ captured: 8 })
    expect(failuresOf(answer).map(({ code }) => code)).toEqual(['not-a-chat-export', 'file-not-found'])
  })

  test('CSV files with wrong rows are refused whole, each row named', async () => {
    holdfast.write('bad-users.csv', 'name,mobile,email\nAda,+44 7700 900111,ada\n,12,ben@firm.example\n')
    holdfast.write('bad-boxes.csv', 'mail,name\nada@firm.example,Ada\n')
    holdfast.write('bad-mapping.csv', 'External User ID,User Mailbox\n+44 7700 900120,nobody@firm.example\n')
    const create = ['connector', 'create', 'whatsapp', '--name', 'w', '--username', 'firm', '--accept-terms']
    const signIn = ['--password-file', 'password']
    const [users, boxes, mapping] = await Promise.all([
      holdfast.refusal('site', 'user', 'import', 'bad-users.csv', ...inFirm),
      holdfast.refusal('mailbox', 'import', 'bad-boxes.csv'),
      holdfast.refusal(...create, ...signIn, '--mapping', 'bad-mapping.csv'),
    ])
    expect([users.code, boxes.code, mapping.code]).toEqual(['bad-csv', 'bad-csv', 'bad-mapping'])
    const problems = users.details?.problems as { row: number }[]
    expect(problems.map(({ row }) => row)).toEqual([2, 3, 3])
    expect(mapping.message).toContain('nobody@firm.example')
    expect(await holdfast.lines('connector', 'list')).toEqual([])
  })

  test('names that nothing has', async () => {
    const refusals = await Promise.all([
      holdfast.refusal('site', 'journal', '--account', 'nowhere'),
      holdfast.refusal('mailbox', 'show', 'nobody@firm.example'),
      holdfast.refusal('connector', 'run', 'nothing'),
      holdfast.refusal('item', 'show', 'nonsense'),
      holdfast.refusal('search', 'ada', '--mailbox', 'nobody@firm.example'),
      holdfast.refusal('site', 'account', 'create', 'firm'),
    ])
    expect(refusals.map(({ code }) => code)).toEqual([
      ...['account-not-found', 'mailbox-not-found', 'connector-not-found', 'item-not-found'],
      ...['mailbox-not-found', 'account-exists'],
    ])
  })

  test('a connector to a site that does not answer', async () => {
    const refused = await holdfast.refusal(
      ...['connector', 'create', 'whatsapp', '--name', 'w', '--username', 'firm', '--accept-terms'],
      ...['--password-file', 'password', '--site', 'http://127.0.0.1:9/site'],
    )
    expect(refused.code).toBe('site-unreachable')
  })

  test('a query that cannot be read shows where, also under Chinese', async () => {
    const { code, details } = await holdfast.refusal('search', '发票 AND (from:')
    expect(code).toBe('bad-query')
    expect(details).toMatchObject({ offset: expect.any(Number), query: '发票 AND (from:' })
    const { stderr } = await holdfast.run('search', '发票 AND )')
    const [, query, caret] = stderr.split('\n')
    expect(query).toBe('  发票 AND )')
    // Each Chinese character is two cells wide.
    expect(caret).toBe(`  ${' '.repeat(9)}^`)
  })

  test('a command line that says nothing known is a usage error', async () => {
    const answers = await Promise.all([
      holdfast.run('serch', 'ada'),
      holdfast.run('search', 'ada', '--limit', 'many'),
      holdfast.run('site', 'journal'),
    ])
    expect(answers.map(({ code }) => code)).toEqual([2, 2, 2])
    expect(answers.map(({ stdout }) => stdout)).toEqual(['', '', ''])
  })

  test('results that nobody reads to the end are no failure', async () => {
    const command = `"${process.execPath}" bin/holdfast.js search '' --all --data "${holdfast.data}"`
    const child = spawn('bash', ['-c', `set -o pipefail; ${command} | true`], { stdio: 'ignore' })
    expect(await new Promise((done) => child.once('close', done))).toBe(0)
  })
})

describe('a clock that was moved back', () => {
  test('is refused at the next start, until it is accepted', async () => {
    await server.stop()
    const config = { ...loadConfig({}), dataFolder: holdfast.data, logLevel: 'warn' } as const
    const platform = await openPlatform(config)
    await platform.database.pool.query(
      `update installation set value = '2999-01-01T00:00:00.000Z' where name = 'clock'`,
    )
    await platform.close()
    expect((await holdfast.refusal('start', '--port', '0')).code).toBe('clock-moved-back')
    const accepted = await holdfast.start('start', '--port', '0', '--accept-clock')
    expect(await accepted.stop()).toBe(0)
    const after = await holdfast.start('start', '--port', '0')
    expect(await after.stop()).toBe(0)
  })
})
