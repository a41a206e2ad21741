import { makeStyles, tokens } from '@fluentui/react-components'
import { CheckmarkCircleFilled } from '@fluentui/react-icons/svg/checkmark-circle'
import { ErrorCircleFilled } from '@fluentui/react-icons/svg/error-circle'
import { useTranslation } from 'react-i18next'
import type { Answer } from '../../api/client.ts'
import { Notice } from '../../components/notices.tsx'

export type AccessCheck = Answer<'testDestination'>['checks'][number]

const useStyles = makeStyles({
  list: { listStyle: 'none', margin: 0, padding: 0, display: 'grid', gap: tokens.spacingVerticalS },
  one: {
    display: 'grid',
    gridTemplateColumns: '20px minmax(0, 1fr)',
    gap: tokens.spacingHorizontalS,
    overflowWrap: 'anywhere',
    '& svg': { fontSize: '20px' },
  },
  good: { color: tokens.colorStatusSuccessForeground1 },
  bad: { color: tokens.colorStatusDangerForeground1 },
  remedy: { display: 'block', color: tokens.colorNeutralForeground2 },
})

/** What a destination was asked, one by one, and what to do where it refused; sentences are the server's. */
export function AccessChecks({ checks }: { checks: readonly AccessCheck[] }) {
  const styles = useStyles()
  const { t } = useTranslation('delivery')
  const works = isWorking(checks)
  return (
    <div role="status">
      <Notice intent={works ? 'success' : 'error'}>
        {works ? t('delivery:test.works') : t('delivery:test.fails')}
      </Notice>
      <ul className={styles.list} aria-label={t('delivery:test.checks')}>
        {checks.map(({ what, ok, remedy }) => (
          <li key={what} className={styles.one}>
            {ok ? (
              <CheckmarkCircleFilled
                className={styles.good}
                aria-label={t('delivery:test.passed')}
                role="img"
              />
            ) : (
              <ErrorCircleFilled className={styles.bad} aria-label={t('delivery:test.failed')} role="img" />
            )}
            <span lang="en">
              {what}
              {remedy !== '' && <span className={styles.remedy}>{remedy}</span>}
            </span>
          </li>
        ))}
      </ul>
    </div>
  )
}

export function isWorking(checks: readonly AccessCheck[]): boolean {
  return checks.length > 0 && checks.every(({ ok }) => ok)
}
