import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { Section } from '../../components/form.tsx'
import { EmptyState, ErrorNotice, Notice } from '../../components/notices.tsx'
import { Progress } from '../../components/status.tsx'
import { useFormat } from '../../i18n/format.ts'
import { type Connector, isRunning, phaseLabel, type Run, settledOf } from './labels.ts'
import { RunReport } from './run-report.tsx'

const useStyles = makeStyles({
  quiet: { color: tokens.colorNeutralForeground2 },
})

/** The run at hand, or the last one: what its report says, as it grows. */
export function LastRunSection({ connector }: { connector: Connector }) {
  const { t } = useTranslation('connectors')
  const { lastRun: run, schedule } = connector
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
      {run.state === 'cancelled' && <Notice>{t('connectors:progress.goesOn')}</Notice>}
      <RunReport run={run} zone={schedule.zone} />
      {run.state === 'failed' && <span>{t('connectors:progress.goesOnAfterFailure')}</span>}
    </Section>
  )
}

function Running({ connector, run }: { connector: Connector; run: Run }) {
  const styles = useStyles()
  const { t } = useTranslation('connectors')
  const format = useFormat()
  const may = useMay()
  const cancel = useChange('cancelRun', { stale: ['readConnector', 'listConnectors', 'listRuns'] })
  const rate = format.number(Math.round(run.rate))
  return (
    <>
      <Progress
        done={settledOf(run)}
        total={run.total > 0 ? run.total : null}
        label={t('connectors:progress.label')}
      />
      <span className={styles.quiet}>
        {t(phaseLabel(run.phase))}
        {run.rate >= 1 && ` · ${t('connectors:progress.rate', { number: rate })}`}
      </span>
      <ErrorNotice error={cancel.error} />
      {may('cancelRun') && (
        <div>
          <Button
            disabled={run.state === 'cancelling'}
            disabledFocusable={run.state !== 'cancelling' && cancel.isPending}
            onClick={() => cancel.mutate({ params: { id: connector.id, run: Number(run.run) } })}
          >
            {t('connectors:act.cancel')}
          </Button>
        </div>
      )}
    </>
  )
}
