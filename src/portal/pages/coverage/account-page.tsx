import { Button } from '@fluentui/react-components'
import { useQueryClient } from '@tanstack/react-query'
import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { callKey, useCall, useChange } from '../../api/calls.ts'
import { Figures } from '../../components/facts.tsx'
import { Section } from '../../components/form.tsx'
import { ErrorNotice, Loaded, Notice } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { Attestations } from './attestations.tsx'
import { DaysTable } from './days-table.tsx'
import { Gaps } from './gaps.tsx'
import type { Coverage } from './labels.ts'
import { OpenAlerts } from './open-alerts.tsx'
import { Reconciliation } from './reconciliation.tsx'
import { RoutesTable } from './routes-table.tsx'
import { UsersTable } from './users-table.tsx'

export function CoverageAccountPage() {
  const { id } = useParams({ from: '/signed-in/coverage/$id' })
  const input = { params: { id: Number(id) } }
  const coverage = useCall('readCoverage', input)
  return <Loaded call={coverage}>{(facts) => <OneAccount coverage={facts} />}</Loaded>
}

function OneAccount({ coverage }: { coverage: Coverage }) {
  const { t } = useTranslation('coverage')
  const refresh = useRefresh(coverage.id)
  return (
    <>
      <PageHeader
        title={coverage.name}
        crumbs={[{ label: t('coverage:title'), to: '/coverage' }]}
        actions={
          <Button disabledFocusable={refresh.isPending} onClick={refresh.begin}>
            {t('coverage:refresh')}
          </Button>
        }
      />
      <ErrorNotice error={refresh.error} />
      <SiteProblem coverage={coverage} />
      <OpenAlerts alerts={coverage.alerts} />
      <People coverage={coverage} />
      <RoutesTable routes={coverage.routes} />
      <DaysTable days={coverage.days} />
      <Reconciliation accountId={coverage.id} />
      <Gaps accountId={coverage.id} counts={coverage.gaps} />
      <Attestations coverage={coverage} />
    </>
  )
}

function useRefresh(id: number) {
  const queries = useQueryClient()
  const change = useChange('refreshCoverage', {
    stale: ['listCoverage', 'listCoverageGaps'],
    onSuccess: (facts) => queries.setQueryData(callKey('readCoverage', { params: { id } }), facts),
  })
  const begin = () => {
    if (!change.isPending) change.mutate({ params: { id } })
  }
  return { begin, isPending: change.isPending, error: change.error }
}

function SiteProblem({ coverage: { problem, toldAt } }: { coverage: Coverage }) {
  const { t } = useTranslation('coverage')
  if (problem === null) return toldAt === null ? <Notice>{t('coverage:siteProblem.notYet')}</Notice> : null
  return (
    <Notice intent="error" title={t('coverage:siteProblem.title')}>
      <span lang="en">{problem.message}</span> {t('coverage:siteProblem.told')} <Time of={toldAt} />
    </Notice>
  )
}

function People({ coverage }: { coverage: Coverage }) {
  const { t } = useTranslation('coverage')
  const format = useFormat()
  const { people, users, usersOmitted } = coverage
  return (
    <Section title={t('coverage:users.title')} text={t('coverage:users.text')}>
      <Figures
        figures={[
          { name: t('coverage:status.active'), value: format.number(people.active + people.new) },
          { name: t('coverage:status.quiet'), value: format.number(people.quiet) },
          { name: t('coverage:status.silent'), value: format.number(people.silent) },
          { name: t('coverage:status.never'), value: format.number(people.never) },
        ]}
      />
      <UsersTable users={users} />
      {usersOmitted > 0 && (
        <span>
          {t('coverage:users.omitted', { count: usersOmitted, number: format.number(usersOmitted) })}
        </span>
      )}
    </Section>
  )
}
