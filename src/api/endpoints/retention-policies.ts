/** Retention policies: how long items of mailboxes are kept, and when they go; never on without a trial and two people. */
import { z } from 'zod'
import { defineEndpoints } from '../endpoint.ts'
import { done, emailAddress, idParams, time } from '../values.ts'

const keepers = ['Retention Management'] as const
const readers = [...keepers, 'View-Only Retention Management', 'RecordManagement'] as const

const count = z.int().min(0)
export const retentionAction = z.enum(['retain', 'delete', 'retain-then-delete'])
/** In calendar units, UTC; null is for ever. */
export const retentionPeriod = z
  .object({ count: z.int().min(1).max(36_500), unit: z.enum(['days', 'months', 'years']) })
  .nullable()
const mailboxes = z.array(emailAddress).max(10_000)

/** What a policy says, but its name. */
const settings = z.object({
  action: retentionAction,
  period: retentionPeriod,
  starts: z.enum(['created', 'modified']),
  /** `all` leaves out its mailboxes, `static` is for them alone, `adaptive` for the members of a scope. */
  scope: z.enum(['all', 'static', 'adaptive']),
  mailboxes,
  adaptiveScope: z.int().nullable(),
  /** May dispose of what was imported less than 90 days ago. */
  early: z.boolean(),
  /** Whose rule it follows, for people. */
  basis: z.string().trim().max(1_000),
})

const simulation = z.object({
  asOf: time,
  /** Items it would apply to. */
  inScope: count,
  /** It would dispose of these at the first run. */
  disposed: count,
  /** Its time is over for these, and a hold or another rule keeps them; which of both is nobody's to learn here. */
  kept: count,
  /** Its time is over for these, and they were imported less than 90 days ago. */
  tooYoung: count,
  byMailbox: z.array(z.object({ mailbox: z.string(), inScope: count, disposed: count })),
  byMonth: z.array(z.object({ month: z.string(), disposed: count })),
  /** Some of what it would dispose of; where that is nothing, of what it would apply to. */
  sample: z.array(z.object({ item: z.string(), mailbox: z.string(), sentAt: time })),
})

const policy = settings.omit({ mailboxes: true, adaptiveScope: true }).extend({
  id: z.int(),
  name: z.string(),
  state: z.enum(['draft', 'asked', 'on', 'off']),
  /** It applies, or what it retained is kept for 30 days still: it becomes longer and wider only. */
  inForce: z.boolean(),
  /** How many it names. */
  mailboxes: count,
  adaptiveScope: z.object({ id: z.int(), name: z.string() }).nullable(),
  simulatedAt: time.nullable(),
  lockedAt: time.nullable(),
  askedBy: z.string().nullable(),
  approvedBy: z.string().nullable(),
  turnedOnAt: time.nullable(),
  turnedOffAt: time.nullable(),
  createdBy: z.string(),
  createdAt: time,
})

const wholePolicy = policy.extend({
  namedMailboxes: z.array(z.object({ id: z.int(), address: z.string(), name: z.string() })),
  simulation: simulation.nullable(),
  /** A simulation is under way. */
  simulating: z.boolean(),
  /** Why the last one came to no end; null where it did. */
  simulationProblem: z.string().nullable(),
  /** Whoever asked does not approve. */
  mayApprove: z.boolean(),
})

export const retentionPolicyEndpoints = defineEndpoints({
  listRetentionPolicies: {
    method: 'GET',
    path: '/api/retention/policies',
    summary: 'The retention policies by name, with their state.',
    access: readers,
    audit: { none: 'our own settings' },
    answer: z.object({ items: z.array(policy) }),
  },
  readRetentionPolicy: {
    method: 'GET',
    path: '/api/retention/policies/:id',
    summary: 'One policy, the mailboxes it names, and what its last simulation found.',
    access: readers,
    audit: { none: 'our own settings and counts' },
    params: idParams,
    answer: wholePolicy,
  },
  listRetentionPresets: {
    method: 'GET',
    path: '/api/retention/presets',
    summary: 'Periods that rules of some places ask for, with their source; no legal advice.',
    access: readers,
    audit: { none: 'part of the program' },
    answer: z.object({
      items: z.array(
        z.object({ name: z.string(), source: z.string(), action: retentionAction, years: z.int() }),
      ),
    }),
  },
  createRetentionPolicy: {
    method: 'POST',
    path: '/api/retention/policies',
    summary: 'A draft: nothing happens until it was simulated and two people want it.',
    access: keepers,
    audit: 'create-retention-policy',
    body: settings.extend({ name: z.string().trim().min(1).max(200) }),
    answer: wholePolicy,
  },
  editRetentionPolicy: {
    method: 'PUT',
    path: '/api/retention/policies/:id',
    summary: 'Changes a policy that is not in force in any way; it is simulated and asked for anew.',
    access: keepers,
    audit: 'change-retention-policy',
    params: idParams,
    body: settings,
    answer: wholePolicy,
  },
  deleteRetentionPolicy: {
    method: 'DELETE',
    path: '/api/retention/policies/:id',
    summary: 'Deletes a draft. One that was ever on stays, with what it retained and disposed of.',
    access: keepers,
    audit: 'delete-retention-policy',
    params: idParams,
    answer: done,
  },
  extendRetentionPolicy: {
    method: 'POST',
    path: '/api/retention/policies/:id/extension',
    summary: 'Makes a policy in force longer, or lets more mailboxes come under it where it only retains.',
    access: keepers,
    audit: 'change-retention-policy',
    params: idParams,
    /** `period` left out stays; `mailboxes` come under the policy. */
    body: z.object({ period: retentionPeriod.optional(), mailboxes }),
    answer: wholePolicy,
  },
  simulateRetentionPolicy: {
    method: 'POST',
    path: '/api/retention/policies/:id/simulation',
    summary: 'Counts what it would do to today’s archive; the result is with the policy when it is done.',
    access: keepers,
    audit: 'simulate-retention-policy',
    params: idParams,
    answer: z.object({ started: z.literal(true) }),
  },
  askForRetentionPolicy: {
    method: 'POST',
    path: '/api/retention/policies/:id/request',
    summary: 'Asks another person to switch on a policy that was simulated.',
    access: keepers,
    audit: 'change-retention-policy',
    params: idParams,
    answer: wholePolicy,
  },
  decideRetentionPolicy: {
    method: 'POST',
    path: '/api/retention/policies/:id/decision',
    summary: 'Switches on what another person asked for, or declines; whoever asked may withdraw.',
    access: keepers,
    audit: 'change-retention-policy',
    dangerous: true,
    params: idParams,
    /** `simulatedAt` of the simulation that was looked at: a policy that changed since is not switched on. */
    body: z.discriminatedUnion('decision', [
      z.object({ decision: z.literal('approved'), simulatedAt: time }),
      z.object({ decision: z.literal('declined') }),
    ]),
    answer: wholePolicy,
  },
  turnOffRetentionPolicy: {
    method: 'POST',
    path: '/api/retention/policies/:id/end',
    summary: 'Switches a policy off; what it retained is kept for 30 days longer.',
    access: keepers,
    audit: 'change-retention-policy',
    dangerous: true,
    params: idParams,
    answer: wholePolicy,
  },
  lockRetentionPolicy: {
    method: 'POST',
    path: '/api/retention/policies/:id/lock',
    summary: 'Locks a policy that is on for ever: it can become longer and wider only, whoever asks.',
    access: keepers,
    audit: 'lock-retention-policy',
    dangerous: true,
    params: idParams,
    /** The policy’s name, typed again. */
    body: z.object({ name: z.string() }),
    answer: wholePolicy,
  },
})
