/**
 * An archiver site killed for real while webhooks come in: SIGKILL in the middle of bursts, again and again. The sender
 * does as Meta does and sends what was not answered 200 once more. In the end every message is in the archive once.
 */
import { createHmac } from 'node:crypto'
import { setTimeout } from 'node:timers/promises'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createHoldfast, type Server } from '../cli/holdfast.ts'

const kills = 10
const bodiesPerBurst = 120
const messagesPerBody = 5
const custodian = '447700900001'
const secret = { appSecret: 'f00dfeedf00dfeed', verifyToken: 'open-sesame' }

describe('a site that is killed while webhooks come in', { timeout: 240_000 }, () => {
  const holdfast = createHoldfast()
  let [address, username] = ['', '']
  let [sent, refused] = [0, 0]

  beforeAll(async () => {
    const account = await holdfast.json<{ username: string; password: string }>(
      ...['site', 'account', 'create', 'Firm'],
    )
    holdfast.write('users.csv', `name,mobile,email\nAda,+${custodian},ada@firm.example\n`)
    await holdfast.json('site', 'user', 'import', 'users.csv', '--account', 'Firm')
    holdfast.write('mailboxes.csv', 'address,name\nada@firm.example,Ada\n')
    await holdfast.json('mailbox', 'import', 'mailboxes.csv')
    holdfast.write('secret.json', JSON.stringify(secret))
    holdfast.write('password', account.password)
    const as = ['--account', 'Firm', '--name', 'cloud', '--secret-file', 'secret.json']
    const route = await holdfast.json<{ path: string }>('site', 'route', 'add', 'whatsapp-cloud', ...as)
    address = route.path
    username = account.username
  })
  afterAll(() => holdfast.remove())

  it('has every message in the archive exactly once after its last restart', async () => {
    let waiting: string[] = []
    for (let kill = 0; kill <= kills; kill++) {
      const server = await holdfast.start('start', '--port', '0')
      const burst = [...waiting, ...Array.from({ length: bodiesPerBurst }, () => bodyOf(sent++))]
      const sending = sendAll(server, burst)
      if (kill < kills) {
        await setTimeout(30 + ((kill * 97) % 300))
        await server.stop('SIGKILL')
      }
      waiting = await sending
      refused += waiting.length
      if (kill === kills) await endOf(server)
    }
    expect(waiting).toEqual([])
    // Some of the kills fell into the middle of a burst.
    expect(refused).toBeGreaterThan(0)
  })

  /** The last server splits what is left; then the connector runs, and each message is looked for. */
  async function endOf(server: Server): Promise<void> {
    const messages = sent * messagesPerBody
    for (let wait = 0; wait < 600; wait++) {
      const { records } = await journal()
      expect(records).toBeLessThanOrEqual(messages)
      if (records === messages) break
      await setTimeout(200)
    }
    expect((await journal()).records).toBe(messages)
    const setUp = ['connector', 'create', 'whatsapp', '--name', 'whatsapp', '--site', server.announced.site]
    await holdfast.json(...setUp, '--username', username, '--password-file', 'password', '--accept-terms')
    await holdfast.json('connector', 'run', 'whatsapp')
    const found = await holdfast.json<{ count: number }>('search', 'deal', '--count')
    expect(found.count).toBe(messages)
    await holdfast.json('verify')
    await server.stop()
  }

  function journal() {
    return holdfast.json<{ records: number }>('site', 'journal', '--account', 'Firm')
  }

  /** Answers what was not acknowledged. */
  async function sendAll({ announced }: Server, bodies: readonly string[]): Promise<string[]> {
    const left: string[] = []
    const rest = [...bodies]
    const sendOn = async () => {
      for (let body = rest.shift(); body !== undefined; body = rest.shift()) {
        const status = await post(`${announced.address}${address}`, body).catch(() => 0)
        if (status !== 200) left.push(body)
      }
    }
    await Promise.all(Array.from({ length: 6 }, sendOn))
    return left
  }
})

async function post(url: string, body: string): Promise<number> {
  const signature = createHmac('sha256', secret.appSecret).update(body).digest('hex')
  const headers = { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` }
  const response = await fetch(url, { method: 'POST', body, headers })
  await response.arrayBuffer()
  return response.status
}

function bodyOf(number: number): string {
  const messages = Array.from({ length: messagesPerBody }, (_, place) => ({
    ...{ from: '447700900123', id: `wamid.${number}x${place}`, timestamp: String(1_772_280_000 + number) },
    ...{ type: 'text', text: { body: `the deal number ${number} of ${place}` } },
  }))
  const metadata = { display_phone_number: custodian, phone_number_id: '1' }
  const value = { messaging_product: 'whatsapp', metadata, messages }
  return JSON.stringify({
    object: 'whatsapp_business_account',
    entry: [{ id: '1', changes: [{ field: 'messages', value }] }],
  })
}
