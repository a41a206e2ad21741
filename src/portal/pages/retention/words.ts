/** The words of what the contract names. */
import type { Answer } from '../../api/client.ts'
import type { Tone } from '../../components/status.tsx'

export type PolicyFacts = Answer<'listRetentionPolicies'>['items'][number]
export type Policy = Answer<'readRetentionPolicy'>
export type Label = Answer<'listRetentionLabels'>['items'][number]
export type Scope = Answer<'listAdaptiveScopes'>['items'][number]
export type ScopeCondition = Scope['query']['conditions'][number]
export type Action = Policy['action']
export type Period = Policy['period']

export const stateLabels: Readonly<Record<Policy['state'], { readonly label: string; readonly tone: Tone }>> =
  {
    draft: { label: 'retention:state.draft', tone: 'quiet' },
    asked: { label: 'retention:state.asked', tone: 'warning' },
    on: { label: 'retention:state.on', tone: 'good' },
    off: { label: 'retention:state.off', tone: 'quiet' },
  }

export const actionLabels: Readonly<Record<Action, string>> = {
  retain: 'retention:action.retain',
  delete: 'retention:action.delete',
  'retain-then-delete': 'retention:action.retainThenDelete',
}

export const startLabels: Readonly<Record<Label['starts'], string>> = {
  created: 'retention:starts.created',
  modified: 'retention:starts.modified',
  labelled: 'retention:starts.labelled',
  event: 'retention:starts.event',
}

export const scopeLabels: Readonly<Record<Policy['scope'], string>> = {
  all: 'retention:scope.all',
  static: 'retention:scope.static',
  adaptive: 'retention:scope.adaptive',
}

export const recordLabels: Readonly<Record<Label['record'], string>> = {
  none: 'retention:record.none',
  record: 'retention:record.record',
  regulatory: 'retention:record.regulatory',
}

export const attributeLabels: Readonly<Record<ScopeCondition['attribute'], string>> = {
  address: 'retention:attribute.address',
  name: 'retention:attribute.name',
  department: 'retention:attribute.department',
  mobile: 'retention:attribute.mobile',
  active: 'retention:attribute.active',
}

export const operatorLabels: Readonly<Record<ScopeCondition['operator'], string>> = {
  equals: 'retention:operator.equals',
  'not-equals': 'retention:operator.notEquals',
  'starts-with': 'retention:operator.startsWith',
  'not-starts-with': 'retention:operator.notStartsWith',
}

/** A choice of a form for each word. */
export function choicesOf<Word extends string>(
  labels: Readonly<Record<Word, string>>,
  t: (key: string) => string,
): { value: Word; label: string }[] {
  return (Object.keys(labels) as Word[]).map((value) => ({ value, label: t(labels[value]) }))
}
