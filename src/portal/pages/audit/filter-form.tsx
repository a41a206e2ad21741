import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { SearchRegular } from '@fluentui/react-icons/svg/search'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { type AuditOutcome, auditOutcomes } from '../../../domain/audit.ts'
import { ChoiceField, TextField } from '../../components/form.tsx'
import { WordTag } from '../../components/status.tsx'
import { useFormat } from '../../i18n/format.ts'
import { ChooseOperations } from './choose-operations.tsx'
import { type AuditFilter, type Period, periods } from './filter.ts'
import { operationLabels, outcomeLabels } from './labels.ts'

const useStyles = makeStyles({
  form: {
    display: 'grid',
    gap: tokens.spacingVerticalM,
    padding: tokens.spacingHorizontalL,
    marginBottom: tokens.spacingVerticalL,
    borderRadius: tokens.borderRadiusLarge,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
    backgroundColor: tokens.colorNeutralBackground1,
  },
  fields: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(100%, 200px), 1fr))',
    gap: tokens.spacingHorizontalM,
    alignItems: 'start',
    '& > *': { minWidth: 0 },
    '& select': { minWidth: 0 },
  },
  line: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalS, alignItems: 'center' },
})

const periodLabels: Readonly<Record<Period, string>> = {
  day: 'audit:period.day',
  week: 'audit:period.week',
  month: 'audit:period.month',
  quarter: 'audit:period.quarter',
  all: 'audit:period.all',
  days: 'audit:period.days',
}

interface FilterProps {
  readonly filter: AuditFilter
  readonly onChange: (filter: AuditFilter) => void
}

/** When, who, what, with which outcome, to what. */
export function FilterForm({ filter, onChange, onSearch }: FilterProps & { onSearch: () => void }) {
  const styles = useStyles()
  const { t } = useTranslation('audit')
  return (
    <search>
      <form
        className={styles.form}
        onSubmit={(event) => {
          event.preventDefault()
          onSearch()
        }}
      >
        <div className={styles.fields}>
          <ChoiceField
            label={t('audit:filter.period')}
            value={filter.period}
            onChange={(period) => onChange({ ...filter, period })}
            choices={periods.map((value) => ({ value, label: t(periodLabels[value]) }))}
          />
          {filter.period === 'days' && <Days filter={filter} onChange={onChange} />}
          <TextField
            label={t('audit:filter.actors')}
            hint={t('audit:filter.actorsHint')}
            value={filter.actors}
            onChange={(actors) => onChange({ ...filter, actors })}
            maxLength={2000}
          />
          <ChoiceField
            label={t('audit:filter.outcome')}
            value={filter.outcome}
            onChange={(outcome) => onChange({ ...filter, outcome })}
            choices={[
              { value: '' as AuditOutcome | '', label: t('audit:filter.anyOutcome') },
              ...auditOutcomes.map((value) => ({ value, label: t(outcomeLabels[value]) })),
            ]}
          />
          <TextField
            label={t('audit:filter.target')}
            hint={t('audit:filter.targetHint')}
            value={filter.target}
            onChange={(target) => onChange({ ...filter, target })}
            maxLength={300}
          />
        </div>
        <Operations filter={filter} onChange={onChange} />
        <div>
          <Button type="submit" appearance="primary" icon={<SearchRegular />}>
            {t('audit:filter.search')}
          </Button>
        </div>
      </form>
    </search>
  )
}

function Days({ filter, onChange }: FilterProps) {
  const { t } = useTranslation('audit')
  const { timeZone } = useFormat()
  return (
    <>
      <TextField
        label={t('audit:filter.from')}
        type="date"
        value={filter.from}
        onChange={(from) => onChange({ ...filter, from })}
      />
      <TextField
        label={t('audit:filter.to')}
        type="date"
        value={filter.to}
        onChange={(to) => onChange({ ...filter, to })}
      />
      <ChoiceField
        label={t('audit:filter.zone')}
        value={filter.timeZone}
        onChange={(zone) => onChange({ ...filter, timeZone: zone })}
        choices={[...new Set([timeZone, 'UTC', ...Intl.supportedValuesOf('timeZone')])].map((value) => ({
          value,
          label: value,
        }))}
      />
    </>
  )
}

function Operations({ filter, onChange }: FilterProps) {
  const styles = useStyles()
  const { t } = useTranslation('audit')
  const [choosing, setChoosing] = useState(false)
  const { operations } = filter
  return (
    <div className={styles.line}>
      <span>{t('audit:filter.operations')}</span>
      {operations.length === 0 && <span>{t('audit:filter.allOperations')}</span>}
      {operations.map((operation) => (
        <WordTag
          key={operation}
          removeLabel={t('audit:filter.drop', { operation: t(operationLabels[operation]) })}
          onRemove={() => onChange({ ...filter, operations: operations.filter((one) => one !== operation) })}
        >
          {t(operationLabels[operation])}
        </WordTag>
      ))}
      <Button size="small" onClick={() => setChoosing(true)}>
        {t('audit:filter.choose')}
      </Button>
      {choosing && (
        <ChooseOperations
          chosen={operations}
          onClose={() => setChoosing(false)}
          onChoose={(chosen) => {
            onChange({ ...filter, operations: chosen })
            setChoosing(false)
          }}
        />
      )}
    </div>
  )
}
