import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { Address } from '../../components/address.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { Figures } from '../../components/facts.tsx'
import { Buttons, Section } from '../../components/form.tsx'
import { ErrorNotice, Notice } from '../../components/notices.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { type Destination, differenceLabels } from './labels.ts'

const useStyles = makeStyles({
  difference: { minWidth: '190px' },
  heading: { display: 'block', fontWeight: tokens.fontWeightSemibold },
  message: { display: 'inline-block', minWidth: '170px', overflowWrap: 'anywhere' },
})

type Report = NonNullable<Destination['reconciliation']>

/** Whether the folders there hold what the ledger says: asked for, and shown as it last was. */
export function Reconciliation({ destination }: { destination: Destination }) {
  const { t } = useTranslation('delivery')
  const may = useMay()
  const reconcile = useChange('reconcileDestination', { stale: ['readDestination', 'listDestinations'] })
  const params = { id: destination.id }
  const report = destination.reconciliation
  if (destination.kind === 'smtp-journal')
    return <Section title={t('delivery:reconcile.title')} text={t('delivery:reconcile.notComparable')} />
  return (
    <Section title={t('delivery:reconcile.title')} text={t('delivery:reconcile.text')}>
      {may('reconcileDestination') && (
        <Buttons>
          <Button
            disabledFocusable={reconcile.isPending}
            onClick={() => reconcile.mutate({ params, body: {} })}
          >
            {t('delivery:reconcile.run')}
          </Button>
          {report !== null && report.missing > report.again && (
            <Button
              disabledFocusable={reconcile.isPending}
              onClick={() => reconcile.mutate({ params, body: { again: true } })}
            >
              {t('delivery:reconcile.again')}
            </Button>
          )}
        </Buttons>
      )}
      {reconcile.isPending && <Notice>{t('delivery:reconcile.running')}</Notice>}
      <ErrorNotice error={reconcile.error} />
      {report === null ? <span>{t('delivery:reconcile.never')}</span> : <ReportOf report={report} />}
    </Section>
  )
}

function ReportOf({ report }: { report: Report }) {
  const { t } = useTranslation('delivery')
  const format = useFormat()
  const { missing, changed, doubled, extra, unread, again, differences } = report
  const clean = missing + changed + doubled + extra + unread.length === 0
  return (
    <>
      <span>
        {t('delivery:reconcile.at')} <Time of={report.at} />
        {' · '}
        {t('delivery:reconcile.mailboxes', {
          count: report.mailboxes,
          number: format.number(report.mailboxes),
        })}
      </span>
      {clean && <Notice intent="success">{t('delivery:reconcile.clean')}</Notice>}
      {again > 0 && (
        <Notice intent="success">
          {t('delivery:reconcile.putBack', { count: again, number: format.number(again) })}
        </Notice>
      )}
      <Figures
        figures={[
          { name: t('delivery:reconcile.same'), value: format.number(report.same) },
          { name: t('delivery:difference.missing'), value: format.number(missing) },
          { name: t('delivery:difference.changed'), value: format.number(changed) },
          { name: t('delivery:difference.doubled'), value: format.number(doubled) },
          { name: t('delivery:difference.extra'), value: format.number(extra) },
          { name: t('delivery:reconcile.open'), value: format.number(report.open) },
        ]}
      />
      {differences.length > 0 && <Differences rows={differences} />}
      {unread.length > 0 && <Unread rows={unread} />}
    </>
  )
}

function Differences({ rows }: { rows: Report['differences'] }) {
  const styles = useStyles()
  const { t } = useTranslation('delivery')
  const numbered = rows.map((row, place) => ({ ...row, place }))
  return (
    <DataTable
      bounded
      caption={t('delivery:reconcile.differences')}
      rows={numbered}
      rowKey={({ place }) => place}
      columns={[
        {
          key: 'difference',
          title: t('delivery:reconcile.difference'),
          compare: (a, b) => a.difference.localeCompare(b.difference),
          render: ({ difference, detail }) => (
            <div className={styles.difference}>
              <span className={styles.heading}>{t(differenceLabels[difference])}</span>
              <span lang="en">{detail}</span>
            </div>
          ),
        },
        {
          key: 'mailbox',
          title: t('delivery:column.mailbox'),
          compare: (a, b) => a.mailbox.localeCompare(b.mailbox),
          render: ({ mailbox, folder }) => (
            <>
              <Address of={mailbox} />
              <div>{folder}</div>
            </>
          ),
        },
        {
          key: 'message',
          title: t('delivery:reconcile.messageId'),
          render: ({ messageId }) =>
            messageId === null ? (
              '–'
            ) : (
              <code className={styles.message}>
                <Address of={messageId} />
              </code>
            ),
        },
      ]}
    />
  )
}

function Unread({ rows }: { rows: Report['unread'] }) {
  const { t } = useTranslation('delivery')
  return (
    <DataTable
      bounded
      caption={t('delivery:reconcile.unread')}
      rows={rows}
      rowKey={({ mailbox }) => mailbox}
      columns={[
        {
          key: 'mailbox',
          title: t('delivery:reconcile.unread'),
          render: ({ mailbox }) => <Address of={mailbox} />,
        },
        {
          key: 'message',
          title: t('delivery:column.reason'),
          render: ({ message }) => <span lang="en">{message}</span>,
        },
      ]}
    />
  )
}
