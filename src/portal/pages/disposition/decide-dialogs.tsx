import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../api/calls.ts'
import { FormDialog } from '../../components/dialogs.tsx'
import { ChoiceField, TextField } from '../../components/form.tsx'
import { useNotify } from '../../components/notify.tsx'
import { clock } from '../../i18n/clock.ts'
import { useFormat } from '../../i18n/format.ts'
import { actLabels, type Decision } from './labels.ts'

export type Act = Decision['act']

const actTexts: Readonly<Record<Act, string>> = {
  approve: 'disposition:actText.approve',
  extend: 'disposition:actText.extend',
  relabel: 'disposition:actText.relabel',
}

/** One decision on many items, with its reason. */
export function DecideDialog(props: {
  act: Act
  items: readonly string[]
  stage: number
  onClose: (done: boolean) => void
}) {
  const { act, items, stage, onClose } = props
  const { t } = useTranslation('disposition')
  const format = useFormat()
  const notify = useNotify()
  const [reason, setReason] = useState('')
  const [day, setDay] = useState('')
  const [label, setLabel] = useState('')
  const decide = useChange('decideDisposition', {
    stale: ['listReviewItems', 'listDispositionReviews', 'listDispositionDecisions', 'readDisposition'],
    onSuccess: ({ changed }) => {
      notify({ title: t('disposition:decided', { count: changed, number: format.number(changed) }) })
      onClose(true)
    },
  })
  const decision = decisionOf(act, day, label)
  return (
    <FormDialog
      open
      onClose={() => onClose(false)}
      title={t(actLabels[act])}
      submit={t(actLabels[act])}
      onSubmit={() => decision && decide.mutate({ body: { items: [...items], stage, decision, reason } })}
      pending={decide.isPending}
      error={decide.error}
      disabled={decision === null || reason.trim().length < 3}
    >
      <div>
        {t('disposition:review.chosen', { count: items.length, number: format.number(items.length) })}
      </div>
      <div>{t(actTexts[act])}</div>
      {act === 'extend' && (
        <TextField
          required
          type="date"
          label={t('disposition:until')}
          hint={t('disposition:untilHint')}
          value={day}
          onChange={setDay}
        />
      )}
      {act === 'relabel' && <LabelField value={label} onChange={setLabel} />}
      <TextField
        required
        lines={3}
        label={t('disposition:reason')}
        maxLength={1_000}
        value={reason}
        onChange={setReason}
      />
    </FormDialog>
  )
}

function LabelField({ value, onChange }: { value: string; onChange: (label: string) => void }) {
  const { t } = useTranslation('disposition')
  const { data } = useCall('listRelabels', undefined)
  const choices = (data?.labels ?? []).map((name) => ({ value: name, label: name }))
  return (
    <ChoiceField
      required
      label={t('disposition:column.label')}
      value={value}
      onChange={onChange}
      choices={[{ value: '', label: '–' }, ...choices]}
    />
  )
}

/** Null while something is missing. */
function decisionOf(act: Act, day: string, label: string) {
  if (act === 'approve') return { act } as const
  if (act === 'relabel') return label === '' ? null : ({ act, label } as const)
  const until = day === '' ? Number.NaN : Date.parse(`${day}T00:00:00Z`)
  return until > clock.now() ? ({ act, until: new Date(until).toISOString() } as const) : null
}
