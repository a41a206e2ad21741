/** The portal's files: one page for all its addresses, and what that page loads. */
import { readFile, stat } from 'node:fs/promises'
import { join } from 'node:path'
import fastifyStatic from '@fastify/static'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import type { RandomSource } from '../platform/random.ts'
import { pagePolicy } from './security-headers.ts'
import { nothingThere } from './server.ts'
import { pathOf } from './unknown-address.ts'

export interface PortalPages {
  /** Adds `/` and `/assets/…`. */
  register(server: FastifyInstance): void
  /** Answers any other address a browser asks for a page at; whatever else was asked there is nothing. */
  answer(request: FastifyRequest, reply: FastifyReply): Promise<FastifyReply>
}

/** `folder` is what the build of the portal makes; it may be missing, or replaced while the server runs. */
export function createPortalPages(folder: string, random: RandomSource): PortalPages {
  const readPage = pageReader(join(folder, 'index.html'))
  const sendPage = async (reply: FastifyReply) => sendPortal(reply, await readPage(), random)
  return {
    register(server) {
      server.register(fastifyStatic, {
        root: folder,
        serve: false,
        preCompressed: true,
        dotfiles: 'deny',
        index: false,
        suppressWarning: true,
      })
      server.get('/', (_request, reply) => sendPage(reply))
      // A file's name holds a hash of what is in it.
      server.get('/assets/*', (request, reply) =>
        reply.sendFile(pathOf(request).slice(1), { maxAge: '1y', immutable: true }),
      )
    },
    async answer(request, reply) {
      const path = pathOf(request)
      const wantsPage = /^(GET|HEAD)$/.test(request.method) && /text\/html/.test(request.headers.accept ?? '')
      const isPage = !/^\/(api|site|assets|healthz)(\/|$)/.test(path)
      return wantsPage && isPage ? sendPage(reply) : nothingThere()
    },
  }
}

function sendPortal(reply: FastifyReply, page: string | null, random: RandomSource): FastifyReply {
  reply.header('cache-control', 'no-store').type('text/html; charset=utf-8')
  if (page === null) return reply.code(503).send(notBuilt)
  const nonce = random.bytes(18).toString('base64url')
  reply.header('content-security-policy', pagePolicy(nonce))
  return reply.send(page.replace('<head>', `<head>\n    <meta property="csp-nonce" nonce="${nonce}" />`))
}

/** Reads the page again when it has changed; null where there is none. */
function pageReader(file: string): () => Promise<string | null> {
  let known = { at: -1, page: '' }
  return async () => {
    const at = (await stat(file).catch(() => null))?.mtimeMs
    if (at === undefined) return null
    if (at !== known.at) known = { at, page: await readFile(file, 'utf8') }
    return known.page
  }
}

const notBuilt = `<!doctype html>
<html lang="en">
  <meta charset="utf-8">
  <title>Holdfast</title>
  <h1>The portal is not built yet</h1>
  <p>Run <code>node scripts/build-portal.js</code> in the folder of Holdfast, then load this page again.</p>
  <p>The API and the archiver site answer meanwhile.</p>
</html>
`
