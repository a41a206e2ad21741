import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { BlobServiceClient } from '@azure/storage-blob'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Azurite, startAzurite } from '../../../test/azurite.ts'
import { azureFailure } from './azure-failure.ts'
import { createAzureObjectStore } from './azure-object-store.ts'
import { accountUrl, azureContainer } from './azure-service.ts'

let azurite: Azurite
beforeAll(async () => {
  azurite = await startAzurite()
})
afterAll(() => azurite.close())
const byString = (connectionString: string) => ({ kind: 'connection-string', connectionString }) as const

describe('the container', () => {
  it('is made when it is missing, private, and found again', async () => {
    const access = byString(azurite.connectionString)
    const store = await createAzureObjectStore({ container: 'made-here', access })
    await store.put('a/b', Buffer.from('1'))
    const anonymous = await fetch(`${azurite.account.url}/made-here/a/b`)
    expect([401, 403, 404]).toContain(anonymous.status)
    const again = await createAzureObjectStore({ container: 'made-here', access })
    expect(await again.size('a/b')).toBe(1)
  })

  it.each(['blob', 'container'] as const)('open to the public (%s) is refused', async (level) => {
    const service = BlobServiceClient.fromConnectionString(azurite.connectionString)
    await service.createContainer(`public-${level}`, { access: level })
    const options = { container: `public-${level}`, access: byString(azurite.connectionString) }
    await expect(createAzureObjectStore(options)).rejects.toMatchObject({
      code: 'object-store-unsafe',
      message: expect.stringContaining(`public-${level}`),
    })
  })
})

describe('an Azure that does not answer as it should', () => {
  it('refuses a wrong key: object-store-refused, and the key is in no part of the error', async () => {
    const wrong = Buffer.alloc(64, 5).toString('base64')
    const access = byString(azurite.connectionString.replace(azurite.account.key, wrong))
    const error = await createAzureObjectStore({ container: 'holdfast', access }).catch((thrown) => thrown)
    expect(error).toMatchObject({
      code: 'object-store-refused',
      details: { container: 'holdfast', status: 403 },
    })
    expect(error.message + error.stack).not.toContain(wrong)
  })

  it('is unreachable: a few tries, then object-store-unreachable', async () => {
    const access = byString(azurite.connectionString.replace(/127\.0\.0\.1:\d+/, '127.0.0.1:9'))
    const options = { container: 'holdfast', access, tries: 2, retryDelayMsMax: 1 }
    await expect(createAzureObjectStore(options)).rejects.toMatchObject({ code: 'object-store-unreachable' })
  })

  it('keeps answering 503: as many tries as were set, no more', async () => {
    let asked = 0
    const server = createServer((_, answer) => {
      asked++
      answer.writeHead(503).end()
    })
    await new Promise<void>((listening) => server.listen(0, '127.0.0.1', listening))
    const { port } = server.address() as AddressInfo
    const access = byString(azurite.connectionString.replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${port}`))
    const options = { container: 'holdfast', access, tries: 3, retryDelayMsMax: 1 }
    await expect(createAzureObjectStore(options)).rejects.toMatchObject({ code: 'object-store-unreachable' })
    server.close()
    expect(asked).toBe(3)
  })

  it('goes away in the middle of a run: told as unreachable, and by the next run it is done', async () => {
    const own = await startAzurite()
    const options = {
      container: 'holdfast',
      access: byString(own.connectionString),
      tries: 2,
      retryDelayMsMax: 1,
    }
    const store = await createAzureObjectStore(options)
    await own.close()
    await expect(store.put('a', Buffer.from('1'))).rejects.toMatchObject({ code: 'object-store-unreachable' })
    await expect(store.get('a')).rejects.toMatchObject({ code: 'object-store-unreachable' })
    const listing = store.list('')[Symbol.asyncIterator]()
    await expect(listing.next()).rejects.toMatchObject({ code: 'object-store-unreachable' })
  })

  it('keeps an object under a legal hold or an immutability policy: the reason is told', () => {
    const held = Object.assign(new Error('no'), { statusCode: 409, code: 'BlobImmutableDueToPolicy' })
    expect(azureFailure(held, 'holdfast')).toMatchObject({
      code: 'object-store-refused',
      message: expect.stringContaining('policy of the container'),
    })
  })
})

describe('the settings', () => {
  it('each cloud has its own address, and a suffix of one’s own wins', async () => {
    expect(accountUrl({}, 'contoso')).toBe('https://contoso.blob.core.windows.net')
    expect(accountUrl({ cloud: 'gcc-high' }, 'contoso')).toBe('https://contoso.blob.core.usgovcloudapi.net')
    expect(accountUrl({ cloud: 'china' }, 'contoso')).toBe('https://contoso.blob.core.chinacloudapi.cn')
    expect(accountUrl({ cloud: 'china', endpointSuffix: 'storage.example' }, 'contoso')).toBe(
      'https://contoso.blob.storage.example',
    )
    const access = {
      kind: 'identity',
      account: 'contoso',
      clientId: '00000000-0000-0000-0000-000000000001',
    } as const
    const { url } = await azureContainer({ container: 'holdfast', access, cloud: 'gcc-high' })
    expect(url).toBe('https://contoso.blob.core.usgovcloudapi.net/holdfast')
  })

  it('that cannot be used are refused in one sentence without the secret', async () => {
    const key = 'c2VjcmV0LWtleQ=='
    const wrong = [
      { container: 'Holdfast', access: byString(azurite.connectionString) },
      { container: 'ho', access: byString(azurite.connectionString) },
      { container: 'holdfast', access: byString(`AccountName=a;AccountKey=${key}`) },
      { container: 'holdfast', access: byString('') },
      {
        container: 'holdfast',
        access: byString(azurite.connectionString.replace('127.0.0.1', 'storage.example')),
      },
      { container: 'holdfast', access: { kind: 'account-key', account: 'Contoso!', key } as const },
      {
        container: 'holdfast',
        access: { kind: 'account-key', account: 'contoso', key } as const,
        endpointSuffix: 'a/b',
      },
    ]
    for (const options of wrong) {
      const error = await createAzureObjectStore(options).catch((thrown) => thrown)
      expect(error).toMatchObject({ code: 'bad-config' })
      expect(`${error.message}${error.stack}${String(error.cause)}`).not.toContain(key)
    }
  })
})
