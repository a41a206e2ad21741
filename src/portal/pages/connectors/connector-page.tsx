import { Button } from '@fluentui/react-components'
import { Link, useNavigate, useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { ConfirmDialog } from '../../components/dialogs.tsx'
import { Facts } from '../../components/facts.tsx'
import { Buttons, Section } from '../../components/form.tsx'
import { ErrorNotice, Loaded, Notice } from '../../components/notices.tsx'
import { useNotify } from '../../components/notify.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { ChangeDialog } from './change-dialog.tsx'
import { Health } from './connectors-page.tsx'
import { useRunProgress } from './follow-runs.ts'
import { isRunning, typeLabels } from './labels.ts'
import { MappingSection } from './mapping-section.tsx'
import { RunHistory } from './run-history.tsx'
import { LastRunSection } from './run-progress.tsx'
import { useScheduleText } from './schedule-field.tsx'

export type Connector = Answer<'readConnector'>

export function ConnectorPage() {
  const { id } = useParams({ from: '/signed-in/connectors/$id' })
  const connector = useCall('readConnector', { params: { id: Number(id) } })
  useRunProgress()
  return <Loaded call={connector}>{(facts) => <Connector connector={facts} />}</Loaded>
}

function Connector({ connector }: { connector: Connector }) {
  const { t } = useTranslation('connectors')
  const may = useMay()
  return (
    <>
      <PageHeader
        title={connector.name}
        lead={<Health connector={connector} />}
        crumbs={[{ label: t('connectors:title'), to: '/connectors' }]}
        actions={may('changeConnector') && <Acts connector={connector} />}
      />
      <LastRunSection connector={connector} />
      <StateSection connector={connector} />
      {may('uploadMapping') && <MappingSection connector={connector} />}
      <RunHistory connector={connector} />
    </>
  )
}

function Acts({ connector }: { connector: Connector }) {
  const { t } = useTranslation('connectors')
  const { id } = connector
  const stale = ['readConnector', 'listConnectors', 'listRuns'] as const
  const [open, setOpen] = useState<'change' | 'remove' | null>(null)
  const start = useChange('startRun', { stale })
  const pause = useChange('pauseConnector', { stale })
  const resume = useChange('resumeConnector', { stale })
  const running = isRunning(connector.lastRun)
  const params = { params: { id } }
  return (
    <>
      <Buttons>
        <Button
          appearance="primary"
          disabled={running}
          disabledFocusable={start.isPending}
          onClick={() => start.mutate({ ...params, body: {} })}
        >
          {t('connectors:act.runNow')}
        </Button>
        <Button onClick={() => setOpen('change')}>{t('connectors:act.edit')}</Button>
        {connector.pausedAt === null ? (
          <Button disabledFocusable={pause.isPending} onClick={() => pause.mutate(params)}>
            {t('connectors:act.pause')}
          </Button>
        ) : (
          <Button disabledFocusable={resume.isPending} onClick={() => resume.mutate(params)}>
            {t('connectors:act.resume')}
          </Button>
        )}
        <Button onClick={() => setOpen('remove')}>{t('connectors:act.remove')}</Button>
      </Buttons>
      <ErrorNotice error={start.error ?? pause.error ?? resume.error} />
      {open === 'change' && <ChangeDialog connector={connector} onClose={() => setOpen(null)} />}
      {open === 'remove' && <RemoveDialog connector={connector} onClose={() => setOpen(null)} />}
    </>
  )
}

function RemoveDialog({ connector, onClose }: { connector: Connector; onClose: () => void }) {
  const { t } = useTranslation('connectors')
  const navigate = useNavigate()
  const notify = useNotify()
  const remove = useChange('removeConnector', {
    stale: ['listConnectors'],
    onSuccess: () => {
      notify({ title: t('connectors:remove.done', { name: connector.name }) })
      void navigate({ to: '/connectors' })
    },
  })
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('connectors:remove.title', { name: connector.name })}
      confirm={t('connectors:act.remove')}
      onConfirm={() => remove.mutate({ params: { id: connector.id } })}
      pending={remove.isPending}
      error={remove.error}
    >
      {t('connectors:remove.text')}
    </ConfirmDialog>
  )
}

function StateSection({ connector }: { connector: Connector }) {
  const { t } = useTranslation('connectors')
  const format = useFormat()
  const may = useMay()
  const scheduleText = useScheduleText()
  const { id, openExceptions, pausedAt, terms } = connector
  return (
    <Section title={t('connectors:state.title')}>
      {pausedAt !== null && (
        <Notice intent="warning">
          {t('connectors:state.paused')} <Time of={pausedAt} />
        </Notice>
      )}
      {openExceptions > 0 && may('listExceptions') && (
        <Notice intent="warning">
          {t('connectors:state.exceptions', { count: openExceptions, number: format.number(openExceptions) })}{' '}
          <Link to="/connectors/$id/exceptions" params={{ id: String(id) }}>
            {t('connectors:state.seeExceptions')}
          </Link>
        </Notice>
      )}
      <Facts
        facts={[
          { name: t('connectors:column.type'), value: t(typeLabels[connector.type]) },
          {
            name: t('connectors:column.nextRun'),
            value: connector.nextRun === null ? '–' : <Time of={connector.nextRun} />,
          },
          { name: t('connectors:schedule.title'), value: scheduleText(connector.schedule) },
          { name: t('connectors:signIn.site'), value: connector.siteUrl },
          { name: t('connectors:signIn.username'), value: connector.username },
          {
            name: t('connectors:mapping.automatic'),
            value: connector.automaticMapping ? t('connectors:on') : t('connectors:off'),
          },
          {
            name: t('connectors:mapping.catchAll'),
            value: connector.catchAll ?? t('connectors:mapping.none'),
          },
          { name: t('connectors:state.sequence'), value: format.number(connector.importedSequence) },
          {
            name: t('connectors:step.terms'),
            value: (
              <>
                {t('connectors:state.acceptedBy', { version: terms.version, name: terms.acceptedBy })}{' '}
                <Time of={terms.acceptedAt} />
              </>
            ),
          },
        ]}
      />
    </Section>
  )
}
