import { inspect } from 'node:util'
import { describe, expect, it } from 'vitest'
import { loadConfig } from './config.ts'
import { Secret } from './secret.ts'

describe('loadConfig', () => {
  it('needs no variable at all', () => {
    const config = loadConfig({})
    expect(config).toMatchObject({
      dataFolder: './data',
      database: { url: null, ownerUrl: null, connectionsMax: 10 },
      http: {
        host: '127.0.0.1',
        port: 8080,
        trustedProxies: [],
        publicUrl: null,
        certificate: null,
        plainAllowed: false,
      },
      logLevel: 'info',
      emailDomain: 'archive.invalid',
      objectStore: { type: 'local' },
      attachmentBytesMax: 2 * 1024 ** 3,
      siteKeyFile: null,
    })
  })

  it('takes an empty variable as unset', () => {
    expect(loadConfig({ HOLDFAST_PORT: '', DATABASE_URL: ' ' })).toEqual(loadConfig({}))
  })

  it('cannot be changed', () => {
    const config = loadConfig({}) as { http: { port: number } }
    expect(() => {
      config.http.port = 1
    }).toThrow(TypeError)
  })

  it('names every bad variable in one message, without the values of any', () => {
    const bad = {
      DATABASE_URL: 'mysql://hunter2@db/x',
      DATABASE_OWNER_URL: 'hunter3',
      HOLDFAST_PORT: '70000',
      HOLDFAST_LOG_LEVEL: 'loud',
      HOLDFAST_EMAIL_DOMAIN: 'not a domain',
      HOLDFAST_OBJECT_STORE: 'azure',
      HOLDFAST_AZURE_CONTAINER: 'No',
      HOLDFAST_ATTACHMENT_BYTES_MAX: 'big',
    }
    const error = catchError(() => loadConfig(bad))
    expect(error).toMatchObject({ code: 'bad-config' })
    for (const name of Object.keys(bad).filter((variable) => variable !== 'HOLDFAST_OBJECT_STORE'))
      expect(error.message).toContain(name)
    expect(error.message).toContain('HOLDFAST_AZURE_ACCOUNT')
    expect(error.message).not.toMatch(/hunter|loud|70000/)
  })

  it('refuses an owner of no database', () => {
    const error = catchError(() => loadConfig({ DATABASE_OWNER_URL: 'postgresql://o:p@db/x' }))
    expect(error.message).toBe(
      'The configuration has 1 bad variable: DATABASE_OWNER_URL is set without DATABASE_URL.',
    )
  })

  it('knows the Azure clouds', () => {
    const azure = {
      HOLDFAST_OBJECT_STORE: 'azure',
      HOLDFAST_AZURE_CONTAINER: 'records',
      HOLDFAST_AZURE_ACCOUNT: 'a',
    }
    const suffix = (more: Record<string, string>) => {
      const store = loadConfig({ ...azure, ...more }).objectStore
      return store.type === 'azure' && store.endpointSuffix
    }
    expect(suffix({})).toBe('core.windows.net')
    expect(suffix({ HOLDFAST_AZURE_CLOUD: 'usgovernment' })).toBe('core.usgovcloudapi.net')
    expect(suffix({ HOLDFAST_AZURE_CLOUD: 'china' })).toBe('core.chinacloudapi.cn')
    expect(suffix({ HOLDFAST_AZURE_ENDPOINT_SUFFIX: 'blob.example.test' })).toBe('blob.example.test')
  })

  it('reads sizes', () => {
    const size = (text: string) => loadConfig({ HOLDFAST_ATTACHMENT_BYTES_MAX: text }).attachmentBytesMax
    expect([size('500 MiB'), size('1GiB'), size('12345')]).toEqual([500 * 1024 ** 2, 1024 ** 3, 12345])
  })
})

describe('a secret', () => {
  it('prints as [secret] everywhere and is told only when asked', () => {
    const config = loadConfig({ DATABASE_URL: 'postgresql://app:hunter2@db/holdfast' })
    const printed = [inspect(config, { depth: 9 }), JSON.stringify(config), `${config.database.url}`]
    expect(printed.join()).not.toContain('hunter2')
    expect(printed.every((text) => text.includes('[secret]'))).toBe(true)
    expect(config.database.url?.reveal()).toBe('postgresql://app:hunter2@db/holdfast')
    expect(JSON.stringify(Object.entries(new Secret('hunter2')))).toBe('[]')
  })
})

function catchError(work: () => unknown): Error {
  try {
    work()
  } catch (error) {
    return error as Error
  }
  throw new Error('nothing was thrown')
}
