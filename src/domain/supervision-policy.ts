/** What a supervision policy may say. The schema is the reference: documents are kept as they were written. */
import { z } from 'zod'
import { AppError } from './errors.ts'
import { channels, type MessageKind, messageKinds } from './message.ts'

export const policyFormat = 'holdfast-supervision-policy/1'
export const directions = ['inbound', 'outbound', 'internal'] as const
export type Direction = (typeof directions)[number]
/** From least to most. */
export const severities = ['low', 'medium', 'high'] as const
export type Severity = (typeof severities)[number]

/** Numbers that are known by their check digits or by the words near them. */
export const informationTypes = [
  'payment-card',
  'iban',
  'china-resident-identity',
  'hong-kong-identity',
  'passport',
  'us-social-security',
  'uk-national-insurance',
  'spain-identity',
  'italy-fiscal-code',
  'sweden-identity',
] as const
export type InformationTypeName = (typeof informationTypes)[number]

const name = z.string().trim().min(1).max(200)
const words = z.array(z.string().min(1).max(1_000)).min(1)
const address = z.string().trim().toLowerCase().min(3)

/** Some of the people whose mailboxes are kept. */
const people = z.strictObject({
  everyone: z.boolean().optional(),
  mailboxes: z.array(address).optional(),
  departments: z.array(z.string().min(1)).optional(),
})
export type People = z.infer<typeof people>

export type Condition =
  /** Every message in scope: classes that must be reviewed whole. */
  | { readonly everything: true }
  /** Any of these words or phrases; `merg*` is the beginning of a word. */
  | { readonly words: readonly string[] }
  | { readonly dictionary: string }
  /** One of each with at most so many words (Han: characters) between them, in either order. */
  | {
      readonly near: {
        readonly first: readonly string[]
        readonly second: readonly string[]
        readonly within: number
      }
    }
  | { readonly information: InformationCondition }
  /** A regular expression of RE2's syntax, looked for in the folded text. */
  | { readonly pattern: string }
  | { readonly attachment: AttachmentCondition }
  /** Larger than so many bytes of e-mail. */
  | { readonly messageBytesMin: number }
  | { readonly kinds: readonly MessageKind[] }
  /** Answers a message that the archive has never seen. */
  | { readonly unseenReply: true }
  /** A contact card, or a telephone number in the text. */
  | { readonly sharedNumber: true }
  /** Between the two groups, in either direction. */
  | { readonly between: { readonly first: People; readonly second: People } }
  | { readonly all: readonly Condition[] }
  | { readonly any: readonly Condition[] }
  | { readonly none: readonly Condition[] }

const information = z.strictObject({
  type: z.enum(informationTypes),
  /** 65: shape and check digits; 75: or stricter ones; 85: with a word of context near it. */
  confidenceMin: z.int().min(1).max(100).default(75),
  countMin: z.int().min(1).default(1),
})
export type InformationCondition = z.infer<typeof information>

const attachment = z.strictObject({
  names: words.optional(),
  /** Extensions (`xlsx`) or media types (`image/*`). */
  types: z.array(z.string().trim().toLowerCase().min(1)).min(1).optional(),
  bytesMin: z.int().min(0).optional(),
})
export type AttachmentCondition = z.infer<typeof attachment>

const condition: z.ZodType<Condition> = z.lazy(() =>
  z.union([
    z.strictObject({ everything: z.literal(true) }),
    z.strictObject({ words }),
    z.strictObject({ dictionary: name }),
    z.strictObject({
      near: z.strictObject({ first: words, second: words, within: z.int().min(0).max(1_000) }),
    }),
    z.strictObject({ information }),
    z.strictObject({ pattern: z.string().min(1).max(2_000) }),
    z.strictObject({ attachment }),
    z.strictObject({ messageBytesMin: z.int().min(1) }),
    z.strictObject({ kinds: z.array(z.enum(messageKinds)).min(1) }),
    z.strictObject({ unseenReply: z.literal(true) }),
    z.strictObject({ sharedNumber: z.literal(true) }),
    z.strictObject({ between: z.strictObject({ first: people, second: people }) }),
    z.strictObject({ all: z.array(condition).min(1) }),
    z.strictObject({ any: z.array(condition).min(1) }),
    z.strictObject({ none: z.array(condition).min(1) }),
  ]),
)

const rule = z.strictObject({
  /** Unique within the policy; matches and reports name it. */
  id: z.string().regex(/^[a-z0-9-]{1,60}$/, 'lower-case letters, digits and hyphens'),
  title: z.string().max(200).optional(),
  severity: z.enum(severities).default('medium'),
  when: condition,
  unless: condition.optional(),
  /** How many of its matches are reviewed, in percent; absent: as the policy says. */
  reviewPercent: z.number().gt(0).max(100).optional(),
})
export type Rule = z.infer<typeof rule>

export const supervisionPolicy = z
  .strictObject({
    format: z.literal(policyFormat),
    name,
    description: z.string().max(2_000).default(''),
    /** Where its rules come from; a newer version of the program changes no policy. */
    template: z.strictObject({ name, version: z.int() }).optional(),
    supervised: people.extend({ except: people.omit({ everyone: true }).optional() }),
    /** User names and role groups; review decides who sees what. */
    reviewers: z
      .strictObject({ users: z.array(name).default([]), groups: z.array(name).default([]) })
      .default({ users: [], groups: [] }),
    directions: z
      .array(z.enum(directions))
      .min(1)
      .default([...directions]),
    channels: z
      .array(z.enum(channels))
      .min(1)
      .default([...channels]),
    rules: z.array(rule).min(1),
    exclude: z
      .strictObject({
        /** Texts that stand under many messages: taken out before anything is looked for. */
        disclaimers: z.array(z.string().min(1)).default([]),
        /** Words and phrases that are no hit, whatever stands in them: taken out likewise. */
        phrases: z.array(z.string().min(1)).default([]),
        /** Messages from these addresses, numbers or identities are not looked at. */
        senders: z.array(z.string().min(1)).default([]),
      })
      .default({ disclaimers: [], phrases: [], senders: [] }),
    /** An alert at so many matches in so many minutes; one is enough for a rule of high severity. */
    alert: z
      .strictObject({
        threshold: z.int().min(1).max(2_147_483_647).default(1),
        windowMinutes: z.int().min(1).max(10_000).default(60),
      })
      .default({ threshold: 1, windowMinutes: 60 }),
    review: z
      .strictObject({
        /** Of the matches. */
        percent: z.number().gt(0).max(100).default(100),
        /** Of the messages in which nothing was found, by month. */
        unflaggedPercent: z.number().min(0).max(100).default(0),
        /** Strata that the sample of unflagged messages is drawn in. */
        strata: z.array(z.enum(['channel', 'department', 'direction'])).default([]),
      })
      .default({ percent: 100, unflaggedPercent: 0, strata: [] }),
  })
  .superRefine((policy, context) => {
    const { everyone, mailboxes = [], departments = [] } = policy.supervised
    if (!everyone && mailboxes.length + departments.length === 0)
      context.addIssue({
        code: 'custom',
        path: ['supervised'],
        message: 'names nobody; say {"everyone": true}',
      })
    const seen = new Set<string>()
    for (const [place, { id }] of policy.rules.entries()) {
      if (seen.has(id))
        context.addIssue({ code: 'custom', path: ['rules', place, 'id'], message: `"${id}" is there twice` })
      seen.add(id)
    }
  })
export type SupervisionPolicy = z.infer<typeof supervisionPolicy>
/** As people write it: what has a default may be missing. */
export type PolicyInput = z.input<typeof supervisionPolicy>

/** Throws `supervision-policy-refused` with every problem and where it is. */
export function parsePolicy(document: unknown, file = 'The policy'): SupervisionPolicy {
  const parsed = supervisionPolicy.safeParse(document)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(
    ({ path, message }) => `${path.join('.') || 'the document'}: ${message}`,
  )
  throw new AppError('supervision-policy-refused', `${file} cannot be used: ${problems.join('; ')}.`, {
    details: { problems },
  })
}

/** Every condition of a policy, those within others included. */
export function* conditionsOf({ rules }: Pick<SupervisionPolicy, 'rules'>): Iterable<Condition> {
  for (const { when, unless } of rules) {
    yield* within(when)
    if (unless) yield* within(unless)
  }
}

function* within(one: Condition): Iterable<Condition> {
  yield one
  const children = 'all' in one ? one.all : 'any' in one ? one.any : 'none' in one ? one.none : []
  for (const child of children) yield* within(child)
}
