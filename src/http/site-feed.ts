/** The feed of the archiver site over HTTP: see `domain/feed/contract.ts` for the paths and shapes. */
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { AppError } from '../domain/errors.ts'
import {
  acknowledgementRequest,
  activityQuery,
  feedPaths,
  gapsQuery,
  recordsQuery,
  signInRequest,
} from '../domain/feed/contract.ts'
import * as site from '../site/index.ts'

/** Adds the feed's routes below the server's `/site`. */
export function registerSiteFeed(server: FastifyInstance, parts: site.SiteParts): void {
  const accountOf = (request: FastifyRequest) => {
    const token = /^Bearer (\S+)$/.exec(request.headers.authorization ?? '')?.[1]
    if (!token) throw new AppError('session-expired', 'Sign in first: the request carries no session token.')
    return site.accountOfToken(parts, token)
  }

  server.post(feedPaths.session, async (request) => {
    const { username, password } = checked(signInRequest, request.body)
    const session = await site.signIn(parts, username, password)
    return {
      token: session.token,
      expiresAt: session.expiresAt.toISOString(),
      account: session.account.name,
      publicKey: session.account.publicKey.toString('base64'),
    }
  })

  server.get(feedPaths.registeredUsers, async (request) => {
    const users = await site.registeredUsers(parts, await accountOf(request))
    return {
      users: users.map(({ validFrom, validTo, wecomUserid, ...user }) => ({
        ...user,
        wecomUserid: wecomUserid ?? null,
        validFrom: validFrom?.toISOString() ?? null,
        validTo: validTo?.toISOString() ?? null,
      })),
    }
  })

  server.get(feedPaths.records, async (request, reply) => {
    const account = await accountOf(request)
    const page = await site.readPage(parts, account, checked(recordsQuery, request.query))
    const head = Buffer.from(`${JSON.stringify(page.header)}\n`)
    const blockBytes = page.header.blocks.reduce((sum, block) => sum + block.bytes, 0)
    reply.header('content-length', head.byteLength + blockBytes).type('application/octet-stream')
    const chunks: Uint8Array[] = [head]
    for await (const block of page.blocks()) chunks.push(block)
    return reply.send(Buffer.concat(chunks))
  })

  server.get(`${feedPaths.attachments}/*`, async (request, reply) => {
    const account = await accountOf(request)
    const name = (request.params as Record<string, string>)['*'] ?? ''
    const from = /^bytes=(\d+)-$/.exec(request.headers.range ?? '')?.[1]
    const offset = from === undefined ? 0 : Number(from)
    const { stream, sealedBytes } = await site.openAttachment(parts, account, name, offset)
    reply.code(from === undefined ? 200 : 206).header('content-length', Math.max(0, sealedBytes - offset))
    if (from !== undefined) reply.header('content-range', `bytes ${offset}-${sealedBytes - 1}/${sealedBytes}`)
    return reply.type('application/octet-stream').send(stream)
  })

  server.post(feedPaths.acknowledgement, async (request, reply) => {
    const account = await accountOf(request)
    const { family, sequence, keep } = checked(acknowledgementRequest, request.body)
    await site.acknowledge(parts, account, family, sequence, keep)
    return reply.code(204).send()
  })

  server.get(feedPaths.gaps, async (request) =>
    site.readGaps(parts, await accountOf(request), checked(gapsQuery, request.query)),
  )

  server.get(feedPaths.activity, async (request) =>
    site.readActivity(parts, await accountOf(request), checked(activityQuery, request.query)),
  )
}

function checked<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const result = schema.safeParse(value)
  if (result.success) return result.data
  const problems = result.error.issues.map(
    (issue) => `${issue.path.join('.') || 'request'}: ${issue.message}`,
  )
  throw new AppError('bad-request', `The request is not as the feed's contract says: ${problems.join('; ')}.`)
}
