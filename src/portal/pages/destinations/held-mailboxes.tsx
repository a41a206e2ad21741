import { Button } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { useChange } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { Address } from '../../components/address.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { Section } from '../../components/form.tsx'
import { ErrorNotice } from '../../components/notices.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { ReasonText } from './delivery-exceptions.tsx'
import type { Destination } from './labels.ts'

type Held = Destination['heldMailboxes'][number]

/** Mailboxes that take nothing now, while the others go on. */
export function HeldMailboxes({ destination }: { destination: Destination }) {
  const { t } = useTranslation(['delivery', 'general'])
  const format = useFormat()
  const may = useMay()
  const retry = useChange('retryDelivery', {
    stale: ['readDestination', 'listDestinations', 'listDeliveryExceptions'],
  })
  if (destination.heldMailboxes.length === 0) return null
  const acts = {
    key: 'acts',
    title: t('general:actions'),
    render: ({ mailbox }: Held) => (
      <Button
        size="small"
        aria-label={t('delivery:held.retryOne', { mailbox })}
        disabledFocusable={retry.isPending}
        onClick={() => retry.mutate({ params: { id: destination.id }, body: { mailbox } })}
      >
        {t('delivery:held.retry')}
      </Button>
    ),
  }
  return (
    <Section title={t('delivery:held.title')} text={t('delivery:held.text')}>
      <ErrorNotice error={retry.error} />
      <DataTable
        bounded
        caption={t('delivery:held.title')}
        rows={destination.heldMailboxes}
        rowKey={({ mailbox }) => mailbox}
        columns={[
          {
            key: 'mailbox',
            title: t('delivery:column.mailbox'),
            render: ({ mailbox }) => <Address of={mailbox} />,
          },
          { key: 'reason', title: t('delivery:column.reason'), render: (row) => <ReasonText {...row} /> },
          {
            key: 'waiting',
            title: t('delivery:count.waiting'),
            align: 'end',
            render: ({ waiting }) => format.number(waiting),
          },
          {
            key: 'next',
            title: t('delivery:column.nextTry'),
            render: ({ nextTryAt }) =>
              nextTryAt === null ? t('delivery:held.untilRetry') : <Time of={nextTryAt} />,
          },
          ...(may('retryDelivery') ? [acts] : []),
        ]}
      />
    </Section>
  )
}
