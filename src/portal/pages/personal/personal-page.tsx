import { Button, Link } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../api/calls.ts'
import { DataTable } from '../../components/data-table.tsx'
import { Buttons, Section } from '../../components/form.tsx'
import { ErrorNotice, Loaded } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { type PersonalMessage, proposedLabels, stateLabels } from './labels.ts'
import { ProposeDialog } from './propose-dialog.tsx'

/** Messages that somebody called personal: hidden from everybody else, until two people have decided. */
export function PersonalPage() {
  const { t } = useTranslation('personal')
  const messages = useCall('listPersonal', undefined)
  const [proposing, setProposing] = useState<PersonalMessage | null>(null)
  return (
    <>
      <PageHeader title={t('personal:title')} />
      <Section title={t('personal:list.title')} text={t('personal:list.text')}>
        <Loaded call={messages}>{(rows) => <MessageTable rows={rows} onPropose={setProposing} />}</Loaded>
      </Section>
      {proposing && <ProposeDialog message={proposing} onClose={() => setProposing(null)} />}
    </>
  )
}

function MessageTable(props: {
  rows: readonly PersonalMessage[]
  onPropose: (message: PersonalMessage) => void
}) {
  const { t } = useTranslation('personal')
  return (
    <DataTable
      bounded
      caption={t('personal:list.title')}
      rows={props.rows}
      rowKey={({ message }) => message}
      empty={<span>{t('personal:list.none')}</span>}
      columns={[
        { key: 'mailbox', title: t('personal:column.mailbox'), render: ({ mailbox }) => mailbox },
        { key: 'sent', title: t('personal:column.sent'), render: ({ sentAt }) => <Time of={sentAt} /> },
        {
          key: 'state',
          title: t('personal:column.state'),
          render: ({ state }) => (
            <StatusBadge tone={stateLabels[state].tone}>{t(stateLabels[state].label)}</StatusBadge>
          ),
        },
        { key: 'flagged', title: t('personal:column.flagged'), render: ({ flaggedBy }) => flaggedBy },
        { key: 'reason', title: t('personal:column.reason'), render: ({ reason }) => reason },
        {
          key: 'proposal',
          title: t('personal:column.proposal'),
          render: ({ proposal }) =>
            proposal && `${t(proposedLabels[proposal.to])} (${proposal.by}): ${proposal.reason}`,
        },
        {
          key: 'acts',
          title: t('personal:column.acts'),
          render: (message) => <Acts message={message} onPropose={() => props.onPropose(message)} />,
        },
      ]}
    />
  )
}

function Acts({ message, onPropose }: { message: PersonalMessage; onPropose: () => void }) {
  const { t } = useTranslation('personal')
  const decide = useChange('decidePersonal', { stale: ['listPersonal'] })
  const act = (agreed: boolean) => {
    if (!decide.isPending) decide.mutate({ params: { message: message.message }, body: { agreed } })
  }
  if (message.state !== 'hidden') return message.decidedBy
  return (
    <>
      <Buttons>
        <Link href={`/api/personal/${message.message}/email`} download>
          {t('personal:act.read')}
        </Link>
        {message.proposal === null ? (
          <Button size="small" onClick={onPropose}>
            {t('personal:propose.action')}
          </Button>
        ) : (
          <>
            <Button size="small" disabledFocusable={decide.isPending} onClick={() => act(true)}>
              {t('personal:act.agree')}
            </Button>
            <Button size="small" disabledFocusable={decide.isPending} onClick={() => act(false)}>
              {t('personal:act.decline')}
            </Button>
          </>
        )}
      </Buttons>
      <ErrorNotice error={decide.error} />
    </>
  )
}
