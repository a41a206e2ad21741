import { Button, Checkbox } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { useMay, useSession } from '../../api/session.ts'
import { FormDialog } from '../../components/dialogs.tsx'
import { Facts } from '../../components/facts.tsx'
import { Buttons, Section, TextField } from '../../components/form.tsx'
import { ErrorNotice, Notice } from '../../components/notices.tsx'
import { useNotify } from '../../components/notify.tsx'
import { useFormat } from '../../i18n/format.ts'
import { Moment } from './cells.tsx'
import type { Disposition } from './labels.ts'

type Suspended = NonNullable<Disposition['suspension']>

/** After a restore nothing goes until two people say that holds and dispositions were told again. */
export function Suspension({ suspension }: { suspension: Suspended }) {
  const { t } = useTranslation('disposition')
  const may = useMay()
  const [asking, setAsking] = useState(false)
  const format = useFormat()
  const { since, backup, replayed, request } = suspension
  return (
    <Section title={t('disposition:suspension.title')}>
      <Notice intent="warning">{t('disposition:suspension.text')}</Notice>
      <Facts
        facts={[
          { name: t('disposition:suspension.since'), value: <Moment of={since} /> },
          { name: t('disposition:suspension.backup'), value: <Moment of={backup} /> },
          {
            name: t('disposition:suspension.replayed'),
            value: replayed === null ? t('disposition:suspension.notReplayed') : format.number(replayed),
          },
          ...(request
            ? [
                { name: t('disposition:suspension.askedBy'), value: <bdi>{request.askedBy}</bdi> },
                { name: t('disposition:suspension.askedAt'), value: <Moment of={request.askedAt} /> },
                { name: t('disposition:reason'), value: <bdi>{request.reason}</bdi> },
                ...(request.withoutLog
                  ? [
                      {
                        name: t('disposition:suspension.alsoSaid'),
                        value: t('disposition:suspension.withoutLog'),
                      },
                    ]
                  : []),
              ]
            : []),
        ]}
      />
      {request ? (
        <Decide request={request} />
      ) : (
        may('askToResume') && (
          <Buttons>
            <Button appearance="primary" onClick={() => setAsking(true)}>
              {t('disposition:suspension.ask')}
            </Button>
          </Buttons>
        )
      )}
      {asking && <AskDialog replayed={replayed !== null} onClose={() => setAsking(false)} />}
    </Section>
  )
}

/** Another person agrees or declines; whoever asked may withdraw. */
function Decide({ request }: { request: NonNullable<Suspended['request']> }) {
  const { t } = useTranslation('disposition')
  const may = useMay()
  const { user } = useSession()
  const decide = useChange('decideResumption', { stale: ['readDisposition'] })
  const act = (decision: 'done' | 'declined' | 'withdrawn') => decide.mutate({ body: { decision } })
  return (
    <>
      <ErrorNotice error={decide.error} />
      {may('decideResumption') && (
        <Buttons>
          {request.mayDecide && (
            <>
              <Button appearance="primary" onClick={() => act('done')}>
                {t('disposition:suspension.agree')}
              </Button>
              <Button onClick={() => act('declined')}>{t('disposition:suspension.decline')}</Button>
            </>
          )}
          {request.askedBy === user.username && (
            <Button onClick={() => act('withdrawn')}>{t('disposition:suspension.withdraw')}</Button>
          )}
        </Buttons>
      )}
    </>
  )
}

function AskDialog({ replayed, onClose }: { replayed: boolean; onClose: () => void }) {
  const { t } = useTranslation('disposition')
  const notify = useNotify()
  const [reason, setReason] = useState('')
  const [withoutLog, setWithoutLog] = useState(false)
  const ask = useChange('askToResume', {
    stale: ['readDisposition'],
    onSuccess: () => {
      notify({ title: t('disposition:suspension.waits') })
      onClose()
    },
  })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('disposition:suspension.ask')}
      submit={t('disposition:suspension.ask')}
      onSubmit={() => ask.mutate({ body: { reason, withoutLog } })}
      pending={ask.isPending}
      error={ask.error}
      disabled={reason.trim().length < 3 || !(replayed || withoutLog)}
    >
      <div>{t('disposition:suspension.askText')}</div>
      <TextField
        required
        lines={3}
        label={t('disposition:reason')}
        maxLength={1_000}
        value={reason}
        onChange={setReason}
      />
      {!replayed && (
        <Checkbox
          label={t('disposition:suspension.withoutLog')}
          checked={withoutLog}
          onChange={(_, { checked }) => setWithoutLog(checked === true)}
        />
      )}
    </FormDialog>
  )
}
