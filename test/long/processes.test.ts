/** A site and a centre as processes of their own, started and ended as an operator does. */
import { existsSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { createHoldfast, type Server } from '../cli/holdfast.ts'
import { groupOfAda, mailboxesCsv, usersCsv } from '../cli/scene.ts'

/** A site and a centre with a data folder each, as on two machines. */
const site = createHoldfast()
const centre = createHoldfast()
let siteServer: Server

beforeAll(async () => {
  siteServer = await site.start('site', 'start', '--port', '0')
})
afterAll(async () => {
  await site.remove()
  await centre.remove()
})

test('a site alone takes an account only with a key made at the centre, and never has the other half', async () => {
  expect((await site.refusal('site', 'account', 'create', 'firm')).code).toBe('account-has-no-key')
  const keyFile = join(centre.files, 'firm.public')
  const { fingerprint } = await centre.json('centre', 'key', '--out', keyFile)
  expect(fingerprint).toMatch(/^([0-9a-f]{4}-){7}[0-9a-f]{4}$/)
  expect((await centre.refusal('centre', 'key', '--out', keyFile)).code).toBe('key-refused')
  const account = await site.json<Record<string, string>>(
    ...['site', 'account', 'create', 'firm', '--public-key', keyFile],
  )
  centre.write('password', `${account.password}\r\n`)
  site.write('users.csv', usersCsv)
  site.write('WhatsApp Chat with Deal room.txt', groupOfAda)
  await site.json('site', 'user', 'import', 'users.csv', '--account', 'firm')
  const captured = await site.json(
    ...['site', 'capture', 'whatsapp-export', 'WhatsApp Chat with Deal room.txt', '--account', 'firm'],
    ...['--custodian', '+44 7700 900111', '--timezone', 'Europe/London'],
  )
  expect(captured).toMatchObject({ captured: 8 })
  expect(readdirSync(join(site.data, 'keys'))).toContain('site.key')
  expect(existsSync(join(site.data, 'keys', 'centre.key'))).toBe(false)
})

test('with no worker up, the command runs the connector itself', async () => {
  centre.write('mailboxes.csv', mailboxesCsv)
  await centre.json('mailbox', 'import', 'mailboxes.csv')
  await centre.json(
    ...['connector', 'create', 'whatsapp', '--name', 'wa', '--username', 'firm', '--accept-terms'],
    ...['--site', siteServer.announced.site, '--password-file', 'password'],
  )
  expect(await centre.json('connector', 'run', 'wa')).toMatchObject({ transferred: 8, imported: 8 })
})

test('with the centre and a worker up, they run it, and end when they are told to', async () => {
  const server = await centre.start('centre', 'start', '--port', '0')
  const worker = await centre.start('worker', 'start')
  const health = await fetch(`${server.announced.address}/healthz`)
  expect(await health.json()).toEqual({ ok: true })
  expect((await fetch(`${server.announced.address}/site/feed/v1/records`)).status).toBe(404)
  const again = ['--from', '2020-01-01', '--to', '2999-01-01']
  expect(await centre.json('connector', 'run', 'wa', ...again)).toMatchObject({ imported: 0, duplicates: 8 })
  expect(await Promise.all([worker.stop(), server.stop('SIGINT')])).toEqual([0, 0])
  expect(existsSync(join(centre.data, 'running-centre.json'))).toBe(false)
})

test('a site that is gone makes a run fail with its reason, and the next run goes on', async () => {
  await siteServer.stop()
  const answer = await centre.run('connector', 'run', 'wa', '--json')
  expect(answer.code).toBe(1)
  expect(answer.stderr).toContain('site-unreachable')
  const status = await centre.json<{ lastRun: unknown }>('connector', 'status', 'wa')
  expect(status.lastRun).toMatchObject({ state: 'failed', failure: { code: 'site-unreachable' } })
})

test('the reminder of the keys ends when a good copy of them is known', async () => {
  const before = await centre.run('doctor')
  expect(before.code).toBe(0)
  expect(before.stdout).toContain('not backed up')
  await centre.lines('keys', 'backup', join(centre.files, 'copies'))
  const after = await centre.run('doctor')
  expect(after.stdout).not.toContain('not backed up')
  expect((await centre.refusal('keys', 'backup', join(centre.data, 'copies'))).code).toBe('key-refused')
})
