/** The integrity log: how far it reaches, what was signed last, and what an outsider checks it with. */
import { z } from 'zod'
import { defineEndpoints } from '../endpoint.ts'
import { time } from '../values.ts'
import { itemParams } from './items.ts'

/** Whoever answers for records, or audits those who do. */
const readers = [
  'Audit Logs',
  'View-Only Audit Logs',
  'Organization Configuration',
  'RecordManagement',
  'Disposition Management',
  'Retention Management',
] as const

const count = z.int().min(0)

export const integrityLogEndpoints = defineEndpoints({
  readIntegrityLog: {
    method: 'GET',
    path: '/api/integrity-log',
    summary: 'How far the integrity log reaches, its last checkpoint, its last signed day, its problems.',
    access: readers,
    audit: { none: 'counts and our own signatures' },
    answer: z.object({
      /** Names the log. */
      origin: z.string(),
      /** What a verifier is given, by another way than the proofs. */
      verifierKey: z.string(),
      entries: count,
      /** Not entered yet. */
      waiting: count,
      checkpoint: z
        .object({
          size: count,
          /** SHA-256, base64. */
          root: z.string(),
          at: time,
          note: z.string(),
        })
        .nullable(),
      day: z
        .object({
          day: z.iso.date(),
          size: count,
          at: time,
          timestamped: z.boolean(),
          problem: z.string().nullable(),
        })
        .nullable(),
      problems: z.array(z.enum(['unsigned', 'no-timestamp'])),
    }),
  },
  downloadCheckpoint: {
    method: 'GET',
    path: '/api/integrity-log/checkpoint',
    summary: 'The last checkpoint as a signed note (C2SP tlog-checkpoint).',
    access: readers,
    audit: { none: 'a signed count, made to be handed out' },
    answer: 'bytes',
  },
  downloadTimestamp: {
    method: 'GET',
    path: '/api/integrity-log/timestamp',
    summary: 'What the timestamp authority said of the last signed day’s checkpoint (RFC 3161, DER).',
    access: readers,
    audit: { none: 'a third party’s word on a signed count' },
    answer: 'bytes',
  },
  downloadDayCheckpoint: {
    method: 'GET',
    path: '/api/integrity-log/timestamped-checkpoint',
    summary: 'The checkpoint that this timestamp is of.',
    access: readers,
    audit: { none: 'a signed count, made to be handed out' },
    answer: 'bytes',
  },
  downloadVerifier: {
    method: 'GET',
    path: '/api/integrity-log/verifier/:form',
    summary: 'What checks a bundle offline: a page for a browser, or a script for Node.',
    access: readers,
    audit: { none: 'a file of the product' },
    params: z.object({ form: z.enum(['page', 'script']) }),
    answer: 'bytes',
  },
  downloadItemProof: {
    method: 'GET',
    path: '/api/items/:id/proof',
    summary: 'That an item is in the integrity log (C2SP tlog-proof), signed at once where need be.',
    access: ['Preview'],
    audit: 'prove-item',
    params: itemParams,
    answer: 'bytes',
  },
})
