export {
  type Condition,
  type Direction,
  directions,
  type PolicyInput,
  parsePolicy,
  policyFormat,
  type Rule,
  type Severity,
  type SupervisionPolicy,
  severities,
  supervisionPolicy,
} from '../../domain/supervision-policy.ts'
export {
  type BackTestFacts,
  type BackTestOptions,
  type BackTestResult,
  backTest,
  listBackTests,
} from './back-test.ts'
export { compilePolicies, type PolicyVersion } from './compile.ts'
export type { MatchSpan } from './conditions.ts'
export {
  type DictionaryFacts,
  listDictionaries,
  parseDictionary,
} from './dictionaries.ts'
export { fingerprintOf } from './fingerprint.ts'
export { createLooker, type Finding, type LookAnswer, type Looker } from './look.ts'
export { createMatcher, type MatchCounts, type Matcher } from './match.ts'
export { type LookedMessage, textsOf } from './message.ts'
export { createNearFingerprints } from './near-fingerprints.ts'
export { notePending } from './note-pending.ts'
export type { PolicyParts, SupervisionParts } from './parts.ts'
export { activatePolicy, pausePolicy, saveDictionary, savePolicy } from './policies.ts'
export {
  listPolicies,
  type PolicyFacts,
  type PolicyState,
  policyFacts,
  policyNameOf,
  policyVersions,
  readPolicy,
  type VersionFacts,
} from './stored-policies.ts'
export { policyFromTemplate, type Template, templates } from './templates/index.ts'
