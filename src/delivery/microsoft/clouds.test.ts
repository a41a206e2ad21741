import { describe, expect, it } from 'vitest'
import { type CloudName, cloudNames, clouds } from '../../platform/clouds.ts'
import { loadConfig } from '../../platform/config.ts'
import { azureContainer } from '../../platform/object-store/azure-service.ts'
import { endpointsOf, scopeOf } from './index.ts'

// From "Microsoft Graph national cloud deployments" and the storage suffixes of ms-rest-azure-env.
const expected = {
  worldwide: [
    ...['https://login.microsoftonline.com', 'https://graph.microsoft.com/.default'],
    ...['core.windows.net', 'https://portal.azure.com'],
  ],
  'gcc-high': [
    ...['https://login.microsoftonline.us', 'https://graph.microsoft.us/.default'],
    ...['core.usgovcloudapi.net', 'https://portal.azure.us'],
  ],
  dod: [
    ...['https://login.microsoftonline.us', 'https://dod-graph.microsoft.us/.default'],
    ...['core.usgovcloudapi.net', 'https://portal.azure.us'],
  ],
  china: [
    ...['https://login.chinacloudapi.cn', 'https://microsoftgraph.chinacloudapi.cn/.default'],
    ...['core.chinacloudapi.cn', 'https://portal.azure.cn'],
  ],
} satisfies Record<CloudName, string[]>

describe('one setting chooses everything that differs between the clouds', () => {
  it.each(cloudNames)('%s', (name) => {
    const { login, storageSuffix, portal } = clouds[name]
    expect([login, scopeOf(endpointsOf(name)), storageSuffix, portal]).toEqual(expected[name])
    expect(endpointsOf(name)).toEqual({ login, graph: clouds[name].graph })
  })

  it.each(cloudNames)(
    'HOLDFAST_CLOUD=%s moves storage, its sign-in and Microsoft Graph together',
    async (name) => {
      const { cloud, objectStore } = loadConfig({
        ...{ HOLDFAST_CLOUD: name, HOLDFAST_OBJECT_STORE: 'azure' },
        ...{ HOLDFAST_AZURE_CONTAINER: 'records', HOLDFAST_AZURE_ACCOUNT: 'contoso' },
      })
      expect(cloud).toBe(name)
      if (objectStore.type !== 'azure') throw new Error('not in Azure')
      const access = { kind: 'identity', account: 'contoso' } as const
      const { url } = await azureContainer({ ...objectStore, access })
      expect(url).toBe(`https://contoso.blob.${clouds[name].storageSuffix}/records`)
      expect(objectStore.cloud).toBe(name)
      expect(endpointsOf(cloud).graph).toBe(clouds[name].graph)
    },
  )

  it('hosts of one country are in no cloud of another', () => {
    const endings = {
      worldwide: /\.com$|\.windows\.net$/,
      'gcc-high': /\.us$|usgov/,
      dod: /\.us$|usgov/,
      china: /\.cn$/,
    }
    for (const name of cloudNames) {
      const { login, graph, portal, storageSuffix } = clouds[name]
      const hosts = [...[login, graph, portal].map((address) => new URL(address).host), storageSuffix]
      for (const other of cloudNames)
        for (const host of hosts)
          expect([host, endings[other].test(host)]).toEqual([
            host,
            String(endings[other]) === String(endings[name]),
          ])
    }
  })

  it('no two clouds share an address of Graph, and each is HTTPS without a path', () => {
    expect(new Set(cloudNames.map((name) => clouds[name].graph)).size).toBe(cloudNames.length)
    for (const { login, graph, portal } of Object.values(clouds))
      for (const address of [login, graph, portal]) expect(new URL(address).origin).toBe(address)
  })

  it('GCC is the worldwide cloud, and its title says so', () => {
    expect(clouds.worldwide.title).toMatch(/GCC$/)
    expect(cloudNames).not.toContain('gcc')
  })
})

describe('addresses of one’s own', () => {
  it.each(['http://127.0.0.1:81', 'http://localhost:81', 'http://[::1]:81', 'https://graph.firm.example'])(
    'may be %s',
    (address) => {
      const given = { login: `${address}/`, graph: address }
      expect(endpointsOf('worldwide', given)).toEqual({ login: address, graph: address })
    },
  )

  it.each([
    { login: 'http://login.firm.example', graph: 'https://graph.firm.example' },
    { login: 'https://login.firm.example', graph: 'http://127.0.0.1.firm.example' },
  ])('are refused where a secret or a token would go over plain HTTP: %j', (given) => {
    expect(() => endpointsOf('worldwide', given)).toThrow(
      expect.objectContaining({ reason: 'bad-settings', message: expect.stringMatching(/is not HTTPS/) }),
    )
  })
})
