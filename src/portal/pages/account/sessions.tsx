import { Button } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../api/calls.ts'
import { DataTable } from '../../components/data-table.tsx'
import { Section } from '../../components/form.tsx'
import { ErrorNotice, Loaded } from '../../components/notices.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { methodLabels } from '../../i18n/method-labels.ts'

export function Sessions() {
  const { t } = useTranslation(['account', 'general'])
  const sessions = useCall('listSessions', undefined)
  const end = useChange('endSession', { stale: ['listSessions'] })
  return (
    <Section title={t('account:sessions.title')} text={t('account:sessions.text')}>
      <ErrorNotice error={end.error} />
      <Loaded call={sessions}>
        {(rows) => (
          <DataTable
            caption={t('account:sessions.title')}
            rows={rows}
            rowKey={({ id }) => id}
            columns={[
              {
                key: 'agent',
                title: t('account:sessions.browser'),
                render: ({ userAgent, current }) => (
                  <>
                    {userAgent ?? '–'}{' '}
                    {current && <StatusBadge tone="good">{t('account:sessions.current')}</StatusBadge>}
                  </>
                ),
              },
              {
                key: 'method',
                title: t('account:sessions.method'),
                render: (row) => t(methodLabels[row.method]),
              },
              { key: 'ip', title: t('account:sessions.address'), render: ({ clientIp }) => clientIp ?? '–' },
              {
                key: 'seen',
                title: t('account:sessions.seen'),
                render: (row) => <Time of={row.lastSeenAt} show="ago" />,
              },
              { key: 'expires', title: t('account:expires'), render: (row) => <Time of={row.expiresAt} /> },
              {
                key: 'end',
                title: t('general:actions'),
                render: ({ id, current }) =>
                  !current && (
                    <Button size="small" onClick={() => end.mutate({ params: { id } })}>
                      {t('account:sessions.end')}
                    </Button>
                  ),
              },
            ]}
          />
        )}
      </Loaded>
    </Section>
  )
}
