import { useTranslation } from 'react-i18next'
import { ChoiceField, TextField } from '../../components/form.tsx'
import { useFormat } from '../../i18n/format.ts'
import type { Period } from './words.ts'

/** `5 years`, in the reader's language. */
export function usePeriodText(): (period: Period) => string {
  const { t } = useTranslation('retention')
  const format = useFormat()
  return (period) => {
    if (period === null) return t('retention:period.ever')
    const values = { count: period.count, number: format.number(period.count) }
    if (period.unit === 'days') return t('retention:period.days', values)
    return period.unit === 'months'
      ? t('retention:period.months', values)
      : t('retention:period.years', values)
  }
}

/** A length as it is being typed. */
export interface PeriodDraft {
  readonly count: string
  readonly unit: 'days' | 'months' | 'years' | 'ever'
}

export function periodDraftOf(period: Period): PeriodDraft {
  return period === null ? { count: '', unit: 'ever' } : { count: String(period.count), unit: period.unit }
}

/** Undefined for what is no length. */
export function periodOf({ count, unit }: PeriodDraft): Period | undefined {
  if (unit === 'ever') return null
  return /^[1-9]\d{0,4}$/.test(count.trim()) ? { count: Number(count), unit } : undefined
}

export function PeriodFields(props: {
  draft: PeriodDraft
  onChange: (draft: PeriodDraft) => void
  mayBeEver: boolean
}) {
  const { draft, onChange, mayBeEver } = props
  const { t } = useTranslation('retention')
  const units = [
    { value: 'days', label: t('retention:unit.days') },
    { value: 'months', label: t('retention:unit.months') },
    { value: 'years', label: t('retention:unit.years') },
  ] as const
  return (
    <>
      <ChoiceField
        label={t('retention:field.unit')}
        value={draft.unit}
        onChange={(unit) => onChange({ ...draft, unit })}
        choices={mayBeEver ? [...units, { value: 'ever', label: t('retention:unit.ever') }] : units}
      />
      {draft.unit !== 'ever' && (
        <TextField
          required
          inputMode="numeric"
          maxLength={5}
          label={t('retention:field.count')}
          value={draft.count}
          onChange={(count) => onChange({ ...draft, count })}
        />
      )}
    </>
  )
}
