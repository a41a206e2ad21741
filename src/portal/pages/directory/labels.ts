/** The texts of what the contract names by a word. */
import type { Answer } from '../../api/client.ts'
import type { Tone } from '../../components/status.tsx'

export type Directory = Answer<'readDirectory'>
export type Sync = Answer<'planSync'>
export type Change = Sync['changes'][number]

/** What a source has done so far; null for one that nobody used yet. */
export function sourceOf({ sources }: Directory, name: Directory['sources'][number]['source']) {
  return sources.find(({ source }) => source === name) ?? null
}

export const originLabels: Readonly<Record<keyof Directory['origins'], string>> = {
  graph: 'directory:origin.graph',
  scim: 'directory:origin.scim',
  csv: 'directory:origin.csv',
  manual: 'directory:origin.manual',
}

/** Of one mailbox. */
export const kindLabels: Readonly<Record<Change['kind'], { label: string; tone: Tone }>> = {
  added: { label: 'directory:one.added', tone: 'good' },
  changed: { label: 'directory:one.changed', tone: 'busy' },
  deactivated: { label: 'directory:one.deactivated', tone: 'warning' },
  reactivated: { label: 'directory:one.reactivated', tone: 'good' },
}

const fieldLabels: Readonly<Record<string, string>> = {
  active: 'directory:field.active',
  address: 'directory:field.address',
  aliases: 'directory:field.aliases',
  businessPhones: 'directory:field.businessPhones',
  city: 'directory:field.city',
  company: 'directory:field.company',
  country: 'directory:field.country',
  department: 'directory:field.department',
  enabled: 'directory:field.enabled',
  licensed: 'directory:field.licensed',
  mobile: 'directory:field.mobile',
  name: 'directory:field.name',
  office: 'directory:field.office',
  title: 'directory:field.title',
  userName: 'directory:field.userName',
}

/** Null for a field that the server has and the portal does not know yet. */
export function fieldLabel(field: string): string | null {
  return fieldLabels[field] ?? null
}
