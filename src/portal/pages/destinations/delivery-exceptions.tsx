import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { useChange, usePages } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { Address } from '../../components/address.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { Section } from '../../components/form.tsx'
import { ErrorNotice, Waiting } from '../../components/notices.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { Time } from '../../components/time.tsx'
import { type Destination, reasonLabel, refusedOf } from './labels.ts'

type DeliveryException = Answer<'listDeliveryExceptions'>['items'][number]

const useStyles = makeStyles({
  reason: { minWidth: '260px', maxWidth: '72ch', overflowWrap: 'anywhere' },
  heading: { display: 'block', fontWeight: tokens.fontWeightSemibold },
  item: { whiteSpace: 'nowrap' },
})

/** Items that were refused or given up: the archive holds them, the destination does not. */
export function DeliveryExceptions({ destination }: { destination: Destination }) {
  if (refusedOf(destination) === 0) return null
  return <Exceptions destination={destination} />
}

function Exceptions({ destination }: { destination: Destination }) {
  const { t } = useTranslation('delivery')
  const may = useMay()
  const params = { id: destination.id }
  const exceptions = usePages('listDeliveryExceptions', { params, query: { limit: 100 } })
  const retry = useChange('retryDelivery', {
    stale: ['readDestination', 'listDestinations', 'listDeliveryExceptions'],
  })
  const rows = exceptions.data?.pages.flatMap((page) => page.items) ?? []
  return (
    <Section title={t('delivery:exceptions.title')} text={t('delivery:exceptions.text')}>
      <ErrorNotice error={exceptions.error} onRetry={() => void exceptions.refetch()} />
      <ErrorNotice error={retry.error} />
      {may('retryDelivery') && (
        <div>
          <Button disabledFocusable={retry.isPending} onClick={() => retry.mutate({ params, body: {} })}>
            {t('delivery:exceptions.retryAll')}
          </Button>
        </div>
      )}
      {exceptions.isPending && <Waiting />}
      <ExceptionTable rows={rows} />
      {exceptions.hasNextPage && (
        <div>
          <Button
            disabledFocusable={exceptions.isFetchingNextPage}
            onClick={() => void exceptions.fetchNextPage()}
          >
            {t('delivery:more')}
          </Button>
        </div>
      )}
    </Section>
  )
}

function ExceptionTable({ rows }: { rows: readonly DeliveryException[] }) {
  const styles = useStyles()
  const { t } = useTranslation('delivery')
  const may = useMay()
  if (rows.length === 0) return null
  return (
    <DataTable
      bounded
      caption={t('delivery:exceptions.title')}
      rows={rows}
      rowKey={({ item }) => item}
      columns={[
        {
          key: 'item',
          title: t('delivery:column.item'),
          render: ({ item }) => (
            <span className={styles.item}>
              {may('readItem') ? <PageLink to={`/items/${item}`}>{item}</PageLink> : item}
            </span>
          ),
        },
        {
          key: 'mailbox',
          title: t('delivery:column.mailbox'),
          render: ({ mailbox }) => <Address of={mailbox} />,
        },
        { key: 'reason', title: t('delivery:column.reason'), render: (row) => <ReasonText {...row} /> },
        { key: 'at', title: t('delivery:column.at'), render: ({ at }) => <Time of={at} /> },
      ]}
    />
  )
}

/** A reason in the reader's language, and below it the server's sentence with the remedy. */
export function ReasonText({ reason, message }: { reason: string; message: string }) {
  const styles = useStyles()
  const { t } = useTranslation('delivery')
  return (
    <div className={styles.reason}>
      <span className={styles.heading}>{t(reasonLabel(reason))}</span>
      <span lang="en">{message}</span>
    </div>
  )
}
