import { Field, Input, makeStyles, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { ChoiceField, TextField } from '../../components/form.tsx'
import { cronOf, plainSchedule, type Rhythm, rhythms, type Schedule } from './schedule.ts'

const useStyles = makeStyles({
  row: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(min(180px, 100%), 1fr))',
    gap: tokens.spacingHorizontalM,
    alignItems: 'start',
    // A list of zones is as wide as its longest name, unless it is told to be as wide as its place.
    '& > *': { minWidth: 0 },
    '& select': { minWidth: 0, width: '100%' },
    '& input': { minWidth: 0 },
  },
})

const zones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')]

const rhythmLabels: Record<Rhythm, string> = {
  daily: 'connectors:schedule.everyDay',
  weekdays: 'connectors:schedule.everyWeekday',
  hourly: 'connectors:schedule.everyHour',
  other: 'connectors:schedule.cronRhythm',
}

/** When a connector runs, and in which zone that is meant. */
export function ScheduleField(props: { value: Schedule; onChange: (schedule: Schedule) => void }) {
  const { value, onChange } = props
  const styles = useStyles()
  const { t } = useTranslation('connectors')
  // A cron that could be said plainly may be wanted as cron all the same.
  const [rhythm, setRhythm] = useState(plainSchedule(value.cron).rhythm)
  const { time } = plainSchedule(value.cron)
  const choose = (chosen: Rhythm) => {
    setRhythm(chosen)
    if (chosen !== 'other') onChange({ ...value, cron: cronOf(chosen, time) })
  }
  return (
    <div className={styles.row}>
      <ChoiceField
        label={t('connectors:schedule.title')}
        value={rhythm}
        onChange={choose}
        choices={rhythms.map((one) => ({ value: one, label: t(rhythmLabels[one]) }))}
      />
      {rhythm === 'other' ? (
        <TextField
          label={t('connectors:schedule.cron')}
          hint={t('connectors:schedule.cronHint')}
          value={value.cron}
          onChange={(cron) => onChange({ ...value, cron })}
          maxLength={100}
        />
      ) : (
        <Field
          label={t('connectors:schedule.time')}
          {...(rhythm === 'hourly' ? { hint: t('connectors:schedule.hourlyHint') } : {})}
        >
          <Input
            type="time"
            value={time}
            onChange={(_, data) => data.value && onChange({ ...value, cron: cronOf(rhythm, data.value) })}
          />
        </Field>
      )}
      <ChoiceField
        label={t('connectors:schedule.zone')}
        value={value.zone}
        onChange={(zone) => onChange({ ...value, zone })}
        choices={[...new Set([value.zone, ...zones])].map((zone) => ({ value: zone, label: zone }))}
      />
    </div>
  )
}

/** `30 2 * * *` as "every day at 02:30"; what cannot be said plainly as it is written. */
export function useScheduleText(): (schedule: Schedule) => string {
  const { t } = useTranslation('connectors')
  return ({ cron, zone }) => {
    const { rhythm, time } = plainSchedule(cron)
    if (rhythm === 'daily') return t('connectors:schedule.daily', { time, zone })
    if (rhythm === 'weekdays') return t('connectors:schedule.weekdays', { time, zone })
    if (rhythm === 'hourly') return t('connectors:schedule.hourly', { minute: time.slice(3), zone })
    return t('connectors:schedule.other', { cron, zone })
  }
}
