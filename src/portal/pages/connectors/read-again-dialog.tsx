import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { FormDialog } from '../../components/dialogs.tsx'
import { TextField } from '../../components/form.tsx'
import type { Connector } from './labels.ts'

const dayMs = 86_400_000

/** Takes what was captured on certain days once more; what is there already is not doubled. */
export function ReadAgainDialog({ connector, onClose }: { connector: Connector; onClose: () => void }) {
  const { t } = useTranslation('connectors')
  const [from, setFrom] = useState('')
  const [to, setTo] = useState('')
  const start = useChange('startRun', {
    stale: ['readConnector', 'listConnectors', 'listRuns'],
    onSuccess: onClose,
  })
  const backwards = from !== '' && to !== '' && to < from
  const window = {
    ...(from === '' ? {} : { from: new Date(from).toISOString() }),
    ...(to === '' ? {} : { to: new Date(Date.parse(to) + dayMs).toISOString() }),
  }
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('connectors:act.readAgain')}
      submit={t('connectors:readAgain.start')}
      onSubmit={() => start.mutate({ params: { id: connector.id }, body: { kind: 'window', window } })}
      pending={start.isPending}
      disabled={(from === '' && to === '') || backwards}
      error={start.error}
    >
      <span>{t('connectors:readAgain.text')}</span>
      <TextField label={t('connectors:readAgain.from')} type="date" value={from} onChange={setFrom} />
      <TextField
        label={t('connectors:readAgain.to')}
        type="date"
        value={to}
        onChange={setTo}
        {...(backwards ? { problem: t('connectors:readAgain.backwards') } : {})}
      />
    </FormDialog>
  )
}
