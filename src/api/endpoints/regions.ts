/** Regions: where connectors take from, where mailboxes keep, and why messages may go from one to the other. */
import { z } from 'zod'
import { defineEndpoints } from '../endpoint.ts'
import { emailAddress, idParams, time } from '../values.ts'

/** How a region is called. */
export const regionForm = /^[a-z0-9][a-z0-9-]{0,39}$/
const region = z.string().regex(regionForm)
const short = z.string().trim().min(1).max(200)
const done = z.object({ done: z.literal(true) })

export const regionEndpoints = defineEndpoints({
  readRegions: {
    method: 'GET',
    path: '/api/regions',
    summary: 'Regions with their connectors and mailboxes, and every basis for a transfer, newest first.',
    access: ['Data Connector Admin', 'Organization Configuration', 'RecordManagement'],
    audit: { none: 'names of regions, and why messages may go between them' },
    answer: z.object({
      regions: z.array(z.object({ name: z.string(), connectors: z.array(z.string()), mailboxes: z.int() })),
      bases: z.array(
        z.object({
          ...{ id: z.int(), from: z.string(), to: z.string(), basis: z.string() },
          ...{ law: z.string().nullable(), document: z.string().nullable(), validFrom: time },
          ...{ recordedBy: z.string(), recordedAt: time },
          ended: z.object({ by: z.string(), at: time }).nullable(),
        }),
      ),
    }),
  },
  setConnectorRegion: {
    method: 'PUT',
    path: '/api/regions/connector',
    summary: 'The region that a connector takes from.',
    access: ['Data Connector Admin'],
    audit: 'change-connector',
    body: z.object({ connector: z.string().trim().min(1).max(100), region }),
    answer: done,
  },
  setMailboxRegion: {
    method: 'PUT',
    path: '/api/regions/mailboxes',
    summary: 'The region that mailboxes are in.',
    access: ['Mail Recipients'],
    audit: 'change-mailbox',
    body: z.object({ addresses: z.array(emailAddress).min(1).max(10_000), region }),
    answer: done,
  },
  recordTransferBasis: {
    method: 'POST',
    path: '/api/regions/bases',
    summary: 'Records why messages may go from one region to another.',
    access: ['Organization Configuration'],
    audit: 'record-transfer-basis',
    dangerous: true,
    body: z.object({
      ...{ from: region, to: region, basis: z.string().trim().min(3).max(1_000) },
      /** The rule it stands on, and where its document lies. */
      ...{ law: short.optional(), document: short.optional() },
      /** Nothing goes under it before; absent: from now on. */
      validFrom: time.optional(),
    }),
    answer: z.object({ id: z.int() }),
  },
  endTransferBasis: {
    method: 'DELETE',
    path: '/api/regions/bases/:id',
    summary: 'Nothing more goes under a basis; it stays in the list.',
    access: ['Organization Configuration'],
    audit: 'end-transfer-basis',
    params: idParams,
    answer: done,
  },
})
