import { Button } from '@fluentui/react-components'
import { CheckmarkCircleRegular } from '@fluentui/react-icons/svg/checkmark-circle'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, usePages } from '../../api/calls.ts'
import { Section } from '../../components/form.tsx'
import { EmptyState, ErrorNotice, Loaded, Waiting } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { type Reason, ReasonCards } from './exception-reasons.tsx'
import { ExceptionTable } from './exception-table.tsx'
import { useRunProgress } from './follow-runs.ts'
import type { Connector } from './labels.ts'
import { MappingSection } from './mapping-section.tsx'
import { Reprocess } from './reprocess.tsx'

export function ExceptionsPage() {
  const { id } = useParams({ from: '/signed-in/connectors/$id/exceptions' })
  const connector = useCall('readConnector', { params: { id: Number(id) } })
  useRunProgress()
  return <Loaded call={connector}>{(facts) => <Exceptions key={facts.id} connector={facts} />}</Loaded>
}

function Exceptions({ connector }: { connector: Connector }) {
  const { t } = useTranslation('connectors')
  const { id, name } = connector
  const [reason, setReason] = useState<Reason | ''>('')
  const exceptions = usePages('listExceptions', {
    params: { id },
    query: { limit: 100, ...(reason === '' ? {} : { reason }) },
  })
  const first = exceptions.data?.pages[0]
  const rows = exceptions.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <>
      <PageHeader
        title={t('connectors:exceptions.title')}
        lead={t('connectors:exceptions.lead')}
        crumbs={[
          { label: t('connectors:title'), to: '/connectors' },
          { label: name, to: `/connectors/${id}` },
        ]}
        actions={<Reprocess connector={connector} />}
      />
      <ErrorNotice error={exceptions.error} onRetry={() => void exceptions.refetch()} />
      {first && <ReasonCards byReason={first.byReason} reason={reason} onChange={setReason} />}
      {exceptions.isPending && <Waiting />}
      {first && rows.length === 0 && (
        <EmptyState icon={<CheckmarkCircleRegular />} title={t('connectors:exceptions.none')}>
          {t('connectors:exceptions.noneText')}
        </EmptyState>
      )}
      {rows.length > 0 && (
        <Section title={t('connectors:exceptions.list')}>
          <ExceptionTable connector={connector} rows={rows} />
          {exceptions.hasNextPage && (
            <div>
              <Button
                disabledFocusable={exceptions.isFetchingNextPage}
                onClick={() => void exceptions.fetchNextPage()}
              >
                {t('connectors:more')}
              </Button>
            </div>
          )}
        </Section>
      )}
      {connector.openExceptions > 0 && <MappingSection connector={connector} />}
    </>
  )
}
