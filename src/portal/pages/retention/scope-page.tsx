import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { DataTable } from '../../components/data-table.tsx'
import { Figures } from '../../components/facts.tsx'
import { Section } from '../../components/form.tsx'
import { Loaded, Notice } from '../../components/notices.tsx'
import { OneLine } from '../../components/one-line.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { ConditionsText } from './scopes-page.tsx'

type WholeScope = Answer<'readAdaptiveScope'>

export function AdaptiveScopePage() {
  const { t } = useTranslation('retention')
  const format = useFormat()
  const { id } = useParams({ from: '/signed-in/retention/scopes/$id' })
  const scope = useCall('readAdaptiveScope', { params: { id: Number(id) } })
  return (
    <>
      <PageHeader
        title={scope.data?.name ?? t('retention:column.scopeName')}
        lead={scope.data && <ConditionsText query={scope.data.query} />}
        crumbs={[{ label: t('retention:tabs.scopes'), to: '/retention/scopes' }]}
      />
      <Loaded call={scope}>
        {(found) => (
          <Section title={t('retention:scopes.members')} text={t('retention:scopes.membersText')}>
            <Figures
              figures={[
                { name: t('retention:column.members'), value: format.number(found.members) },
                { name: t('retention:scopes.left'), value: format.number(found.left) },
              ]}
            />
            <Members rows={found.mailboxes} />
          </Section>
        )}
      </Loaded>
    </>
  )
}

function Members({ rows }: { rows: WholeScope['mailboxes'] }) {
  const { t } = useTranslation('retention')
  return (
    <DataTable
      bounded
      caption={t('retention:scopes.members')}
      rows={rows}
      rowKey={({ mailbox, since }) => `${mailbox} ${since}`}
      empty={<Notice>{t('retention:scopes.empty')}</Notice>}
      columns={[
        { key: 'mailbox', title: t('retention:column.mailbox'), render: ({ mailbox }) => mailbox },
        {
          key: 'since',
          title: t('retention:scopes.since'),
          render: ({ since }) => (
            <OneLine>
              <Time of={since} />
            </OneLine>
          ),
        },
        {
          key: 'until',
          title: t('retention:scopes.until'),
          render: ({ until }) => <OneLine>{until === null ? '–' : <Time of={until} />}</OneLine>,
        },
      ]}
    />
  )
}
