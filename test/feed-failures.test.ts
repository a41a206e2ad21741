/** A site that is away, restarts, breaks off or answers rubbish: bounded tries, then a failure that the next run makes good. */
import { once } from 'node:events'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import { connectorByName, runReport } from '../src/connector/index.ts'
import { leftOvers, verifyAll } from './crash/end-state.ts'
import { captureFile, run } from './crash/story.ts'
import { openWorld, type Process, type World } from './crash/world.ts'

/** What becomes of an answer on its way; false passes it on. */
type Mischief = (path: string, response: ServerResponse, answer: Answer) => boolean
interface Answer {
  readonly status: number
  readonly headers: Record<string, string>
  readonly body: Buffer
}

const triesPerRequest = 5
let world: World
let firm: Process
let between: Server
let mischief: Mischief
let asked: { path: string; range: string | undefined }[]

beforeEach(async () => {
  world = await openWorld()
  firm = await world.open()
  const site = world.siteUrl
  mischief = () => false
  asked = []
  between = createServer((request, response) => void passOn(site, request, response))
  between.listen(0, '127.0.0.1')
  await once(between, 'listening')
  world.siteUrl = `http://127.0.0.1:${(between.address() as AddressInfo).port}/site`
  await world.connect(firm, 'whatsapp', 'through')
  for (const file of world.corpus.slice(0, 3)) await captureFile(firm, file)
  asked = []
})
afterEach(async () => {
  between.closeAllConnections()
  between.close()
  await firm.close()
  await world.close()
})

async function passOn(site: string, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const path = request.url!.replace('/site', '')
  asked.push({ path, range: request.headers.range })
  const body = Buffer.concat(await Array.fromAsync(request as AsyncIterable<Buffer>))
  const headers = Object.fromEntries(
    Object.entries(request.headers).filter(([name]) =>
      ['authorization', 'content-type', 'range'].includes(name),
    ),
  ) as Record<string, string>
  const given = await fetch(`${site}${path}`, {
    method: request.method!,
    headers,
    ...(body.length > 0 ? { body } : {}),
  })
  const answer: Answer = {
    status: given.status,
    headers: Object.fromEntries(
      ['content-type', 'content-range'].flatMap((name) => {
        const value = given.headers.get(name)
        return value === null ? [] : [[name, value]]
      }),
    ),
    body: Buffer.from(await given.arrayBuffer()),
  }
  if (!mischief(path, response, answer)) send(response, answer)
}

function send(response: ServerResponse, { status, headers, body }: Answer): true {
  response.writeHead(status, { ...headers, 'content-length': body.length }).end(body)
  return true
}

/** Sends the first bytes of what was announced, and hangs up. */
function breakOff(response: ServerResponse, { status, headers, body }: Answer, after: number): true {
  response.writeHead(status, { ...headers, 'content-length': body.length })
  response.write(body.subarray(0, after), () => response.destroy())
  return true
}

function hangUp(response: ServerResponse): true {
  response.destroy()
  return true
}

const sendPageOfAProxy = (response: ServerResponse) =>
  send(response, {
    status: 200,
    headers: { 'content-type': 'text/html' },
    body: Buffer.from('<html><body>Please sign in to the guest network</body></html>'),
  })

const isPage = (path: string) => path.startsWith('/feed/v1/records')
const isAttachment = (path: string) => path.startsWith('/feed/v1/attachments')
const askedFor = (which: (path: string) => boolean) => asked.filter(({ path }) => which(path)).length

/** Only where `which`, and only so many times. */
function sometimes(which: (path: string) => boolean, times: number, how: Mischief): Mischief {
  let left = times
  return (path, response, answer) => {
    if (!which(path) || left === 0) return false
    left -= 1
    return how(path, response, answer)
  }
}

async function failedRun() {
  const { state, failure } = await runReport(firm.centre, await connectorByName(firm.centre, 'through'))
  return { state, code: failure?.code }
}

/** The run fails with the code, says so in its report, and the next one takes everything. */
async function failsAndIsMadeGood(code: string): Promise<void> {
  await expect(run(firm.centre, 'through')).rejects.toMatchObject({ code })
  expect(await failedRun()).toEqual({ state: 'failed', code })
  mischief = () => false
  await takesEverything()
}

async function takesEverything(): Promise<void> {
  await run(firm.centre, 'through')
  const { rows } = await firm.centre.pool.query(
    `select (select count(*) from message) + (select count(*) from import_exception where resolved_at is null) as taken,
            (select count(*) from site_record) as captured`,
  )
  expect(rows[0].taken).toBe(rows[0].captured)
  const leftOver = await leftOvers(firm.centre.pool, world.objects)
  // The world's other connectors have not run.
  expect(leftOver.filter((name) => !/^a (connector behind|mark of acknowledgement)/.test(name))).toEqual([])
  expect(await verifyAll(firm)).toMatchObject({ ok: true, problems: [] })
}

describe('a site that is away', () => {
  it('when the run begins: as many tries as are allowed, then site-unreachable', async () => {
    mischief = (_, response) => hangUp(response)
    await failsAndIsMadeGood('site-unreachable')
    expect(askedFor((path) => path === '/feed/v1/session')).toBe(triesPerRequest + 1)
  })

  it('in the middle of a run: what came by then stays', async () => {
    mischief = (path, response) => {
      if (!isPage(path) || askedFor(isPage) === 1) return false
      return hangUp(response)
    }
    await expect(run(firm.centre, 'through')).rejects.toMatchObject({ code: 'site-unreachable' })
    expect(askedFor(isPage)).toBe(1 + triesPerRequest)
    const { importedSequence } = await connectorByName(firm.centre, 'through')
    expect(importedSequence).toBeGreaterThan(0)
    mischief = () => false
    await takesEverything()
  })

  it('for a moment, and has forgotten the session: the run goes on by itself', async () => {
    mischief = sometimes(isPage, 2, (_, response) => {
      void firm.centre.pool.query('delete from site_session')
      return hangUp(response)
    })
    await takesEverything()
  })

  it('with its database: status 500 is tried again as if it were away', async () => {
    mischief = (path, response) => {
      if (!isPage(path)) return false
      return send(response, { status: 500, headers: {}, body: Buffer.from('{"code":"internal"}') })
    }
    await failsAndIsMadeGood('site-unreachable')
    expect(askedFor(isPage)).toBeGreaterThanOrEqual(triesPerRequest)
  })
})

describe('a site that answers rubbish', () => {
  it.each([
    ['to the sign-in', (path: string) => path === '/feed/v1/session'],
    ['instead of the registered users', (path: string) => path === '/feed/v1/registered-users'],
    ['instead of a page', isPage],
  ])('%s: tried again, then site-answer-invalid', async (_, which) => {
    mischief = (path, response) => (which(path) ? sendPageOfAProxy(response) : false)
    await failsAndIsMadeGood('site-answer-invalid')
  })

  it('instead of an attachment: a failure with a code, and nothing of it is kept', async () => {
    mischief = (path, response) => (isAttachment(path) ? sendPageOfAProxy(response) : false)
    await failsAndIsMadeGood('site-answer-invalid')
  })

  it('in the seal of a page: content-damaged, and nothing of the page is imported', async () => {
    mischief = (path, response, answer) => {
      if (!isPage(path)) return false
      const last = answer.body.length - 1
      answer.body[last] = answer.body[last]! ^ 1
      return send(response, answer)
    }
    await failsAndIsMadeGood('content-damaged')
  })
})

describe('a site that breaks off', () => {
  it('in the middle of a page, once: the page is asked for again', async () => {
    mischief = sometimes(isPage, 1, (_, response, answer) =>
      breakOff(response, answer, answer.body.length >> 1),
    )
    await takesEverything()
  })

  it('in the middle of every page: site-unreachable', async () => {
    mischief = (path, response, answer) =>
      isPage(path) ? breakOff(response, answer, answer.body.length >> 1) : false
    await failsAndIsMadeGood('site-unreachable')
  })

  it('in the middle of an attachment: it goes on where it stopped', async () => {
    mischief = sometimes(isAttachment, 3, (_, response, answer) => breakOff(response, answer, 20_000))
    await takesEverything()
    const resumed = asked.filter(({ path, range }) => isAttachment(path) && range !== 'bytes=0-')
    expect(resumed.length).toBeGreaterThan(0)
  })

  it('before the first byte of an attachment, again and again: site-unreachable', async () => {
    mischief = (path, response, answer) => (isAttachment(path) ? breakOff(response, answer, 0) : false)
    await failsAndIsMadeGood('site-unreachable')
    expect(askedFor(isAttachment)).toBeLessThanOrEqual(4 * triesPerRequest)
  })
})

describe('a password that no longer holds', () => {
  it('is refused at once, throttled after five times, and let in again five minutes after it was put right', async () => {
    const right = await firm.centre.pool.query('select password_hash from site_account')
    const wrong = (hash: string) => `${hash.slice(0, -4)}AAAA`
    await setHash(wrong(right.rows[0].password_hash))
    for (let time = 1; time <= 5; time += 1) {
      await expect(run(firm.centre, 'through')).rejects.toMatchObject({ code: 'sign-in-refused' })
      expect(askedFor((path) => path === '/feed/v1/session')).toBe(time)
    }
    expect(await failedRun()).toEqual({ state: 'failed', code: 'sign-in-refused' })
    await setHash(right.rows[0].password_hash)
    await expect(run(firm.centre, 'through')).rejects.toMatchObject({ code: 'sign-in-throttled' })
    world.now += 5 * 60_000 + 1
    await takesEverything()
  })
})

async function setHash(hash: string): Promise<void> {
  await firm.centre.pool.query('update site_account set password_hash = $1', [hash])
}
