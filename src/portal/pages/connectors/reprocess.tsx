import { Button, Link as DownloadLink, makeStyles, tokens } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { linkTo, useChange } from '../../api/calls.ts'
import { ErrorNotice, Notice } from '../../components/notices.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { type Connector, isRunning } from './labels.ts'

const useStyles = makeStyles({
  row: { display: 'flex', flexWrap: 'wrap', alignItems: 'center', gap: tokens.spacingHorizontalM },
  below: { flexBasis: '100%' },
})

/** Tries again what is excepted, after its cause was corrected; and the list itself as CSV. */
export function Reprocess({ connector }: { connector: Connector }) {
  const styles = useStyles()
  const { t } = useTranslation('connectors')
  const { id, lastRun, openExceptions } = connector
  const params = { id }
  const start = useChange('startRun', {
    stale: ['readConnector', 'listConnectors', 'listRuns', 'listExceptions'],
  })
  const possible = openExceptions > 0 && !isRunning(lastRun)
  return (
    <>
      <div className={styles.row}>
        {openExceptions > 0 && (
          <>
            <DownloadLink href={linkTo('downloadExceptions', { params, query: { safe: 'true' } })} download>
              {t('connectors:csv.safe')}
            </DownloadLink>
            <DownloadLink href={linkTo('downloadExceptions', { params, query: { safe: 'false' } })} download>
              {t('connectors:csv.untouched')}
            </DownloadLink>
          </>
        )}
        <Button
          appearance="primary"
          disabled={!possible}
          disabledFocusable={possible && start.isPending}
          onClick={() => start.mutate({ params, body: { kind: 'reprocess' } })}
        >
          {t('connectors:act.reprocess')}
        </Button>
      </div>
      {(start.error || isRunning(lastRun)) && (
        <div className={styles.below}>
          <ErrorNotice error={start.error} />
          {isRunning(lastRun) && (
            <Notice>
              {t('connectors:exceptions.running')}{' '}
              <PageLink to={`/connectors/${id}`}>{t('connectors:progress.title')}</PageLink>
            </Notice>
          )}
        </div>
      )}
    </>
  )
}
