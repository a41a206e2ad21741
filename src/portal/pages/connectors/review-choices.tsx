import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { type ReactNode, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import { useFormat } from '../../i18n/format.ts'
import { typeLabels } from './labels.ts'
import { ScheduleField, useScheduleText } from './schedule-field.tsx'
import type { StepProps } from './use-draft.ts'

const useStyles = makeStyles({
  list: { margin: 0, display: 'grid' },
  row: {
    display: 'grid',
    gridTemplateColumns: 'minmax(140px, 240px) minmax(0, 1fr) auto',
    gap: `2px ${tokens.spacingHorizontalM}`,
    alignItems: 'center',
    minHeight: '44px',
    borderBottom: `1px solid ${tokens.colorNeutralStroke3}`,
    '@media (max-width: 640px)': {
      gridTemplateColumns: 'minmax(0, 1fr) auto',
      '& dt': { gridColumnStart: 1, gridColumnEnd: 3, paddingTop: tokens.spacingVerticalXS },
    },
  },
  name: { color: tokens.colorNeutralForeground2 },
  value: { margin: 0, overflowWrap: 'anywhere' },
  edit: { margin: 0 },
  schedule: { display: 'grid', gap: tokens.spacingVerticalS, padding: `${tokens.spacingVerticalS} 0` },
  buttons: { margin: 0, display: 'flex', gap: tokens.spacingHorizontalS },
})

/** Every choice of the wizard, each with the way back to where it was made. */
export function ReviewChoices({ draft, open, go }: StepProps) {
  const styles = useStyles()
  const { t } = useTranslation('connectors')
  const format = useFormat()
  const signIn = () => go('sign-in')
  const mapping = () => go('mapping')
  const file = draft.mappingFile
  return (
    <dl className={styles.list}>
      <Choice name={t('connectors:column.type')} onEdit={null}>
        {t(typeLabels[draft.type])}
      </Choice>
      <Choice name={t('connectors:step.terms')} onEdit={() => go('terms')}>
        {draft.termsAccepted ? t('connectors:review.accepted') : t('connectors:review.notAccepted')}
      </Choice>
      <Choice name={t('connectors:signIn.name')} onEdit={signIn}>
        <bdi>{draft.name}</bdi>
      </Choice>
      <Choice name={t('connectors:signIn.site')} onEdit={signIn}>
        {draft.siteUrl}
      </Choice>
      <Choice name={t('connectors:signIn.username')} onEdit={signIn}>
        <bdi>{draft.username}</bdi>
        {draft.signIn && ` (${t('connectors:review.account', { account: draft.signIn.account })})`}
      </Choice>
      <Choice name={t('connectors:signIn.password')} onEdit={signIn}>
        {draft.hasPassword ? t('connectors:review.passwordKept') : t('connectors:mapping.none')}
      </Choice>
      <Choice name={t('connectors:mapping.custom')} onEdit={mapping}>
        {file === null
          ? t('connectors:mapping.none')
          : `${file.name}, ${t('connectors:mapping.rows', { count: file.rows, number: format.number(file.rows) })}`}
      </Choice>
      <Choice name={t('connectors:mapping.automatic')} onEdit={mapping}>
        {draft.automaticMapping ? t('connectors:on') : t('connectors:off')}
      </Choice>
      <Choice name={t('connectors:mapping.catchAll')} onEdit={mapping}>
        {draft.catchAll ?? t('connectors:mapping.none')}
      </Choice>
      <DeliveryChoice draft={draft} go={go} />
      <ScheduleChoice draft={draft} open={open} />
    </dl>
  )
}

function DeliveryChoice({ draft, go }: Pick<StepProps, 'draft' | 'go'>) {
  const { t } = useTranslation('connectors')
  const format = useFormat()
  const destinations = useCall('listDestinations', undefined)
  const chosen = (destinations.data ?? []).filter(({ id }) => draft.destinationIds.includes(id))
  return (
    <Choice name={t('connectors:step.delivery')} onEdit={() => go('delivery')}>
      {draft.destinationIds.length === 0 ? (
        t('connectors:delivery.only')
      ) : (
        <bdi>{format.list(chosen.map(({ name }) => name))}</bdi>
      )}
    </Choice>
  )
}

function Choice(props: { name: string; children: ReactNode; onEdit: (() => void) | null }) {
  const { name, children, onEdit } = props
  const styles = useStyles()
  const { t } = useTranslation('connectors')
  return (
    <div className={styles.row}>
      <dt className={styles.name}>{name}</dt>
      <dd className={styles.value}>{children}</dd>
      <dd className={styles.edit}>
        {onEdit && (
          <Button
            size="small"
            appearance="subtle"
            aria-label={t('connectors:review.editStep', { step: name })}
            onClick={onEdit}
          >
            {t('connectors:review.edit')}
          </Button>
        )}
      </dd>
    </div>
  )
}

/** The one choice that no step asks for: it has a good answer already. */
function ScheduleChoice({ draft, open }: Pick<StepProps, 'draft' | 'open'>) {
  const styles = useStyles()
  const { t } = useTranslation(['connectors', 'general'])
  const scheduleText = useScheduleText()
  const [schedule, setSchedule] = useState(draft.schedule)
  const [editing, setEditing] = useState(false)
  const save = async () => {
    if (await open.save({ schedule }, [])) setEditing(false)
  }
  if (!editing) {
    return (
      <Choice
        name={t('connectors:schedule.title')}
        onEdit={() => {
          setSchedule(draft.schedule)
          setEditing(true)
        }}
      >
        {scheduleText(draft.schedule)}
      </Choice>
    )
  }
  return (
    // biome-ignore lint/a11y/noStaticElementInteractions: it listens for a key of the fields in it
    <div
      className={styles.schedule}
      onKeyDown={(event) => {
        // Enter in a field saves the schedule; it must not finish the wizard.
        if (event.key !== 'Enter' || !(event.target instanceof HTMLInputElement)) return
        event.preventDefault()
        void save()
      }}
    >
      <dt className={styles.name}>{t('connectors:schedule.title')}</dt>
      <dd className={styles.value}>
        <ScheduleField value={schedule} onChange={setSchedule} />
      </dd>
      <dd className={styles.buttons}>
        <Button disabledFocusable={open.pending} onClick={() => void save()}>
          {t('general:action.save')}
        </Button>
        <Button appearance="subtle" onClick={() => setEditing(false)}>
          {t('general:action.cancel')}
        </Button>
      </dd>
    </div>
  )
}
