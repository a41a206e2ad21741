/** A TCP proxy on the loopback that cuts connections: after so many bytes of the client's, or of the server's. */
import { once } from 'node:events'
import { connect, createServer, type Socket } from 'node:net'

export interface Cut {
  /** `up`: what the client sends; the server never gets the rest. `down`: the server has done it, its answer is lost. */
  readonly way: 'up' | 'down'
  readonly afterBytes: number
}

export interface CuttingProxy {
  readonly port: number
  /** How many connections were cut. */
  cuts(): number
  close(): Promise<void>
}

/** Asks for each connection (0 is the first) whether and where it is cut. */
export async function startCuttingProxy(
  target: { readonly host: string; readonly port: number },
  cutOf: (connection: number) => Cut | null,
): Promise<CuttingProxy> {
  const sockets = new Set<Socket>()
  let [connections, cuts] = [0, 0]
  const server = createServer((client) => {
    const upstream = connect(target)
    const cut = cutOf(connections++)
    const both = [client, upstream]
    const end = () => {
      for (const socket of both) socket.destroy()
    }
    for (const socket of both) {
      sockets.add(socket)
      socket.on('error', end)
      socket.on('close', () => {
        sockets.delete(socket)
        end()
      })
    }
    const pass = (from: Socket, to: Socket, way: Cut['way']) => {
      let passed = 0
      from.on('data', (chunk) => {
        const left = cut?.way === way ? cut.afterBytes - passed : Number.POSITIVE_INFINITY
        passed += chunk.length
        if (chunk.length <= left) {
          to.write(chunk)
          return
        }
        cuts += 1
        // What has passed arrives before the connection ends.
        to.end(chunk.subarray(0, Math.max(0, left)))
        from.destroy()
      })
    }
    pass(client, upstream, 'up')
    pass(upstream, client, 'down')
  })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: (server.address() as { port: number }).port,
    cuts: () => cuts,
    async close() {
      for (const socket of sockets) socket.destroy()
      server.close()
      await once(server, 'close')
    },
  }
}
