import { Checkbox, makeStyles } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { channels } from '../../../../domain/message.ts'
import { directions } from '../../../../domain/supervision-policy.ts'
import { Section, TextField } from '../../../components/form.tsx'
import type { DraftProps } from './draft.ts'
import { channelNames, directionLabels } from './labels.ts'

const useStyles = makeStyles({ ticks: { border: 'none', margin: 0, padding: 0, minWidth: 0 } })

/** Whose messages, which way, by which channel. */
export function ScopeFields({ draft, change }: DraftProps) {
  const { t } = useTranslation('supervision')
  return (
    <Section title={t('supervision:editor.scope')}>
      <TextField
        lines={2}
        label={t('supervision:field.description')}
        maxLength={2_000}
        value={draft.description}
        onChange={(description) => change({ description })}
      />
      <Checkbox
        label={t('supervision:everyone')}
        checked={draft.everyone}
        onChange={(_, { checked }) => change({ everyone: checked === true })}
      />
      {!draft.everyone && (
        <>
          <TextField
            lines={3}
            label={t('supervision:field.departments')}
            hint={t('supervision:field.linesHint')}
            value={draft.departments}
            onChange={(departments) => change({ departments })}
          />
          <TextField
            lines={3}
            label={t('supervision:field.mailboxes')}
            hint={t('supervision:field.linesHint')}
            value={draft.mailboxes}
            onChange={(mailboxes) => change({ mailboxes })}
          />
        </>
      )}
      <TextField
        lines={2}
        label={t('supervision:field.exceptDepartments')}
        value={draft.exceptDepartments}
        onChange={(exceptDepartments) => change({ exceptDepartments })}
      />
      <TextField
        lines={2}
        label={t('supervision:field.exceptMailboxes')}
        value={draft.exceptMailboxes}
        onChange={(exceptMailboxes) => change({ exceptMailboxes })}
      />
      <Ticks
        label={t('supervision:field.directions')}
        all={directions}
        chosen={draft.directions}
        nameOf={(one) => t(directionLabels[one])}
        onChange={(chosen) => change({ directions: chosen })}
      />
      <Ticks
        label={t('supervision:field.channels')}
        all={channels}
        chosen={draft.channels}
        nameOf={(one) => channelNames[one]}
        onChange={(chosen) => change({ channels: chosen })}
      />
    </Section>
  )
}

function Ticks<Value extends string>(props: {
  label: string
  all: readonly Value[]
  chosen: readonly Value[]
  nameOf: (value: Value) => string
  onChange: (chosen: Value[]) => void
}) {
  const { label, all, chosen, nameOf, onChange } = props
  return (
    <fieldset className={useStyles().ticks}>
      <legend>{label}</legend>
      {all.map((value) => (
        <Checkbox
          key={value}
          label={nameOf(value)}
          checked={chosen.includes(value)}
          onChange={(_, { checked }) =>
            onChange(all.filter((one) => (one === value ? checked === true : chosen.includes(one))))
          }
        />
      ))}
    </fieldset>
  )
}
