/** The wizard that makes a connector, step by step, each saved as it is filled in. */
import { z } from 'zod'
import { defineEndpoints } from '../endpoint.ts'
import { done, time, timeZone, uuidParams, version } from '../values.ts'
import {
  connectorFacts,
  connectorRoles,
  connectorTypes,
  mappingPreview,
  mappingUpload,
} from './connectors.ts'

/** The wizard's steps, in order. */
export const wizardSteps = ['description', 'terms', 'sign-in', 'mapping', 'delivery', 'review'] as const
export type WizardStep = (typeof wizardSteps)[number]

export const draftFacts = z.object({
  id: z.uuid(),
  type: z.enum(connectorTypes),
  step: z.enum(wizardSteps),
  name: z.string(),
  termsAccepted: z.boolean(),
  siteUrl: z.string(),
  username: z.string(),
  /** The password itself never comes back. */
  hasPassword: z.boolean(),
  /** What the last trial said; null before one, or after a change. */
  signIn: z.object({ account: z.string(), triedAt: time }).nullable(),
  automaticMapping: z.boolean(),
  mappingFile: z.object({ name: z.string(), rows: z.int() }).nullable(),
  catchAll: z.string().nullable(),
  schedule: z.object({ cron: z.string(), zone: z.string() }),
  /** Where its items are delivered to as well; none: Holdfast only. */
  destinationIds: z.array(z.int()),
  version,
  createdBy: z.string(),
  updatedAt: time,
})
export type DraftFacts = z.infer<typeof draftFacts>

export const connectorDraftEndpoints = defineEndpoints({
  readTerms: {
    method: 'GET',
    path: '/api/terms',
    summary: 'The terms a person accepts in the wizard, in each language, with their version.',
    access: 'signed-in',
    audit: { none: 'a published text' },
    query: z.object({ language: z.string().max(20).default('en') }),
    answer: z.object({ version: z.string(), markdown: z.string() }),
  },
  listDrafts: {
    method: 'GET',
    path: '/api/connector-drafts',
    summary: 'Connectors whose wizard was not finished.',
    access: [...connectorRoles],
    audit: { none: 'names of our own drafts' },
    answer: z.array(draftFacts),
  },
  createDraft: {
    method: 'POST',
    path: '/api/connector-drafts',
    summary: 'Begins the wizard.',
    access: [...connectorRoles],
    audit: 'draft-connector',
    body: z.object({ type: z.enum(connectorTypes), zone: timeZone.default('UTC') }),
    answer: draftFacts,
  },
  readDraft: {
    method: 'GET',
    path: '/api/connector-drafts/:id',
    summary: 'A draft, to go on with it.',
    access: [...connectorRoles],
    audit: { none: 'the settings of our own draft' },
    params: uuidParams,
    answer: draftFacts,
  },
  saveDraft: {
    method: 'PATCH',
    path: '/api/connector-drafts/:id',
    summary:
      'Saves what was filled in so far. Refused (`changed-meanwhile`) when somebody else saved it after `version`.',
    access: [...connectorRoles],
    audit: 'draft-connector',
    params: uuidParams,
    body: z.object({
      version,
      step: z.enum(wizardSteps).optional(),
      name: z.string().trim().max(100).optional(),
      termsAccepted: z.boolean().optional(),
      siteUrl: z.string().max(500).optional(),
      username: z.string().max(200).optional(),
      password: z.string().max(1024).optional(),
      automaticMapping: z.boolean().optional(),
      removeMappingFile: z.literal(true).optional(),
      catchAll: z.string().max(254).nullable().optional(),
      schedule: z.object({ cron: z.string().max(100), zone: timeZone }).optional(),
      destinationIds: z.array(z.int().positive()).max(20).optional(),
    }),
    answer: draftFacts,
  },
  removeDraft: {
    method: 'DELETE',
    path: '/api/connector-drafts/:id',
    summary: 'Throws a draft away.',
    access: [...connectorRoles],
    audit: 'draft-connector',
    params: uuidParams,
    answer: done,
  },
  testDraftSignIn: {
    method: 'POST',
    path: '/api/connector-drafts/:id/test-sign-in',
    summary: "Tries the draft's user name and password at the archiver site.",
    access: [...connectorRoles],
    audit: 'test-sign-in',
    params: uuidParams,
    answer: draftFacts,
  },
  uploadDraftMapping: {
    method: 'PUT',
    path: '/api/connector-drafts/:id/mapping',
    summary: 'The custom mapping as CSV; answers its problems row by row and then takes nothing of it.',
    access: [...connectorRoles],
    audit: 'draft-connector',
    params: uuidParams,
    query: z.object({ name: z.string().max(200).default('mapping.csv') }),
    body: 'bytes',
    bodyBytesMax: 64 * 1024 * 1024,
    answer: mappingUpload,
  },
  previewDraft: {
    method: 'POST',
    path: '/api/connector-drafts/:id/preview',
    summary: 'Counts registered users mapped by CSV, by e-mail property, and not at all.',
    access: [...connectorRoles],
    audit: 'view-users',
    params: uuidParams,
    answer: mappingPreview,
  },
  finishDraft: {
    method: 'POST',
    path: '/api/connector-drafts/:id/finish',
    summary: 'Makes the connector; the first run begins at once when asked to.',
    access: [...connectorRoles],
    audit: 'create-connector',
    params: uuidParams,
    body: z.object({ version, run: z.boolean().default(true) }),
    answer: connectorFacts,
  },
  downloadMappingTemplate: {
    method: 'GET',
    path: '/api/mapping-template',
    summary: 'The CSV file people fill in for a custom mapping.',
    access: [...connectorRoles],
    audit: { none: 'a published file' },
    answer: 'bytes',
  },
})
