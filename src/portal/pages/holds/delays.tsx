import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { DataTable } from '../../components/data-table.tsx'
import { FormDialog } from '../../components/dialogs.tsx'
import { Section, TextField } from '../../components/form.tsx'
import { useNotify } from '../../components/notify.tsx'
import { OneLine } from '../../components/one-line.tsx'
import { Time } from '../../components/time.tsx'

type Delay = Answer<'listHolds'>['delays'][number]

/** Mailboxes in the 30 days after a release. */
export function Delays({ delays }: { delays: readonly Delay[] }) {
  const { t } = useTranslation('holds')
  const may = useMay()
  const [ending, setEnding] = useState<Delay | null>(null)
  return (
    <Section title={t('holds:delays.title')} text={t('holds:delays.text')}>
      <DataTable
        bounded
        caption={t('holds:delays.title')}
        rows={delays}
        rowKey={({ id }) => id}
        columns={[
          { key: 'mailbox', title: t('holds:column.mailbox'), render: ({ mailbox }) => mailbox.address },
          { key: 'hold', title: t('holds:column.name'), render: ({ hold }) => hold.name },
          {
            key: 'ends',
            title: t('holds:column.ends'),
            render: ({ endsAt }) => (
              <OneLine>
                <Time of={endsAt} />
              </OneLine>
            ),
          },
          {
            key: 'end',
            title: t('holds:column.act'),
            render: (delay) =>
              may('endDelayHold') && (
                <Button
                  size="small"
                  aria-label={`${t('holds:delays.end')}: ${delay.mailbox.address}`}
                  onClick={() => setEnding(delay)}
                >
                  {t('holds:delays.end')}
                </Button>
              ),
          },
        ]}
      />
      {ending && <EndDialog delay={ending} onClose={() => setEnding(null)} />}
    </Section>
  )
}

function EndDialog({ delay, onClose }: { delay: Delay; onClose: () => void }) {
  const { t } = useTranslation('holds')
  const notify = useNotify()
  const [reason, setReason] = useState('')
  const end = useChange('endDelayHold', {
    stale: ['listHolds', 'listHoldRequests'],
    onSuccess: () => {
      notify({ title: t('holds:waiting') })
      onClose()
    },
  })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={`${t('holds:delays.end')}: ${delay.mailbox.address}`}
      submit={t('holds:delays.end')}
      onSubmit={() => end.mutate({ params: { id: delay.id }, body: { reason } })}
      pending={end.isPending}
      error={end.error}
      disabled={reason.trim().length < 3}
    >
      <div>{t('holds:delays.endText')}</div>
      <TextField required label={t('holds:reason')} maxLength={1_000} value={reason} onChange={setReason} />
    </FormDialog>
  )
}
