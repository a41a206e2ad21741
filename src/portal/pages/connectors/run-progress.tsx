import { Button } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { Facts, Figures } from '../../components/facts.tsx'
import { Buttons, Section } from '../../components/form.tsx'
import { EmptyState, ErrorNotice, Notice } from '../../components/notices.tsx'
import { Progress, StatusBadge } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import type { Connector } from './connector-page.tsx'
import { isRunning, phaseLabel, reasonLabels, runKinds, runStates } from './labels.ts'

export type Run = Answer<'readRun'>

/** The run at hand, or the last one: what its report says, as it grows. */
export function LastRunSection({ connector }: { connector: Connector }) {
  const { t } = useTranslation('connectors')
  const run = connector.lastRun
  if (run === null) {
    return (
      <Section title={t('connectors:progress.title')}>
        <EmptyState title={t('connectors:neverRun')}>{t('connectors:progress.never')}</EmptyState>
      </Section>
    )
  }
  return (
    <Section title={t('connectors:progress.title')}>
      {isRunning(run) && <Running connector={connector} run={run} />}
      <RunReport run={run} />
    </Section>
  )
}

function Running({ connector, run }: { connector: Connector; run: Run }) {
  const { t } = useTranslation('connectors')
  const format = useFormat()
  const may = useMay()
  const cancel = useChange('cancelRun', { stale: ['readConnector', 'listConnectors'] })
  const rate = format.number(Math.round(run.rate))
  return (
    <>
      <Progress
        done={run.imported}
        total={run.total > 0 ? run.total : null}
        label={t('connectors:progress.label')}
      />
      <span>
        {t(phaseLabel(run.phase))} · {t('connectors:progress.rate', { number: rate })}
      </span>
      <ErrorNotice error={cancel.error} />
      {may('cancelRun') && (
        <div>
          <Button
            disabled={run.state === 'cancelling'}
            disabledFocusable={cancel.isPending}
            onClick={() => cancel.mutate({ params: { id: connector.id, run: Number(run.run) } })}
          >
            {t('connectors:act.cancel')}
          </Button>
        </div>
      )}
    </>
  )
}

export function RunReport({ run }: { run: Run }) {
  const { t } = useTranslation('connectors')
  const format = useFormat()
  const { label, tone } = runStates[run.state]
  const byReason = Object.entries(run.exceptions.byReason)
  return (
    <>
      <Buttons>
        <StatusBadge tone={tone}>{t(label)}</StatusBadge>
        <span>{t(runKinds[run.kind])}</span>
      </Buttons>
      {run.failure && (
        <Notice intent="error" title={t('connectors:run.failed')}>
          <span lang="en">{run.failure.message}</span> ({run.failure.code})
        </Notice>
      )}
      <Figures
        figures={[
          { name: t('connectors:report.transferred'), value: format.number(run.transferred) },
          { name: t('connectors:report.imported'), value: format.number(run.imported) },
          { name: t('connectors:report.duplicates'), value: format.number(run.duplicates) },
          { name: t('connectors:report.items'), value: format.number(run.items) },
          { name: t('connectors:report.exceptions'), value: format.number(run.exceptions.total) },
        ]}
      />
      <Facts
        facts={[
          { name: t('connectors:report.started'), value: <Time of={run.startedAt} /> },
          { name: t('connectors:report.finished'), value: <Time of={run.finishedAt} /> },
          { name: t('connectors:report.requestedBy'), value: run.requestedBy },
          {
            name: t('connectors:report.attachments'),
            value: `${format.number(run.attachments)} · ${format.bytes(run.bytes)}`,
          },
          ...byReason.map(([reason, count]) => ({
            name: t(reasonLabels[reason as keyof typeof reasonLabels]?.label ?? reason),
            value: format.number(count),
          })),
        ]}
      />
    </>
  )
}
