import { makeStyles, tokens } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { ChoiceField } from '../../../components/form.tsx'
import { Notice } from '../../../components/notices.tsx'
import { PageLink } from '../../../components/page-link.tsx'
import { severityLabels } from '../policies/labels.ts'
import { ageLabels, stateLabels } from './labels.ts'
import { ages, linkedQueue, type QueueFilter, queueStates, severities } from './queue-filter.ts'
import { useReview } from './use-review.ts'

const useStyles = makeStyles({
  fields: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 160px), 1fr))',
    gap: tokens.spacingHorizontalM,
    marginBottom: tokens.spacingVerticalM,
    '& > *': { minWidth: 0 },
    '@media (max-width: 640px)': { gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr)' },
  },
})

/** Which state, how serious, how old, by which rule; taken at once. */
export function QueueFilterForm(props: {
  policyId: number
  filter: QueueFilter
  onChange: (filter: QueueFilter) => void
}) {
  const { policyId, filter, onChange } = props
  const styles = useStyles()
  const { t } = useTranslation(['review', 'supervision'])
  const rules = useReview(policyId)?.rules ?? []
  const set = (change: Record<string, string>) => onChange(linkedQueue({ ...filter, ...change }))
  const any = { value: '', label: t('review:filter.any') }
  return (
    <search>
      {filter.sample && (
        <Notice
          actions={<PageLink to={`/supervision/review/${policyId}`}>{t('review:filter.whole')}</PageLink>}
        >
          {t('review:filter.sample', { sample: filter.sample })}
        </Notice>
      )}
      <div className={styles.fields}>
        <ChoiceField
          label={t('supervision:column.state')}
          value={filter.state ?? 'pending'}
          onChange={(state) => set({ state })}
          choices={queueStates.map((value) => ({ value, label: t(stateLabels[value]) }))}
        />
        <ChoiceField
          label={t('supervision:column.severity')}
          value={filter.severity ?? ''}
          onChange={(severity) => set({ severity })}
          choices={[any, ...severities.map((value) => ({ value, label: t(severityLabels[value].label) }))]}
        />
        <ChoiceField
          label={t('review:filter.age')}
          value={filter.age ?? ''}
          onChange={(age) => set({ age })}
          choices={[any, ...ages.map((value) => ({ value, label: t(ageLabels[value]) }))]}
        />
        <ChoiceField
          label={t('supervision:column.rule')}
          value={filter.rule ?? ''}
          onChange={(rule) => set({ rule })}
          choices={[any, ...rules.map(({ id, title }) => ({ value: id, label: title || id }))]}
        />
      </div>
    </search>
  )
}
