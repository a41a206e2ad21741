import { createRequire } from 'node:module'

/** The account that every emulator has; its key is printed in Microsoft's documentation and protects nothing. */
const account = 'devstoreaccount1'
const key = 'Eby8vdM02xNOcqFlqUwJPLlmEtlCDXJ1OUzFT50uSRZ6IFsuFq2UVErCz4I6tq/K1SZFPTOtr/KBHBeksoGMGw=='

export interface Azurite {
  readonly connectionString: string
  readonly account: { readonly name: string; readonly key: string; readonly url: string }
  close(): Promise<void>
}

interface BlobServer {
  start(): Promise<void>
  close(): Promise<void>
  getHttpServerAddress(): string
}

/**
 * Azure's blob emulator inside this process, in memory, on a free port of the loopback: ready in a few
 * milliseconds, nothing left on disk. It has no immutability policies and no legal holds (it answers 501).
 */
export async function startAzurite(): Promise<Azurite> {
  const server = newServer()
  await server.start()
  const url = `${server.getHttpServerAddress()}/${account}`
  return {
    connectionString: `DefaultEndpointsProtocol=http;AccountName=${account};AccountKey=${key};BlobEndpoint=${url};`,
    account: { name: account, key, url },
    close: () => server.close(),
  }
}

/** Azurite exports no server, so its inner files are loaded; package.json pins the version whose arguments these are. */
function newServer(): BlobServer {
  const require = createRequire(import.meta.url)
  const { default: Configuration } = require('azurite/dist/src/blob/BlobConfiguration')
  const { default: Server } = require('azurite/dist/src/blob/BlobServer')
  const [host, port, keepAliveSeconds] = ['127.0.0.1', 0, 5]
  const [skipApiVersionCheck, inMemory] = [true, true]
  return new Server(
    // biome-ignore format: one line for each group of Azurite's positional arguments
    new Configuration(
      host, port, keepAliveSeconds,
      'unused', 'unused', [],
      false, undefined, false, undefined,
      false, skipApiVersionCheck,
      '', '', '', undefined, false, inMemory,
    ),
  )
}
