import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../../api/calls.ts'
import { useSession } from '../../../api/session.ts'
import { DataTable } from '../../../components/data-table.tsx'
import { FormDialog } from '../../../components/dialogs.tsx'
import { Buttons, Section, TextField } from '../../../components/form.tsx'
import { ErrorNotice, Loaded } from '../../../components/notices.tsx'
import { StatusBadge } from '../../../components/status.tsx'
import { useFormat } from '../../../i18n/format.ts'
import { type Exclusion, exclusionLabels } from './labels.ts'

export function Exclusions({ accountId }: { accountId: number }) {
  const { t } = useTranslation('activation')
  const exclusions = useCall('listExclusions', { params: { id: accountId } })
  const [proposing, setProposing] = useState(false)
  return (
    <Section title={t('activation:exclusions.title')} text={t('activation:exclusions.text')}>
      <div>
        <Button onClick={() => setProposing(true)}>{t('activation:exclusions.propose')}</Button>
      </div>
      <Loaded call={exclusions}>{(rows) => <List accountId={accountId} rows={rows} />}</Loaded>
      {proposing && <Propose accountId={accountId} onClose={() => setProposing(false)} />}
    </Section>
  )
}

function List({ accountId, rows }: { accountId: number; rows: readonly Exclusion[] }) {
  const { t } = useTranslation(['activation', 'general'])
  const format = useFormat()
  const stale = ['listExclusions'] as const
  const decide = useChange('decideExclusion', { stale })
  const end = useChange('endExclusion', { stale })
  return (
    <>
      <ErrorNotice error={decide.error ?? end.error} />
      <DataTable
        caption={t('activation:exclusions.title')}
        rows={rows}
        rowKey={({ id }) => id}
        empty={<span>{t('activation:exclusions.none')}</span>}
        columns={[
          {
            key: 'reason',
            title: t('activation:exclusions.reason'),
            render: ({ reason }) => <bdi>{reason}</bdi>,
          },
          {
            key: 'state',
            title: t('activation:exclusions.state'),
            render: ({ state }) => (
              <StatusBadge tone={exclusionLabels[state].tone}>{t(exclusionLabels[state].label)}</StatusBadge>
            ),
          },
          {
            key: 'proposed',
            title: t('activation:exclusions.proposedBy'),
            render: ({ proposedBy }) => proposedBy,
          },
          {
            key: 'decided',
            title: t('activation:exclusions.decidedBy'),
            render: ({ decidedBy }) => decidedBy ?? '',
          },
          {
            key: 'records',
            title: t('activation:exclusions.records'),
            align: 'end',
            render: ({ records }) => format.number(records),
          },
          {
            key: 'actions',
            title: t('general:actions'),
            render: (row) => (
              <Acts
                row={row}
                onDecide={(approved) =>
                  decide.mutate({ params: { id: accountId, exclusion: row.id }, body: { approved } })
                }
                onEnd={() => end.mutate({ params: { id: accountId, exclusion: row.id } })}
              />
            ),
          },
        ]}
      />
    </>
  )
}

/** Whoever proposed it does not decide on it. */
function Acts(props: { row: Exclusion; onDecide: (approved: boolean) => void; onEnd: () => void }) {
  const { row, onDecide, onEnd } = props
  const { t } = useTranslation('activation')
  const { user } = useSession()
  const isMine = row.proposedBy === user.username
  return (
    <Buttons>
      {row.state === 'proposed' && !isMine && (
        <>
          <Button size="small" onClick={() => onDecide(true)}>
            {t('activation:exclusions.approve')}
          </Button>
          <Button size="small" onClick={() => onDecide(false)}>
            {t('activation:exclusions.refuse')}
          </Button>
        </>
      )}
      {row.state === 'approved' && (
        <Button size="small" onClick={onEnd}>
          {t('activation:exclusions.end')}
        </Button>
      )}
    </Buttons>
  )
}

function Propose({ accountId, onClose }: { accountId: number; onClose: () => void }) {
  const { t } = useTranslation('activation')
  const [conversation, setConversation] = useState('')
  const [reason, setReason] = useState('')
  const propose = useChange('proposeExclusion', { stale: ['listExclusions'], onSuccess: onClose })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('activation:exclusions.propose')}
      submit={t('activation:exclusions.propose')}
      onSubmit={() => propose.mutate({ params: { id: accountId }, body: { conversation, reason } })}
      pending={propose.isPending}
      disabled={conversation.trim() === '' || reason.trim() === ''}
      error={propose.error}
    >
      <TextField
        label={t('activation:exclusions.conversation')}
        hint={t('activation:exclusions.conversationHint')}
        value={conversation}
        onChange={setConversation}
        maxLength={200}
        autoComplete="off"
        autoFocus
        required
      />
      <TextField
        label={t('activation:exclusions.reason')}
        hint={t('activation:exclusions.reasonHint')}
        value={reason}
        onChange={setReason}
        maxLength={500}
        required
      />
    </FormDialog>
  )
}
