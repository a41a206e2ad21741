import type { TFunction } from 'i18next'
import { RequestRefused } from '../../api/client.ts'

export interface ErrorText {
  /** One sentence in the reader's language. */
  readonly sentence: string
  /** What the server said in English, where the sentence is a translation of its code and so says less. */
  readonly detail: string | null
  readonly code: string | null
  readonly correlationId: string | null
}

/** What to tell a person about a failed call. */
export function errorText(t: TFunction, error: unknown, language: string): ErrorText {
  if (error instanceof RequestRefused) {
    const { code, message, correlationId, details } = error
    if (language.startsWith('en')) return { sentence: message, detail: null, code, correlationId }
    const translated = t(`errors:${code}`, { ...details, defaultValue: '' })
    return translated === ''
      ? { sentence: message, detail: null, code, correlationId }
      : { sentence: translated, detail: message, code, correlationId }
  }
  const sentence = error instanceof TypeError ? t('general:error.unreachable') : t('general:error.unexpected')
  return { sentence, detail: null, code: null, correlationId: null }
}
