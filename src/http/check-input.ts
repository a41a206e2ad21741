/** Checks what came in against the contract's schemas; a problem is named, a value never. */
import type { FastifyRequest } from 'fastify'
import type { z } from 'zod'
import { type Endpoint, uploadQueryHeader } from '../api/index.ts'
import { AppError } from '../domain/errors.ts'
import { uploadOf } from './upload-body.ts'

/** A call's input as its handler gets it; `HandlerInput` says which types the parts have. */
export interface CheckedInput {
  readonly params: unknown
  readonly query: unknown
  readonly body: unknown
}

const problemsTold = 20

/** Throws `bad-request` naming the fields, `upload-too-large`. */
export function checkInput(endpoint: Endpoint, request: FastifyRequest): CheckedInput {
  const problems: string[] = []
  const check = (part: string, schema: z.ZodType | undefined, value: unknown) => {
    if (!schema) return undefined
    const result = schema.safeParse(value)
    if (result.success) return result.data
    problems.push(...result.error.issues.map((issue) => problemOf(part, issue)))
    return undefined
  }
  const params = check('path', endpoint.params, request.params)
  const query = check('query', endpoint.query, {
    ...(request.query as object),
    ...uploadQuery(endpoint, request),
  })
  const body =
    endpoint.body === 'bytes'
      ? uploadOf(request, endpoint.bodyBytesMax)
      : check('body', endpoint.body, request.body)
  if (problems.length === 0) return { params, query, body }
  throw new AppError(
    'bad-request',
    `The request does not fit: ${problems.slice(0, problemsTold).join('; ')}.`,
  )
}

/** What an upload says of its file: a name may hold a person's number, and so does not stand in an address. */
function uploadQuery({ body }: Endpoint, request: FastifyRequest): Record<string, string> {
  const header = request.headers[uploadQueryHeader]
  return body === 'bytes' && typeof header === 'string' ? Object.fromEntries(new URLSearchParams(header)) : {}
}

function problemOf(part: string, issue: z.core.$ZodIssue): string {
  const place = [part, ...issue.path.map(String)].join('.')
  return `${place}: ${issue.code === 'unrecognized_keys' ? 'has fields it does not know' : issue.message}`
}
