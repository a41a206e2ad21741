import { Button } from '@fluentui/react-components'
import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../../api/calls.ts'
import { useMay } from '../../../api/session.ts'
import { DataTable } from '../../../components/data-table.tsx'
import { Facts, Figures } from '../../../components/facts.tsx'
import { Buttons, Section } from '../../../components/form.tsx'
import { ErrorNotice, Loaded, Notice } from '../../../components/notices.tsx'
import { PageHeader } from '../../../components/page-header.tsx'
import { PageLink } from '../../../components/page-link.tsx'
import { StatusBadge } from '../../../components/status.tsx'
import { Time } from '../../../components/time.tsx'
import { useFormat } from '../../../i18n/format.ts'
import { BackTests } from './back-tests.tsx'
import { draftOf } from './draft.ts'
import { channelNames, conditionLabels, directionLabels, type Policy, severityLabels } from './labels.ts'
import { PolicyState } from './policies-page.tsx'

const testingReadMs = 2_000

export function SupervisionPolicyPage() {
  const { t } = useTranslation('supervision')
  const { id } = useParams({ from: '/signed-in/supervision/policies/$id' })
  const policy = useCall(
    'readSupervisionPolicy',
    { params: { id: Number(id) } },
    { refetchInterval: ({ state }) => (state.data?.testing ? testingReadMs : false) },
  )
  return (
    <>
      <PageHeader
        title={policy.data?.name ?? t('supervision:column.policy')}
        lead={policy.data?.description}
        crumbs={[{ label: t('supervision:policies.title'), to: '/supervision/policies' }]}
      />
      <Loaded call={policy}>
        {(found) => (
          <>
            <State policy={found} />
            <Rules policy={found} />
            <BackTests policy={found} />
            <Versions policy={found} />
          </>
        )}
      </Loaded>
    </>
  )
}

function State({ policy }: { policy: Policy }) {
  const { t } = useTranslation('supervision')
  const format = useFormat()
  const may = useMay()
  const change = useChange('switchSupervisionPolicy', {
    stale: ['readSupervisionPolicy', 'listSupervisionPolicies'],
  })
  const { id, state, activeVersion, newestVersion, looked, matched, unreadable, waitingPages } = policy
  const isNewest = activeVersion === newestVersion
  const turn = (to: 'active' | 'paused') =>
    change.mutate({
      params: { id },
      // A paused one goes on as it was; a newer version is switched on by itself.
      body: { state: to, ...(to === 'active' ? { version: newestVersion } : {}) },
    })
  return (
    <Section title={t('supervision:column.state')}>
      <div>
        <PolicyState policy={policy} />
      </div>
      {policy.problem && <Notice intent="warning">{t('supervision:problem.patternTooSlow')}</Notice>}
      {!isNewest && <Notice>{t('supervision:newerWaits', { version: newestVersion })}</Notice>}
      <Figures
        figures={[
          { name: t('supervision:column.looked'), value: format.number(looked) },
          { name: t('supervision:column.matched'), value: format.number(matched) },
          { name: t('supervision:column.unreadable'), value: format.number(unreadable) },
          { name: t('supervision:column.waiting'), value: format.number(waitingPages) },
        ]}
      />
      <Scope policy={policy} />
      <ErrorNotice error={change.error} />
      {may('switchSupervisionPolicy') && (
        <Buttons>
          {(state !== 'active' || !isNewest) && (
            <Button appearance="primary" disabled={change.isPending} onClick={() => turn('active')}>
              {t('supervision:action.activate', { version: newestVersion })}
            </Button>
          )}
          {state === 'active' && (
            <Button disabled={change.isPending} onClick={() => turn('paused')}>
              {t('supervision:action.pause')}
            </Button>
          )}
          <PageLink to={`/supervision/policies/${id}/edit`}>{t('supervision:action.edit')}</PageLink>
        </Buttons>
      )}
    </Section>
  )
}

function Scope({ policy: { document } }: { policy: Policy }) {
  const { t } = useTranslation('supervision')
  const format = useFormat()
  const { supervised, directions, reviewers, channels } = document
  const { everyone, mailboxes = [], departments = [] } = supervised
  const nobody = t('supervision:nobody')
  const people = [...departments, ...mailboxes]
  const reviewing = [...reviewers.groups, ...reviewers.users]
  const except = [...(supervised.except?.departments ?? []), ...(supervised.except?.mailboxes ?? [])]
  return (
    <Facts
      facts={[
        {
          name: t('supervision:field.supervised'),
          value: everyone ? t('supervision:everyone') : <bdi>{format.list(people)}</bdi>,
        },
        ...(except.length > 0
          ? [{ name: t('supervision:field.except'), value: <bdi>{format.list(except)}</bdi> }]
          : []),
        {
          name: t('supervision:field.directions'),
          value: format.list(directions.map((one) => t(directionLabels[one]))),
        },
        {
          name: t('supervision:field.channels'),
          value: format.list(channels.map((one) => channelNames[one])),
        },
        {
          name: t('supervision:field.reviewers'),
          value: reviewing.length === 0 ? nobody : <bdi>{format.list(reviewing)}</bdi>,
        },
      ]}
    />
  )
}

function Rules({ policy: { document } }: { policy: Policy }) {
  const { t } = useTranslation('supervision')
  const { rules } = draftOf(document)
  return (
    <Section title={t('supervision:column.rules')}>
      <DataTable
        caption={t('supervision:column.rules')}
        rows={rules}
        rowKey={({ id }) => id}
        columns={[
          {
            key: 'rule',
            title: t('supervision:column.rule'),
            render: ({ id, title }) => (title === '' ? id : <bdi>{title}</bdi>),
          },
          {
            key: 'severity',
            title: t('supervision:column.severity'),
            render: ({ severity }) => {
              const { label, tone } = severityLabels[severity]
              return <StatusBadge tone={tone}>{t(label)}</StatusBadge>
            },
          },
          {
            key: 'condition',
            title: t('supervision:column.condition'),
            render: ({ kind }) => t(conditionLabels[kind]),
          },
          {
            key: 'text',
            title: t('supervision:column.looksFor'),
            render: ({ text, kind }) => <bdi>{kind === 'advanced' ? '' : shortened(text)}</bdi>,
          },
        ]}
      />
    </Section>
  )
}

const shownMax = 160

function shortened(text: string): string {
  const line = text.replaceAll('\n', ' · ')
  return line.length > shownMax ? `${line.slice(0, shownMax)}…` : line
}

function Versions({ policy }: { policy: Policy }) {
  const { t } = useTranslation('supervision')
  const format = useFormat()
  return (
    <Section title={t('supervision:versions.title')} text={t('supervision:versions.text')}>
      <DataTable
        caption={t('supervision:versions.title')}
        rows={policy.versions}
        rowKey={({ version }) => version}
        columns={[
          {
            key: 'version',
            title: t('supervision:column.version'),
            render: ({ version, active }) =>
              active ? (
                <>
                  {format.number(version)}{' '}
                  <StatusBadge tone="good">{t('supervision:versions.looks')}</StatusBadge>
                </>
              ) : (
                format.number(version)
              ),
          },
          { key: 'at', title: t('supervision:column.since'), render: ({ madeAt }) => <Time of={madeAt} /> },
          { key: 'by', title: t('supervision:column.by'), render: ({ madeBy }) => <bdi>{madeBy}</bdi> },
          {
            key: 'sha256',
            title: 'SHA-256',
            render: ({ sha256 }) => <code>{sha256.slice(0, 16)}</code>,
          },
        ]}
      />
    </Section>
  )
}
