/** The contract itself, for programs. */
import { z } from 'zod'
import { defineEndpoints } from '../endpoint.ts'

export const documentEndpoints = defineEndpoints({
  readOpenApi: {
    method: 'GET',
    path: '/api/openapi.json',
    summary: 'This document: every address of the API (OpenAPI 3.1).',
    access: 'signed-in',
    audit: { none: 'a published document' },
    answer: z.record(z.string(), z.unknown()),
  },
})
