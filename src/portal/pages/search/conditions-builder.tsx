import { Button, makeStyles, Select, tokens } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { DismissRegular } from '@fluentui/react-icons/svg/dismiss'
import { useTranslation } from 'react-i18next'
import {
  type ConditionDraft,
  type ConditionProperty,
  conditionProperties,
  emptyDraft,
  isTurnedRound,
} from './condition-drafts.ts'
import { ConditionValue } from './condition-value.tsx'
import { propertyLabels } from './labels.ts'

const useStyles = makeStyles({
  frame: {
    display: 'grid',
    gap: tokens.spacingVerticalS,
    justifyItems: 'start',
    border: 0,
    margin: 0,
    padding: 0,
    minWidth: 0,
  },
  legend: { fontWeight: tokens.fontWeightSemibold, padding: 0, marginBottom: tokens.spacingVerticalXS },
  hint: { margin: 0, color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  row: {
    display: 'grid',
    gridTemplateColumns: 'minmax(130px, 200px) minmax(90px, 170px) minmax(0, 1fr) auto',
    gap: tokens.spacingHorizontalS,
    alignItems: 'start',
    width: '100%',
    boxSizing: 'border-box',
    border: 0,
    margin: 0,
    padding: 0,
    minWidth: 0,
    '& select': { width: '100%' },
    '@media (max-width: 640px)': {
      gridTemplateColumns: 'minmax(0, 1fr) minmax(0, 1fr) auto',
      padding: tokens.spacingHorizontalS,
      borderRadius: tokens.borderRadiusMedium,
      backgroundColor: tokens.colorNeutralBackground2,
    },
  },
  value: {
    minWidth: 0,
    '@media (max-width: 640px)': { gridColumn: '1 / -1', gridRow: 2 },
  },
  problem: { margin: 0, color: tokens.colorStatusDangerForeground1, fontSize: tokens.fontSizeBase200 },
})

/** Rows that narrow a search; the values of one row widen it. */
export function ConditionsBuilder(props: {
  drafts: readonly ConditionDraft[]
  onChange: (drafts: readonly ConditionDraft[]) => void
}) {
  const { drafts, onChange } = props
  const styles = useStyles()
  const { t } = useTranslation('search')
  const change = (changed: ConditionDraft) =>
    onChange(drafts.map((draft) => (draft.key === changed.key ? changed : draft)))
  const add = () => onChange([...drafts, emptyDraft(Math.max(0, ...drafts.map(({ key }) => key)) + 1)])
  return (
    <fieldset className={styles.frame}>
      <legend className={styles.legend}>{t('search:condition.title')}</legend>
      {drafts.length > 0 && <p className={styles.hint}>{t('search:condition.hint')}</p>}
      {drafts.map((draft, index) => (
        <ConditionRow
          key={draft.key}
          draft={draft}
          number={index + 1}
          onChange={change}
          onRemove={() => onChange(drafts.filter(({ key }) => key !== draft.key))}
        />
      ))}
      <Button icon={<AddRegular />} onClick={add}>
        {t('search:condition.add')}
      </Button>
    </fieldset>
  )
}

function ConditionRow(props: {
  draft: ConditionDraft
  number: number
  onChange: (draft: ConditionDraft) => void
  onRemove: () => void
}) {
  const { draft, number, onChange, onRemove } = props
  const styles = useStyles()
  const { t } = useTranslation('search')
  return (
    <fieldset className={styles.row} aria-label={t('search:condition.one', { number })}>
      <Select
        aria-label={t('search:condition.property')}
        value={draft.property}
        onChange={(_, { value }) => onChange({ ...draft, property: value as ConditionProperty })}
      >
        {conditionProperties.map((property) => (
          <option key={property} value={property}>
            {t(propertyLabels[property])}
          </option>
        ))}
      </Select>
      <Operator draft={draft} onChange={onChange} />
      <div className={styles.value}>
        <ConditionValue draft={draft} onChange={onChange} />
        {isTurnedRound(draft) && (
          <p className={styles.problem} role="alert">
            {t('search:condition.turnedRound')}
          </p>
        )}
      </div>
      <Button
        appearance="subtle"
        icon={<DismissRegular />}
        aria-label={t('search:condition.remove', { number })}
        onClick={onRemove}
      />
    </fieldset>
  )
}

/** Whether the row's values are wanted or not; ranges are what they are. */
function Operator({ draft, onChange }: { draft: ConditionDraft; onChange: (draft: ConditionDraft) => void }) {
  const { t } = useTranslation('search')
  const label = t('search:condition.operator')
  if (draft.property === 'sent' || draft.property === 'received' || draft.property === 'size') {
    return (
      <Select aria-label={label} disabled value="range">
        <option value="range">{t('search:condition.between')}</option>
      </Select>
    )
  }
  if (draft.property === 'hasattachment') {
    return (
      <Select aria-label={label} disabled value="is">
        <option value="is">{t('search:condition.is')}</option>
      </Select>
    )
  }
  const isChoice = draft.property === 'kind' || draft.property === 'channel'
  return (
    <Select
      aria-label={label}
      value={draft.not ? 'not' : 'is'}
      onChange={(_, { value }) => onChange({ ...draft, not: value === 'not' })}
    >
      <option value="is">{isChoice ? t('search:condition.is') : t('search:condition.contains')}</option>
      <option value="not">
        {isChoice ? t('search:condition.isNot') : t('search:condition.containsNot')}
      </option>
    </Select>
  )
}
