/** `$batch`: up to twenty requests in one, those of a mailbox run at once as far as its budget goes. */
import { z } from 'zod'
import { callOf, type GraphCall, type GraphReply, jsonBody, Refusal } from './call.ts'

const requestsMax = 20

const batchRequest = z.strictObject({
  id: z.string().min(1),
  method: z.enum(['GET', 'POST', 'PATCH', 'PUT', 'DELETE']),
  url: z.string().regex(/^\/(?!v1\.0|\$batch)/),
  headers: z.record(z.string(), z.string()).optional(),
  body: z.unknown().optional(),
  dependsOn: z.array(z.string()).optional(),
})

export async function answerBatch(
  call: GraphCall,
  run: (call: GraphCall) => Promise<GraphReply>,
): Promise<GraphReply> {
  const { requests } = jsonBody(call, ['requests'])
  const parsed = z.array(batchRequest.omit({ dependsOn: true })).safeParse(requests)
  if (!parsed.success) throw new Refusal(400, 'BadRequest', `The batch is not valid: ${parsed.error.message}`)
  if (parsed.data.length === 0 || parsed.data.length > requestsMax)
    throw new Refusal(400, 'BadRequest', `A batch holds 1 to ${requestsMax} requests.`)
  if (new Set(parsed.data.map(({ id }) => id)).size < parsed.data.length)
    throw new Refusal(400, 'BadRequest', 'The ids of a batch must be different.')
  const responses = await Promise.all(
    parsed.data.map(async ({ id, method, url, headers = {}, body }) => {
      const lower = Object.fromEntries(
        Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
      )
      const bytes = body === undefined ? Buffer.alloc(0) : Buffer.from(JSON.stringify(body))
      const reply = await run(
        callOf(method, url, { ...call.headers, 'content-type': undefined, ...lower }, bytes, true),
      )
      return { id, status: reply.status, headers: reply.headers ?? {}, body: reply.body ?? null }
    }),
  )
  // The service promises no order.
  return { status: 200, body: { responses: responses.reverse() } }
}
