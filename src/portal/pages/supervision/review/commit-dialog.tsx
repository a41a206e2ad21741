import { Checkbox } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../../api/calls.ts'
import { FormDialog } from '../../../components/dialogs.tsx'
import { TextField } from '../../../components/form.tsx'
import { clock } from '../../../i18n/clock.ts'
import { type Sample, stratumLabels } from './labels.ts'
import { dayBefore, dayEnd, dayStart } from './utc-days.ts'

type Stratum = Sample['strata'][number]

const days = 30

/** Commits to a seed; what it will draw nobody can know yet. */
export function CommitDialog({ policyId, onClose }: { policyId: number; onClose: () => void }) {
  const { t } = useTranslation('review')
  const [from, setFrom] = useState(() => dayBefore(clock.now(), days))
  const [to, setTo] = useState(() => dayBefore(clock.now(), 1))
  const [percent, setPercent] = useState('')
  const [strata, setStrata] = useState<readonly Stratum[]>([])
  const commit = useChange('commitReviewSample', { stale: ['listReviewSamples'], onSuccess: onClose })
  const send = () =>
    commit.mutate({
      params: { id: policyId },
      body: {
        ...{ from: dayStart(from), to: dayEnd(to) },
        ...(percent.trim() === '' ? {} : { percent: Number(percent) }),
        ...(strata.length === 0 ? {} : { strata: [...strata] }),
      },
    })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('review:sample.commit')}
      submit={t('review:sample.commit')}
      onSubmit={send}
      pending={commit.isPending}
      error={commit.error}
      disabled={from === '' || to === ''}
    >
      <div>{t('review:sample.commitText')}</div>
      <TextField required type="date" label={t('review:period.from')} value={from} onChange={setFrom} />
      <TextField
        required
        type="date"
        label={t('review:period.to')}
        hint={t('review:period.utc')}
        value={to}
        onChange={setTo}
      />
      <TextField
        type="number"
        label={t('review:sample.percent')}
        hint={t('review:sample.asPolicy')}
        value={percent}
        onChange={setPercent}
      />
      <fieldset style={{ border: 'none', margin: 0, padding: 0, minWidth: 0 }}>
        <legend>{t('review:sample.strata')}</legend>
        {(Object.keys(stratumLabels) as Stratum[]).map((stratum) => (
          <Checkbox
            key={stratum}
            label={t(stratumLabels[stratum])}
            checked={strata.includes(stratum)}
            onChange={(_, { checked }) =>
              setStrata(checked ? [...strata, stratum] : strata.filter((one) => one !== stratum))
            }
          />
        ))}
      </fieldset>
    </FormDialog>
  )
}
