/** Messages that somebody called personal: hidden at once, and two people decide what becomes of them. */
import { z } from 'zod'
import { defineEndpoints } from '../endpoint.ts'
import { time } from '../values.ts'
import { itemParams } from './items.ts'

/** Whoever keeps records may hide one; reading it, and deciding, belong to those who decide about disposal. */
const flaggers = ['RecordManagement', 'Disposition Management'] as const
const deciders = ['Disposition Management'] as const

const reason = z.string().trim().min(3).max(1_000)
const messageParams = z.object({ message: z.string().regex(/^[\da-z]{1,13}$/) })
const done = z.object({ done: z.literal(true) })

export const personalEndpoints = defineEndpoints({
  listPersonal: {
    method: 'GET',
    path: '/api/personal',
    summary: 'Messages that somebody called personal, the undecided first.',
    access: [...deciders],
    audit: 'view-personal',
    answer: z.array(
      z.object({
        message: z.string(),
        mailbox: z.string(),
        sentAt: time,
        reason: z.string(),
        flaggedBy: z.string(),
        flaggedAt: time,
        state: z.enum(['hidden', 'released', 'deleted']),
        proposal: z
          .object({ to: z.enum(['release', 'delete']), by: z.string(), reason: z.string() })
          .nullable(),
        decidedBy: z.string().nullable(),
      }),
    ),
  },
  flagPersonal: {
    method: 'POST',
    path: '/api/items/:id/personal',
    summary: 'Hides a message as personal, in all mailboxes, until two people have decided.',
    access: [...flaggers],
    audit: 'flag-personal',
    params: itemParams,
    body: z.object({ reason }),
    answer: done,
  },
  downloadPersonal: {
    method: 'GET',
    path: '/api/personal/:message/email',
    summary: 'The e-mail of a hidden message, for whoever decides about it.',
    access: [...deciders],
    audit: 'export-item',
    params: messageParams,
    answer: 'bytes',
  },
  proposePersonal: {
    method: 'POST',
    path: '/api/personal/:message/proposal',
    summary: 'Asks another person to release a hidden message to its readers, or to delete it.',
    access: [...deciders],
    audit: 'propose-personal',
    params: messageParams,
    body: z.object({ to: z.enum(['release', 'delete']), reason }),
    answer: done,
  },
  decidePersonal: {
    method: 'POST',
    path: '/api/personal/:message/decision',
    summary: 'Agrees to what another person proposed for a hidden message, or declines it.',
    access: [...deciders],
    audit: 'decide-personal',
    dangerous: true,
    params: messageParams,
    body: z.object({ agreed: z.boolean() }),
    answer: done,
  },
})
