/** Webhooks as a vendor sends them, at a server that an operator started: how fast each is durable and acknowledged. */
import { createHmac } from 'node:crypto'
import { mkdir, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { setTimeout } from 'node:timers/promises'
import autocannon from 'autocannon'
import { holdfastJson, startHoldfast } from './served.ts'

export interface HookFigures {
  /** Messages acknowledged in a second (aim: at least 2,000), in bodies of 1 to 100. */
  readonly messagesPerSecond: number
  readonly bodiesPerSecond: number
  /** Milliseconds to the acknowledgement (aim of p99: under 50). */
  readonly p50: number
  readonly p99: number
  /** Seconds until all of them were in the journal, after the last was acknowledged. */
  readonly journalledAfterSeconds: number
  /** Seconds from sending one message until it was found, with a connector that runs on arrival (aim: under 5). */
  readonly searchableAfterSeconds: number
}

const seconds = 20
const warmSeconds = 5
const connections = 4
/** A quarter above the aim: 50.5 messages a body on average. */
const bodiesPerSecond = 50
const custodian = '447700900001'
const secret = { appSecret: 'f00dfeedf00dfeed', verifyToken: 'open-sesame' }

/** In `folder`, which is made, and removed afterwards. */
export async function measureHooks(folder: string): Promise<HookFigures> {
  await mkdir(folder, { recursive: true })
  const [data, login] = [join(folder, 'data'), join(folder, 'password')]
  const { path, username } = await setUp(folder, data, login)
  const server = await startHoldfast(data)
  try {
    const url = `${server.address}${path}`
    // A server that was just started compiles what it runs for the first time.
    const warm = await load(url, warmSeconds, 'warm')
    const { acknowledged, result } = await load(url, seconds, 'deal')
    const begun = performance.now()
    while ((await journalled(data)) < warm.acknowledged + acknowledged) await setTimeout(100)
    const journalledAfterSeconds = Math.round((performance.now() - begun) / 100) / 10
    const create = [
      'connector',
      'create',
      'whatsapp',
      '--name',
      'whatsapp',
      '--site',
      `${server.address}/site`,
    ]
    await holdfastJson(data, ...create, '--username', username, '--password-file', login, '--accept-terms')
    await holdfastJson(data, 'connector', 'run', 'whatsapp')
    await holdfastJson(data, 'connector', 'change', 'whatsapp', '--run-on-arrival')
    return {
      messagesPerSecond: Math.round(acknowledged / result.duration),
      bodiesPerSecond: Math.round(result.requests.total / result.duration),
      ...{ p50: result.latency.p50, p99: result.latency.p99, journalledAfterSeconds },
      searchableAfterSeconds: await searchable(data, url),
    }
  } finally {
    await server.stop()
    await rm(folder, { recursive: true, force: true })
  }
}

async function setUp(
  folder: string,
  data: string,
  login: string,
): Promise<{ path: string; username: string }> {
  const file = async (name: string, content: string) => {
    await writeFile(join(folder, name), content)
    return join(folder, name)
  }
  const account = await holdfastJson<{ username: string; password: string }>(
    data,
    'site',
    'account',
    'create',
    'Firm',
  )
  await writeFile(login, account.password)
  const users = await file('users.csv', `name,mobile,email\nAda,+${custodian},ada@firm.example\n`)
  await holdfastJson(data, 'site', 'user', 'import', users, '--account', 'Firm')
  const mailboxes = await file('mailboxes.csv', 'address,name\nada@firm.example,Ada\n')
  await holdfastJson(data, 'mailbox', 'import', mailboxes)
  const as = [
    '--account',
    'Firm',
    '--name',
    'cloud',
    '--secret-file',
    await file('secret.json', JSON.stringify(secret)),
  ]
  const { path } = await holdfastJson<{ path: string }>(data, 'site', 'route', 'add', 'whatsapp-cloud', ...as)
  return { path, username: account.username }
}

async function load(url: string, duration: number, word: string) {
  const bodies = Array.from({ length: duration * bodiesPerSecond + connections }, (_, place) =>
    bodyOf(place, word),
  )
  let acknowledged = 0
  let next = 0
  const result = await autocannon({
    ...{ url, connections, duration, overallRate: bodiesPerSecond, method: 'POST' },
    requests: [
      {
        setupRequest: (request, context) => {
          const { body, messages } = bodies[next++ % bodies.length]!
          Object.assign(context, { messages })
          return { ...request, method: 'POST', body, headers: headersOf(body) }
        },
        onResponse: (status, _body, context) => {
          if (status === 200) acknowledged += (context as { messages: number }).messages
        },
      },
    ],
  })
  if (result.non2xx + result.errors > 0) throw new Error(`${result.non2xx + result.errors} calls failed`)
  return { acknowledged, result }
}

async function journalled(data: string): Promise<number> {
  return (await holdfastJson<{ records: number }>(data, 'site', 'journal', '--account', 'Firm')).records
}

async function searchable(data: string, url: string): Promise<number> {
  const { body } = bodyOf(0, 'kingfisher')
  const begun = performance.now()
  await fetch(url, { method: 'POST', body, headers: headersOf(body) })
  for (;;) {
    const { count } = await holdfastJson<{ count: number }>(data, 'search', 'kingfisher', '--count')
    if (count > 0) return Math.round((performance.now() - begun) / 100) / 10
  }
}

function headersOf(body: string): Record<string, string> {
  const signature = createHmac('sha256', secret.appSecret).update(body).digest('hex')
  return { 'content-type': 'application/json', 'x-hub-signature-256': `sha256=${signature}` }
}

/** Of 1 to 100 messages, all sizes alike. */
function bodyOf(place: number, word = 'deal'): { body: string; messages: number } {
  const messages = 1 + ((place * 37) % 100)
  const list = Array.from({ length: messages }, (_, index) => ({
    ...{ from: '447700900123', id: `wamid.${word}.${place}.${index}`, timestamp: '1772280000', type: 'text' },
    text: { body: `the ${word} is on for Thursday, number ${index} of ${messages}` },
  }))
  const metadata = { display_phone_number: custodian, phone_number_id: '1' }
  const contacts = [{ wa_id: '447700900123', profile: { name: 'Grace' } }]
  const value = { messaging_product: 'whatsapp', metadata, contacts, messages: list }
  const entry = [{ id: '1', changes: [{ field: 'messages', value }] }]
  return { body: JSON.stringify({ object: 'whatsapp_business_account', entry }), messages }
}
