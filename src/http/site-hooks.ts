/** The one address at which sources are called from outside. */
import type { FastifyInstance } from 'fastify'
import { AppError } from '../domain/errors.ts'

/** Adds `/hooks/:source/:account` below the server's `/site`. No source is called from outside so far. */
export function registerSiteHooks(server: FastifyInstance): void {
  server.route({
    method: ['GET', 'POST'],
    url: '/hooks/:source/:account',
    exposeHeadRoute: false,
    // Whatever such a caller sends is his source's to read; nothing here does.
    onRequest: async () => {
      throw new AppError('unknown-source', 'No source of this archiver site is called at this address.')
    },
    handler: async () => undefined,
  })
}
