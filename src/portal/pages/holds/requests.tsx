import { Button } from '@fluentui/react-components'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../api/calls.ts'
import { DataTable } from '../../components/data-table.tsx'
import { Buttons, Section } from '../../components/form.tsx'
import { ErrorNotice } from '../../components/notices.tsx'
import { OneLine } from '../../components/one-line.tsx'
import { Time } from '../../components/time.tsx'
import { actLabels, type HoldRequest } from './labels.ts'

/** What one person asked for and another one does; nothing where nothing waits. */
export function Requests() {
  const { t } = useTranslation('holds')
  const { data } = useCall('listHoldRequests', undefined)
  const decide = useChange('decideHoldRequest', { stale: ['listHoldRequests', 'listHolds', 'readHold'] })
  if (!data || data.items.length === 0) return null
  const act = (request: HoldRequest, decision: 'done' | 'declined' | 'withdrawn') =>
    decide.mutate({ params: { id: request.id }, body: { decision } })
  return (
    <Section title={t('holds:requests.title')}>
      <ErrorNotice error={decide.error} />
      <DataTable
        caption={t('holds:requests.title')}
        rows={data.items}
        rowKey={({ id }) => id}
        columns={[
          { key: 'act', title: t('holds:column.act'), render: (one) => t(actLabels[one.act]) },
          { key: 'hold', title: t('holds:column.name'), render: ({ hold }) => hold?.name ?? '' },
          { key: 'asked', title: t('holds:column.asked'), render: ({ askedBy }) => askedBy },
          {
            key: 'since',
            title: t('holds:column.since'),
            render: ({ askedAt }) => (
              <OneLine>
                <Time of={askedAt} />
              </OneLine>
            ),
          },
          { key: 'reason', title: t('holds:column.reason'), render: ({ reason }) => reason },
          {
            key: 'decide',
            title: t('holds:column.state'),
            render: (one) => (
              <Buttons>
                {one.mayDecide ? (
                  <>
                    <Button size="small" appearance="primary" onClick={() => act(one, 'done')}>
                      {t('holds:requests.done')}
                    </Button>
                    <Button size="small" onClick={() => act(one, 'declined')}>
                      {t('holds:requests.declined')}
                    </Button>
                  </>
                ) : (
                  <Button size="small" onClick={() => act(one, 'withdrawn')}>
                    {t('holds:requests.withdrawn')}
                  </Button>
                )}
              </Buttons>
            ),
          },
        ]}
      />
    </Section>
  )
}
