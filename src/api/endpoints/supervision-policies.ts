/** Supervision policies: what is looked for in whose messages, their versions, back-tests, dictionaries, templates. */
import { z } from 'zod'
import { supervisionPolicy } from '../../domain/supervision-policy.ts'
import { defineEndpoints } from '../endpoint.ts'
import { idParams, time } from '../values.ts'

const keepers = ['Communication Compliance Admin', 'Supervisory Review Administrator'] as const
const readers = [...keepers, 'Communication Compliance Viewer'] as const

const count = z.int().min(0)
const version = z.int().min(1)

const policyFacts = z.object({
  id: z.int(),
  name: z.string(),
  description: z.string(),
  state: z.enum(['draft', 'active', 'paused']),
  /** The version that looks; null for a draft. */
  activeVersion: version.nullable(),
  newestVersion: version,
  /** A code, such as `pattern-too-slow`. */
  problem: z.string().nullable(),
  createdBy: z.string(),
  createdAt: time,
  rules: count,
  reviewers: z.object({ users: z.array(z.string()), groups: z.array(z.string()) }),
  /** Messages in its scope, with and without a match. */
  looked: count,
  matched: count,
  unreadable: count,
  /** Pages of imports that it has not looked at yet. */
  waitingPages: count,
})

const backTest = z.object({
  id: z.string(),
  version,
  requestedBy: z.string(),
  startedAt: time,
  messages: count,
  inScope: count,
  matched: count,
  matchedPerThousand: z.number(),
  unreadable: count,
  seconds: z.number(),
  byRule: z.array(z.object({ rule: z.string(), matched: count, sample: z.array(z.string()) })),
  bySeverity: z.object({ low: count, medium: count, high: count }),
  byMonth: z.array(z.object({ month: z.string(), inScope: count, matched: count })),
  slowPatterns: z.array(z.string()),
})

const dictionary = z.object({
  name: z.string(),
  version,
  terms: count,
  madeBy: z.string(),
  madeAt: time,
})

export const supervisionPolicyEndpoints = defineEndpoints({
  listSupervisionPolicies: {
    method: 'GET',
    path: '/api/supervision/policies',
    summary: 'The policies, by name, with what they looked at and found.',
    access: [...readers],
    audit: 'view-supervision-policies',
    answer: z.array(policyFacts),
  },
  readSupervisionPolicy: {
    method: 'GET',
    path: '/api/supervision/policies/:id',
    summary: 'A policy: its newest document, its versions, its back-tests. No message.',
    access: [...readers],
    audit: 'view-supervision-policies',
    params: idParams,
    answer: policyFacts.extend({
      document: supervisionPolicy,
      versions: z.array(
        z.object({ version, sha256: z.string(), madeBy: z.string(), madeAt: time, active: z.boolean() }),
      ),
      backTests: z.array(backTest),
      /** A back-test is under way. */
      testing: z.boolean(),
      /** Why the last one came to no end; null where it did. */
      testProblem: z.string().nullable(),
    }),
  },
  saveSupervisionPolicy: {
    method: 'POST',
    path: '/api/supervision/policies',
    summary:
      'Saves a policy: a new one as a draft, a known name as its next version, which waits to be switched on.',
    access: [...keepers],
    audit: 'change-supervision-policy',
    body: z.object({ document: supervisionPolicy }),
    answer: z.object({ id: z.int(), version, saved: z.boolean() }),
  },
  switchSupervisionPolicy: {
    method: 'POST',
    path: '/api/supervision/policies/:id/state',
    summary:
      'Lets a version look from now on, or pauses the policy; what is imported meanwhile waits for it.',
    access: [...keepers],
    audit: 'switch-supervision-policy',
    params: idParams,
    body: z.object({ state: z.enum(['active', 'paused']), version: version.optional() }),
    answer: z.object({ version }),
  },
  startSupervisionBackTest: {
    method: 'POST',
    path: '/api/supervision/policies/:id/back-tests',
    summary:
      'Looks through the whole archive by a version and counts; the result is with the policy when it is done.',
    access: [...keepers],
    audit: 'test-supervision-policy',
    params: idParams,
    body: z.object({ version: version.optional() }),
    answer: z.object({ started: z.literal(true) }),
  },
  listSupervisionTemplates: {
    method: 'GET',
    path: '/api/supervision/templates',
    summary: 'The policies that come with the program.',
    access: [...readers],
    audit: { none: 'part of the program' },
    answer: z.array(
      z.object({ name: z.string(), version, description: z.string(), document: supervisionPolicy }),
    ),
  },
  listSupervisionDictionaries: {
    method: 'GET',
    path: '/api/supervision/dictionaries',
    summary: 'Lists of terms that policies name; newest versions, counted.',
    access: [...readers],
    audit: 'view-supervision-policies',
    answer: z.array(dictionary),
  },
  saveSupervisionDictionary: {
    method: 'POST',
    path: '/api/supervision/dictionaries',
    summary: 'Saves a version of a list; every policy that names it takes it in as a version of its own.',
    access: [...keepers],
    audit: 'change-supervision-dictionary',
    body: z.object({
      name: z.string().trim().min(1).max(200),
      /** One a line; lines that begin with # count for nothing. */
      terms: z.string().min(1),
    }),
    answer: z.object({ version, terms: count, policies: z.array(z.string()) }),
  },
})
