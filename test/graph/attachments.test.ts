import { createHash } from 'node:crypto'
import { setFlagsFromString } from 'node:v8'
import { runInNewContext } from 'node:vm'
import { afterEach, describe, expect, it } from 'vitest'
import { type Answer, ada, type Caller, call, startCaller } from './caller.ts'

let caller: Caller
afterEach(() => caller.close())

setFlagsFromString('--expose-gc')
const collectGarbage = runInNewContext('gc') as () => void

const megabyte = 1024 * 1024
const documentedRange = 2_097_152

async function started(options: Parameters<typeof startCaller>[0] = {}): Promise<string> {
  caller = await startCaller(options)
  const { body } = await caller.mail('POST', '/mailFolders/inbox/messages', { body: { subject: 'x' } })
  return `/messages/${body.id}/attachments`
}

const file = (content: Buffer, name = '报告.pdf') => ({
  '@odata.type': '#microsoft.graph.fileAttachment',
  ...{ name, contentType: 'application/pdf', contentBytes: content.toString('base64') },
})

const createSession = (path: string, size: number, more: object = {}) =>
  caller.mail('POST', `${path}/createUploadSession`, {
    body: { AttachmentItem: { attachmentType: 'file', name: 'video.mp4', size, ...more } },
  })

function put(url: string, content: Buffer, range: string, headers: object = {}): Promise<Answer> {
  const fields = { 'content-type': 'application/octet-stream', 'content-range': `bytes ${range}`, ...headers }
  return call(url, 'PUT', { body: content, headers: fields as Record<string, string> })
}

describe('an attachment under 3 MB', () => {
  it('goes in one request and is read back, its size as the service counts it', async () => {
    const path = await started()
    const content = Buffer.from('a small file')
    expect(await caller.mail('POST', path, { body: file(content) })).toMatchObject({ status: 201 })
    const { body } = await caller.mail('GET', `${path}?$select=name,size`)
    expect(body.value).toEqual([
      { '@odata.type': '#microsoft.graph.fileAttachment', name: '报告.pdf', size: expect.any(Number) },
    ])
    expect(body.value[0].size).toBeGreaterThan(content.length)
    expect((await caller.mail('GET', path)).body.value[0].contentBytes).toBe(content.toString('base64'))
    const [attachment] = caller.server.messages(ada, 'Inbox')[0]!.attachments
    expect(attachment!.sha256).toBe(createHash('sha256').update(content).digest('hex'))
    expect((await caller.mail('DELETE', `${path}/${attachment!.id}`)).status).toBe(204)
    expect((await caller.mail('GET', path)).body.value).toEqual([])
  })

  it('may be as large as 3 MB less one byte; 3 MB and a request over 4 MB are too large', async () => {
    const path = await started({ keepContent: false })
    const post = async (bytes: number) =>
      (await caller.mail('POST', path, { body: file(Buffer.alloc(bytes)) })).status
    expect([await post(3 * megabyte - 1), await post(3 * megabyte), await post(8 * megabyte)]).toEqual([
      201, 413, 413,
    ])
    const inline = { subject: 'x', attachments: [2, 2].map((size) => file(Buffer.alloc(size * megabyte))) }
    expect(await caller.mail('POST', '/mailFolders/inbox/messages', { body: inline })).toMatchObject({
      status: 413,
      body: { error: { code: 'RequestEntityTooLarge' } },
    })
  })

  it('is refused where it is not base64, and where the message would exceed the tenant’s limit', async () => {
    const path = await started()
    const notBase64 = { ...file(Buffer.alloc(1)), contentBytes: 'not base64!' }
    expect((await caller.mail('POST', path, { body: notBase64 })).status).toBe(400)
    caller.server.setMessageBytesMax(1000)
    expect(await caller.mail('POST', path, { body: file(Buffer.alloc(1001)) })).toMatchObject({
      status: 413,
      body: { error: { code: 'ErrorMessageSizeExceeded' } },
    })
    expect((await createSession(path, 4 * megabyte)).body.error.code).toBe('ErrorMessageSizeExceeded')
  })
})

describe('an upload session', () => {
  it('takes the documented example: two ranges in order, then says where the attachment is', async () => {
    const path = await started()
    const content = Buffer.alloc(3_483_322, 'flower')
    const { status, body } = await createSession(path, content.length)
    expect(status).toBe(201)
    expect(body.nextExpectedRanges).toEqual(['0-'])
    const first = await put(
      body.uploadUrl,
      content.subarray(0, documentedRange),
      `0-${documentedRange - 1}/3483322`,
    )
    expect(first).toMatchObject({ status: 200, body: { nextExpectedRanges: ['2097152'] } })
    expect(first.body.expirationDateTime).toBe(body.expirationDateTime)
    expect((await call(body.uploadUrl, 'GET', {})).body.nextExpectedRanges).toEqual(['2097152'])
    const last = await put(body.uploadUrl, content.subarray(documentedRange), '2097152-3483321/3483322')
    expect(last).toMatchObject({ status: 201, body: null })
    const id = last.headers.get('location')!.split('/').at(-1)
    expect((await caller.mail('GET', `${path}/${id}?$select=id,name`)).body).toMatchObject({
      id,
      name: 'video.mp4',
    })
    const [attachment] = caller.server.messages(ada, 'Inbox')[0]!.attachments
    expect(attachment!.content!.equals(content)).toBe(true)
  })

  it.each([
    ['ErrorAttachmentSizeShouldNotBeLessThanMinimumSize', 3 * megabyte - 1],
    ['ErrorAttachmentSizeLimitExceeded', 150_000_001],
  ])('is refused with %s', async (code, size) => {
    const path = await started()
    expect(await createSession(path, size)).toMatchObject({ status: 400, body: { error: { code } } })
  })

  it('takes no token, no range that is too large, out of order or wrongly described', async () => {
    const path = await started()
    const { uploadUrl } = (await createSession(path, 10_000_000)).body
    const content = Buffer.alloc(1000)
    const refusals = [
      await put(uploadUrl, content, '0-999/10000000', { authorization: 'Bearer x' }),
      await put(uploadUrl, content, '1000-1999/10000000'),
      await put(uploadUrl, content, '0-1000/10000000'),
      await put(uploadUrl, content, '0-999/9999999'),
      await put(uploadUrl, content, 'x'),
      await put(uploadUrl, content, '0-999/10000000', { 'content-type': 'application/json' }),
      await put(uploadUrl, Buffer.alloc(4_000_000), '0-3999999/10000000'),
    ]
    expect(refusals.map(({ status }) => status)).toEqual([401, 416, 400, 400, 400, 400, 413])
    expect((await put(uploadUrl, content, '0-999/10000000')).status).toBe(200)
    expect((await call(uploadUrl, 'DELETE', {})).status).toBe(204)
    expect((await put(uploadUrl, content, '1000-1999/10000000')).status).toBe(404)
  })

  it('expires', async () => {
    let now = Date.now()
    const path = await started({ now: () => now, tokenSeconds: 86_400 })
    const uploads = [await createSession(path, 5_000_000), await createSession(path, 5_000_000)]
    now += 3_600_000
    const again = await createSession(path, 5_000_000)
    for (const { body } of uploads)
      expect((await put(body.uploadUrl, Buffer.alloc(9), '0-8/5000000')).status).toBe(404)
    expect((await put(again.body.uploadUrl, Buffer.alloc(9), '0-8/5000000')).status).toBe(200)
    caller.server.uploads.expire()
    expect((await put(again.body.uploadUrl, Buffer.alloc(9), '9-17/5000000')).status).toBe(404)
  })

  it('of 150 MB stays out of the memory where contents are not kept', async () => {
    const path = await started({
      keepContent: false,
      throttle: { uploadBytes: 1e9 },
    })
    const size = 150_000_000
    const step = 3_932_160
    const range = Buffer.alloc(step, 'x')
    const { uploadUrl } = (await createSession(path, size)).body
    const expected = createHash('sha256')
    let most = 0
    const before = held()
    for (let from = 0; from < size; from += step) {
      const part = range.subarray(0, Math.min(step, size - from))
      expected.update(part)
      const { status } = await put(uploadUrl, part, `${from}-${from + part.length - 1}/${size}`)
      expect(status).toBe(from + step < size ? 200 : 201)
      most = Math.max(most, held())
    }
    const [attachment] = caller.server.messages(ada, 'Inbox')[0]!.attachments
    expect(attachment).toMatchObject({ bytes: size, content: null, sha256: expected.digest('hex') })
    expect(most - before).toBeLessThan(50_000_000)
  })

  /** Bytes in buffers that are still held. */
  function held(): number {
    collectGarbage()
    return process.memoryUsage().arrayBuffers
  }
})
