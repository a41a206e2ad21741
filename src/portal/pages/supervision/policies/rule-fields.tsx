import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { informationTypes, severities } from '../../../../domain/supervision-policy.ts'
import { Buttons, ChoiceField, TextField } from '../../../components/form.tsx'
import { conditionKinds, type RuleDraft } from './draft.ts'
import { conditionLabels, informationLabels, severityLabels } from './labels.ts'

const useStyles = makeStyles({
  rule: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 1fr)',
    gap: tokens.spacingVerticalM,
    padding: tokens.spacingHorizontalM,
    margin: 0,
    minWidth: 0,
    borderRadius: tokens.borderRadiusMedium,
    border: `1px solid ${tokens.colorNeutralStroke2}`,
  },
})

interface RuleProps {
  readonly rule: RuleDraft
  readonly onChange: (rule: RuleDraft) => void
}

export function RuleFields({ rule, onChange, onRemove }: RuleProps & { onRemove: () => void }) {
  const { t } = useTranslation('supervision')
  const styles = useStyles()
  const put = (part: Partial<RuleDraft>) => onChange({ ...rule, ...part })
  return (
    <fieldset className={styles.rule}>
      <legend>{rule.title || rule.id}</legend>
      <TextField
        required
        label={t('supervision:field.ruleId')}
        hint={t('supervision:field.ruleIdHint')}
        maxLength={60}
        value={rule.id}
        onChange={(id) => put({ id })}
      />
      <TextField
        label={t('supervision:field.ruleTitle')}
        maxLength={200}
        value={rule.title}
        onChange={(title) => put({ title })}
      />
      <ChoiceField
        label={t('supervision:column.severity')}
        value={rule.severity}
        onChange={(severity) => put({ severity })}
        choices={severities.map((value) => ({ value, label: t(severityLabels[value].label) }))}
      />
      <ChoiceField
        label={t('supervision:column.condition')}
        value={rule.kind}
        onChange={(kind) => put({ kind, text: '', other: '', number: kind === 'near' ? '5' : '' })}
        choices={conditionKinds.map((value) => ({ value, label: t(conditionLabels[value]) }))}
      />
      <ConditionFields rule={rule} onChange={onChange} />
      <TextField
        lines={2}
        label={t('supervision:field.unless')}
        hint={t('supervision:field.unlessHint')}
        value={rule.unless}
        onChange={(unless) => put({ unless })}
      />
      <Buttons>
        <Button onClick={onRemove}>{t('supervision:editor.removeRule')}</Button>
      </Buttons>
    </fieldset>
  )
}

function ConditionFields({ rule, onChange }: RuleProps) {
  const { t } = useTranslation('supervision')
  const put = (part: Partial<RuleDraft>) => onChange({ ...rule, ...part })
  const text = (label: string, lines: number | undefined, hint?: string) => (
    <TextField
      required
      {...(lines ? { lines } : {})}
      {...(hint ? { hint } : {})}
      label={label}
      value={rule.text}
      onChange={(changed) => put({ text: changed })}
    />
  )
  const other = (label: string) => (
    <TextField lines={4} label={label} value={rule.other} onChange={(changed) => put({ other: changed })} />
  )
  const number = (label: string) => (
    <TextField
      type="number"
      label={label}
      value={rule.number}
      onChange={(changed) => put({ number: changed })}
    />
  )
  switch (rule.kind) {
    case 'words':
      return text(t('supervision:field.words'), 6, t('supervision:field.wordsHint'))
    case 'dictionary':
      return text(t('supervision:field.dictionary'), undefined)
    case 'pattern':
      return text(t('supervision:field.pattern'), undefined, t('supervision:field.patternHint'))
    case 'advanced':
      return text(t('supervision:field.json'), 8, t('supervision:field.jsonHint'))
    case 'near':
      return (
        <>
          {text(t('supervision:field.first'), 4, t('supervision:field.wordsHint'))}
          {other(t('supervision:field.second'))}
          {number(t('supervision:field.within'))}
        </>
      )
    case 'attachment':
      return (
        <>
          <TextField
            lines={2}
            label={t('supervision:field.types')}
            hint={t('supervision:field.typesHint')}
            value={rule.text}
            onChange={(changed) => put({ text: changed })}
          />
          {other(t('supervision:field.names'))}
          {number(t('supervision:field.megabytes'))}
        </>
      )
    case 'information':
      return (
        <ChoiceField
          label={t('supervision:condition.information')}
          value={rule.type}
          onChange={(type) => put({ type })}
          choices={informationTypes.map((value) => ({ value, label: t(informationLabels[value]) }))}
        />
      )
    default:
      return null
  }
}
