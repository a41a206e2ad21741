/** How long audit records are kept. */
import { z } from 'zod'
import { auditKeepMonths, auditOperations } from '../../domain/audit.ts'
import { defineEndpoints } from '../endpoint.ts'
import { done, idParams, time } from '../values.ts'

/** Who reads the log may see how long it is kept; he cannot shorten it. */
const readers = ['Audit Logs', 'View-Only Audit Logs', 'Organization Configuration'] as const

export const newAuditPolicy = z.object({
  name: z.string().trim().min(1).max(100),
  /** The smallest number that applies to a record decides. */
  priority: z.int().min(1).max(10_000),
  keepMonths: z.literal(auditKeepMonths),
  /** Whose records; null: everybody's. */
  actors: z.array(z.string().min(1).max(200)).min(1).max(100).nullable(),
  operations: z.array(z.enum(auditOperations)).min(1).nullable(),
})

export const auditRetentionEndpoints = defineEndpoints({
  listAuditPolicies: {
    method: 'GET',
    path: '/api/audit-policies',
    summary: 'Audit retention policies, the highest first. Without any, records are kept for ever.',
    access: readers,
    audit: { none: 'our own settings, without secrets' },
    answer: z.object({
      items: z.array(newAuditPolicy.extend({ id: z.int(), createdBy: z.string(), createdAt: time })),
    }),
  },
  createAuditPolicy: {
    method: 'POST',
    path: '/api/audit-policies',
    summary: 'Keeps records for a time instead of for ever; those of changes for six years at least.',
    access: ['Organization Configuration'],
    audit: 'change-audit-retention',
    dangerous: true,
    body: newAuditPolicy,
    answer: done,
  },
  removeAuditPolicy: {
    method: 'DELETE',
    path: '/api/audit-policies/:id',
    summary: 'What it would have removed is kept.',
    access: ['Organization Configuration'],
    audit: 'change-audit-retention',
    params: idParams,
    answer: done,
  },
})
