/** Has a handler answer a call, audits it, and sends what it says in the form the contract promises. */
import { AsyncLocalStorage } from 'node:async_hooks'
import type { FastifyReply, FastifyRequest } from 'fastify'
import type { z } from 'zod'
import type { Endpoint } from '../api/index.ts'
import { withAuditOrigin } from '../platform/audit/audit.ts'
import type { AnyHandler, ApiOptions } from './api-options.ts'
import { auditOriginOf, callOf } from './call.ts'
import { type AuditedCall, auditAnswer, auditRefusal } from './call-audit.ts'
import { checkInput } from './check-input.ts'
import type { Download, Events, Redirect } from './handler.ts'
import { sendDownload } from './send-download.ts'
import { sendEvents } from './send-events.ts'
import type { Sending } from './sending.ts'

/** Notes a refusal that came before the handler. Who is not known at all leaves nothing: he could fill the log. */
export async function refuseCall(
  options: ApiOptions,
  call: AuditedCall,
  request: FastifyRequest,
  error: unknown,
): Promise<void> {
  if (request.principal === null) return
  await withAuditOrigin(auditOriginOf(request, request.principal), () => auditRefusal(options, call, error))
}

export async function answerCall(
  options: ApiOptions,
  call: AuditedCall,
  handler: AnyHandler,
  request: FastifyRequest,
  reply: FastifyReply,
): Promise<FastifyReply> {
  const input = checkInput(call.endpoint, request)
  const signal = abortedWhenGone(reply)
  const { context, origin } = callOf(request, reply, request.principal, {
    publicUrl: options.publicUrl,
    signal,
  })
  const answering = async () => {
    try {
      const answer = checkAnswer(call, await handler(input as never, context))
      await auditAnswer(options, call)
      // What is read later, while the answer leaves, still belongs to this request.
      return { answer, during: AsyncLocalStorage.snapshot() }
    } catch (error) {
      await auditRefusal(options, call, error)
      throw error
    }
  }
  const first = options.rightOfWay?.first ?? ((work) => work())
  const { result } = await first(() => withAuditOrigin(origin, answering))
  const { endpoint } = call
  return send(reply, endpoint, result.answer, { during: result.during, signal })
}

/** What the contract does not name does not leave; what it promises and is missing is a fault of the program. */
function checkAnswer({ name, endpoint }: AuditedCall, answer: unknown): unknown {
  if (typeof endpoint.answer === 'string') return answer
  const checked = (endpoint.answer as z.ZodType).safeParse(answer)
  if (checked.success) return checked.data
  const places = checked.error.issues.map(({ path, message }) => `${path.join('.')}: ${message}`)
  throw new Error(`${name} answers what its contract does not know: ${places.slice(0, 5).join('; ')}`)
}

function send(
  reply: FastifyReply,
  { answer: form }: Endpoint,
  answer: unknown,
  sending: Sending,
): FastifyReply {
  if (form === 'nothing') return reply.code(204).send()
  if (form === 'events') return sendEvents(reply, answer as Events, sending)
  if (form !== 'bytes') return reply.type('application/json; charset=utf-8').send(JSON.stringify(answer))
  const { redirect } = answer as Redirect
  if (redirect !== undefined) return reply.redirect(redirect, 303)
  return sendDownload(reply, answer as Download, sending)
}

/** Also when all was said: whatever a handler left running ends with its answer. */
function abortedWhenGone(reply: FastifyReply): AbortSignal {
  const gone = new AbortController()
  reply.raw.once('close', () => gone.abort())
  return gone.signal
}
