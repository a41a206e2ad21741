import { useTranslation } from 'react-i18next'
import type { Choice } from '../../components/form.tsx'

/** `{ word: key }` as choices, in that order. */
export function useChoices<Value extends string>(
  labels: Readonly<Record<Value, string>>,
): readonly Choice<Value>[] {
  const { t } = useTranslation('delivery')
  return Object.entries<string>(labels).map(([value, label]) => ({ value: value as Value, label: t(label) }))
}
