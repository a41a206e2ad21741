/** Why an item is kept, until when, under which rules, and who saw it. */
import { z } from 'zod'
import { defineEndpoints } from '../endpoint.ts'
import { time } from '../values.ts'
import { itemParams } from './items.ts'

const itemExplanation = z.object({
  /** Why it is in this mailbox. */
  mapping: z.string(),
  kept: z.enum(['held', 'retained', 'due', 'no-rule']),
  retainedBy: z.string().nullable(),
  /** A time, or `forever`. */
  retainUntil: z.string().nullable(),
  deletedBy: z.string().nullable(),
  deleteAt: time.nullable(),
  /** Imported lately: no rule may dispose of it before. */
  earliestDisposal: time.nullable(),
  holds: z.array(z.object({ name: z.string(), because: z.string(), until: time.nullable() })),
  rules: z.array(
    z.object({
      kind: z.enum(['policy', 'label']),
      name: z.string(),
      retainUntil: z.string().nullable(),
      deleteAt: z.string().nullable(),
    }),
  ),
  /** The latest two hundred looks; null for who may not read the audit log. */
  seenBy: z
    .array(z.object({ at: time, actor: z.string(), operation: z.string(), outcome: z.string() }))
    .nullable(),
})

export const explanationEndpoints = defineEndpoints({
  explainItem: {
    method: 'GET',
    path: '/api/items/:id/explanation',
    summary: 'Why an item is here, why it is kept, until when, under which rules, and who saw it.',
    access: ['Preview'],
    audit: 'explain-item',
    params: itemParams,
    answer: itemExplanation,
  },
  downloadExplanation: {
    method: 'GET',
    path: '/api/items/:id/explanation.json',
    summary: 'The same as a file.',
    access: ['Preview'],
    audit: 'explain-item',
    params: itemParams,
    answer: 'bytes',
  },
})
