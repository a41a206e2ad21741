/** Makes one looker of all policies: their terms are looked for in one walk over each text. */
import { AppError } from '../../domain/errors.ts'
import {
  type Condition,
  conditionsOf,
  type People,
  type Rule,
  type SupervisionPolicy,
} from '../../domain/supervision-policy.ts'
import { canonicalTerm } from './canonical.ts'
import { createTermSearch, isUsableTerm, type TermSearch } from './term-search.ts'

export interface PolicyVersion {
  readonly policyId: number
  readonly version: number
  readonly policy: SupervisionPolicy
  /** Terms of the dictionaries it names. */
  readonly dictionaries: ReadonlyMap<string, readonly string[]>
}

/** A condition whose terms stand in a slot: the walk puts hits there. */
export type CompiledCondition =
  | { readonly is: 'everything' }
  | { readonly is: 'slot'; readonly slot: number }
  | { readonly is: 'near'; readonly first: number; readonly second: number; readonly within: number }
  | { readonly is: 'pattern'; readonly pattern: number }
  | { readonly is: 'attachment'; readonly names: TermSearch | null; readonly of: AttachmentWanted }
  | { readonly is: 'between'; readonly people: readonly [number, number] }
  | { readonly is: 'all' | 'any' | 'none'; readonly of: readonly CompiledCondition[] }
  | { readonly is: 'plain'; readonly condition: PlainCondition }

export type PlainCondition = Extract<
  Condition,
  | { information: unknown }
  | { messageBytesMin: number }
  | { kinds: unknown }
  | { unseenReply: true }
  | { sharedNumber: true }
>
type AttachmentWanted = Extract<Condition, { attachment: unknown }>['attachment']

export interface CompiledRule {
  readonly rule: Rule
  readonly when: CompiledCondition
  readonly unless: CompiledCondition | null
}

export interface CompiledPolicy extends PolicyVersion {
  readonly rules: readonly CompiledRule[]
  /** Slot of its disclaimers and allowed phrases; null for none. */
  readonly allowed: number | null
  /** Place of its supervised people and of the exceptions among `people`. */
  readonly supervised: number
  readonly except: number | null
  readonly usesPatterns: boolean
}

export interface CompiledPolicies {
  readonly policies: readonly CompiledPolicy[]
  readonly search: TermSearch
  /** By term: the slots its hits go to. */
  readonly slotsOfTerm: readonly (readonly number[])[]
  readonly slots: number
  readonly patterns: readonly string[]
  /** Groups of people that conditions name; resolved to mailboxes for each page anew. */
  readonly people: readonly People[]
}

/** Throws `supervision-policy-refused` for a term of which nothing is left when it is folded. */
export function compilePolicies(versions: readonly PolicyVersion[]): CompiledPolicies {
  const builder = createBuilder()
  const policies = versions.map((version) => compilePolicy(builder, version))
  return {
    policies,
    search: createTermSearch(builder.terms),
    slotsOfTerm: builder.slotsOfTerm,
    slots: builder.slotCount(),
    patterns: builder.patterns,
    people: builder.people,
  }
}

type Builder = ReturnType<typeof createBuilder>

function createBuilder() {
  const terms: string[] = []
  const slotsOfTerm: number[][] = []
  const termPlaces = new Map<string, number>()
  const patterns: string[] = []
  const people: People[] = []
  let slots = 0
  return {
    ...{ terms, slotsOfTerm, patterns, people },
    slotCount: () => slots,
    slotOf(given: readonly string[]): number {
      const slot = slots++
      for (const term of given) {
        if (!isUsableTerm(term)) throw unusable(term)
        const key = term.endsWith('*') ? `${canonicalTerm(term.slice(0, -1))}*` : canonicalTerm(term)
        let place = termPlaces.get(key)
        if (place === undefined) {
          place = terms.push(term) - 1
          termPlaces.set(key, place)
          slotsOfTerm.push([])
        }
        const there = slotsOfTerm[place]!
        if (there.at(-1) !== slot) there.push(slot)
      }
      return slot
    },
    patternOf(pattern: string): number {
      const known = patterns.indexOf(pattern)
      return known >= 0 ? known : patterns.push(pattern) - 1
    },
    peopleOf: (group: People) => people.push(group) - 1,
  }
}

function unusable(term: string): AppError {
  return new AppError(
    'supervision-policy-refused',
    `The term "${term}" has no letter or digit that could be found; write another one.`,
  )
}

function compilePolicy(builder: Builder, version: PolicyVersion): CompiledPolicy {
  const { policy } = version
  const { disclaimers, phrases } = policy.exclude
  const allowed = [...disclaimers, ...phrases]
  const compile = (one: Condition) => compileCondition(builder, version, one)
  return {
    ...version,
    rules: policy.rules.map((rule) => ({
      rule,
      when: compile(rule.when),
      unless: rule.unless ? compile(rule.unless) : null,
    })),
    allowed: allowed.length > 0 ? builder.slotOf(allowed) : null,
    supervised: builder.peopleOf(policy.supervised),
    except: policy.supervised.except ? builder.peopleOf(policy.supervised.except) : null,
    usesPatterns: [...conditionsOf(policy)].some((one) => 'pattern' in one),
  }
}

function compileCondition(builder: Builder, version: PolicyVersion, one: Condition): CompiledCondition {
  const all = (of: readonly Condition[]) => of.map((child) => compileCondition(builder, version, child))
  if ('everything' in one) return { is: 'everything' }
  if ('words' in one) return { is: 'slot', slot: builder.slotOf(one.words) }
  if ('dictionary' in one) return { is: 'slot', slot: builder.slotOf(termsOf(version, one.dictionary)) }
  if ('near' in one) {
    const { first, second, within } = one.near
    return { is: 'near', first: builder.slotOf(first), second: builder.slotOf(second), within }
  }
  if ('pattern' in one) return { is: 'pattern', pattern: builder.patternOf(one.pattern) }
  if ('attachment' in one) {
    const { names } = one.attachment
    const unfindable = names?.find((name) => !isUsableTerm(name))
    if (unfindable !== undefined) throw unusable(unfindable)
    return { is: 'attachment', names: names ? createTermSearch(names) : null, of: one.attachment }
  }
  if ('between' in one) {
    const { first, second } = one.between
    return { is: 'between', people: [builder.peopleOf(first), builder.peopleOf(second)] }
  }
  if ('all' in one) return { is: 'all', of: all(one.all) }
  if ('any' in one) return { is: 'any', of: all(one.any) }
  if ('none' in one) return { is: 'none', of: all(one.none) }
  return { is: 'plain', condition: one }
}

function termsOf({ dictionaries, policy }: PolicyVersion, name: string): readonly string[] {
  const terms = dictionaries.get(name)
  if (terms) return terms
  throw new AppError(
    'supervision-policy-refused',
    `The policy "${policy.name}" names the dictionary "${name}", which is not there; import it with "supervise dictionary import".`,
  )
}
