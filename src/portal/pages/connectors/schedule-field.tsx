import { makeStyles, tokens } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { ChoiceField, TextField } from '../../components/form.tsx'

const useStyles = makeStyles({
  row: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fit, minmax(180px, 1fr))',
    gap: tokens.spacingHorizontalM,
  },
})

export interface Schedule {
  readonly cron: string
  readonly zone: string
}

const zones = ['UTC', ...Intl.supportedValuesOf('timeZone').filter((zone) => zone !== 'UTC')]

/** When a connector runs, as five fields of cron, and in which zone that is meant. */
export function ScheduleField({
  value,
  onChange,
}: {
  value: Schedule
  onChange: (schedule: Schedule) => void
}) {
  const styles = useStyles()
  const { t } = useTranslation('connectors')
  return (
    <div className={styles.row}>
      <TextField
        label={t('connectors:schedule.cron')}
        hint={t('connectors:schedule.cronHint')}
        value={value.cron}
        onChange={(cron) => onChange({ ...value, cron })}
        maxLength={100}
      />
      <ChoiceField
        label={t('connectors:schedule.zone')}
        value={value.zone}
        onChange={(zone) => onChange({ ...value, zone })}
        choices={[...new Set([value.zone, ...zones])].map((zone) => ({ value: zone, label: zone }))}
      />
    </div>
  )
}

/** `0 2 * * *` as "daily at 02:00"; any other schedule as it is written. */
export function useScheduleText(): (schedule: Schedule) => string {
  const { t } = useTranslation('connectors')
  return ({ cron, zone }) => {
    const daily = /^(\d{1,2}) (\d{1,2}) \* \* \*$/.exec(cron)
    if (!daily) return t('connectors:schedule.other', { cron, zone })
    const [, minute = '', hour = ''] = daily
    return t('connectors:schedule.daily', {
      time: `${hour.padStart(2, '0')}:${minute.padStart(2, '0')}`,
      zone,
    })
  }
}
