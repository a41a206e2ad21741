import { Dropdown, Input, makeStyles, Option, Select, tokens } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { channels, messageKinds } from '../../../domain/message.ts'
import { useFormat } from '../../i18n/format.ts'
import { channelNames, kindLabels } from '../../i18n/message-labels.ts'
import type { ConditionDraft } from './condition-drafts.ts'

const useStyles = makeStyles({
  wide: { width: '100%', minWidth: 0 },
  // Its own least width would break a phone.
  dropdown: { width: '100%', minWidth: 0, '& button': { minWidth: 0, overflow: 'hidden' } },
  choices: { maxHeight: '260px', overflowY: 'auto' },
  pair: { display: 'grid', gridTemplateColumns: '1fr 1fr', gap: tokens.spacingHorizontalS },
  input: { minWidth: 0, '& input': { minWidth: 0, width: '100%' } },
})

interface ValueProps {
  readonly draft: ConditionDraft
  readonly onChange: (draft: ConditionDraft) => void
}

/** The fields of one row's values. */
export function ConditionValue({ draft, onChange }: ValueProps) {
  switch (draft.property) {
    case 'sent':
    case 'received':
      return <DayRange draft={draft} onChange={onChange} />
    case 'size':
      return <SizeRange draft={draft} onChange={onChange} />
    case 'hasattachment':
      return <YesOrNo draft={draft} onChange={onChange} />
    case 'kind':
      return <Kinds draft={draft} onChange={onChange} />
    case 'channel':
      return <Channels draft={draft} onChange={onChange} />
    default:
      return <Words draft={draft} onChange={onChange} />
  }
}

function Words({ draft, onChange }: ValueProps) {
  const styles = useStyles()
  const { t } = useTranslation('search')
  return (
    <Input
      className={styles.wide}
      aria-label={t('search:condition.values')}
      placeholder={t('search:condition.valuesHint')}
      value={draft.words}
      maxLength={5_000}
      onChange={(_, { value }) => onChange({ ...draft, words: value })}
    />
  )
}

function DayRange({ draft, onChange }: ValueProps) {
  const styles = useStyles()
  const { t } = useTranslation('search')
  return (
    <div className={styles.pair}>
      <Input
        className={styles.input}
        type="date"
        aria-label={t('search:condition.firstDay')}
        title={t('search:condition.firstDay')}
        value={draft.from}
        onChange={(_, { value }) => onChange({ ...draft, from: value })}
      />
      <Input
        className={styles.input}
        type="date"
        aria-label={t('search:condition.lastDay')}
        title={t('search:condition.lastDay')}
        value={draft.to}
        onChange={(_, { value }) => onChange({ ...draft, to: value })}
      />
    </div>
  )
}

function SizeRange({ draft, onChange }: ValueProps) {
  const styles = useStyles()
  const { t } = useTranslation('search')
  return (
    <div className={styles.pair}>
      <Input
        className={styles.input}
        type="number"
        min={0}
        step="any"
        contentAfter="kB"
        aria-label={t('search:condition.leastSize')}
        placeholder={t('search:condition.atLeast')}
        value={draft.min}
        onChange={(_, { value }) => onChange({ ...draft, min: value })}
      />
      <Input
        className={styles.input}
        type="number"
        min={0}
        step="any"
        contentAfter="kB"
        aria-label={t('search:condition.mostSize')}
        placeholder={t('search:condition.atMost')}
        value={draft.max}
        onChange={(_, { value }) => onChange({ ...draft, max: value })}
      />
    </div>
  )
}

function YesOrNo({ draft, onChange }: ValueProps) {
  const { t } = useTranslation('search')
  return (
    <Select
      aria-label={t('search:condition.value')}
      value={draft.hasAttachment ? 'yes' : 'no'}
      onChange={(_, { value }) => onChange({ ...draft, hasAttachment: value === 'yes' })}
    >
      <option value="yes">{t('search:condition.yes')}</option>
      <option value="no">{t('search:condition.no')}</option>
    </Select>
  )
}

function Kinds({ draft, onChange }: ValueProps) {
  const { t } = useTranslation(['search', 'items'])
  const format = useFormat()
  const choices = messageKinds
    .map((value) => ({ value, label: t(kindLabels[value]) }))
    .sort((one, other) => format.compare(one.label, other.label))
  return (
    <Several
      label={t('search:condition.values')}
      choices={choices}
      chosen={draft.kinds}
      onChoose={(kinds) => onChange({ ...draft, kinds })}
    />
  )
}

function Channels({ draft, onChange }: ValueProps) {
  const { t } = useTranslation('search')
  return (
    <Several
      label={t('search:condition.values')}
      choices={channels.map((value) => ({ value, label: channelNames[value] }))}
      chosen={draft.channels}
      onChoose={(chosen) => onChange({ ...draft, channels: chosen })}
    />
  )
}

function Several<Value extends string>(props: {
  label: string
  choices: readonly { readonly value: Value; readonly label: string }[]
  chosen: readonly Value[]
  onChoose: (values: Value[]) => void
}) {
  const { label, choices, chosen, onChoose } = props
  const styles = useStyles()
  const { t } = useTranslation('search')
  const format = useFormat()
  const names = choices.filter(({ value }) => chosen.includes(value)).map((choice) => choice.label)
  return (
    <Dropdown
      className={styles.dropdown}
      multiselect
      inlinePopup
      positioning={{ position: 'below', align: 'start', autoSize: false }}
      listbox={{ className: styles.choices }}
      aria-label={label}
      placeholder={t('search:condition.choose')}
      selectedOptions={[...chosen]}
      value={format.list(names)}
      onOptionSelect={(_, { selectedOptions }) => onChoose(selectedOptions as Value[])}
    >
      {choices.map((choice) => (
        <Option key={choice.value} value={choice.value}>
          {choice.label}
        </Option>
      ))}
    </Dropdown>
  )
}
