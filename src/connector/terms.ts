/** What a person accepts before a connector is made. */
import { createHash } from 'node:crypto'
import type { Queries } from '../platform/postgres/index.ts'
import { type TermsLanguage, termsTexts } from './terms-texts.ts'

/** Of Holdfast's own text; a change of it is a new version. */
export const termsVersion = '2026-12'

export interface Terms {
  readonly version: string
  readonly markdown: string
}

/**
 * The terms in a language of the portal (`en`, `es`, `zh-Hans`, `sv`, `it`; a region after it is passed over, any
 * other is answered in English), or the organisation's own text where an administrator has written one.
 */
export async function readTerms(queries: Queries, language: string): Promise<Terms> {
  const own = await ownTerms(queries)
  if (own !== null) return { version: ownTermsVersion(own), markdown: own }
  return { version: termsVersion, markdown: termsTexts[termsLanguageOf(language)] }
}

export async function currentTermsVersion(queries: Queries): Promise<string> {
  const own = await ownTerms(queries)
  return own === null ? termsVersion : ownTermsVersion(own)
}

/** The version of an organisation's own text is made of its words: a change of it has to be accepted again. */
export function ownTermsVersion(text: string): string {
  return `own-${createHash('sha256').update(text).digest('hex').slice(0, 12)}`
}

async function ownTerms(queries: Queries): Promise<string | null> {
  const row = await queries
    .selectFrom('setting')
    .select('value')
    .where('name', '=', 'termsText')
    .executeTakeFirst()
  return typeof row?.value === 'string' && row.value.trim() !== '' ? row.value : null
}

function termsLanguageOf(language: string): TermsLanguage {
  const [first = '', ...regions] = language.toLowerCase().split('-')
  if (first === 'zh') return regions.some((region) => /^(hant|tw|hk|mo)$/.test(region)) ? 'en' : 'zh-Hans'
  const languages = Object.keys(termsTexts) as TermsLanguage[]
  return languages.find((known) => known === first) ?? 'en'
}
