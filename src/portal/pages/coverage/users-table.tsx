import { useTranslation } from 'react-i18next'
import { DataTable } from '../../components/data-table.tsx'
import { MessageText } from '../../components/message-text.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { OneLine, Words } from './cells.tsx'
import { type Coverage, statusLabels, useNames } from './labels.ts'

type User = Coverage['users'][number]

/** Each registered user on each way in; those who need a look come first. */
export function UsersTable({ users }: { users: readonly User[] }) {
  const { t } = useTranslation('coverage')
  const format = useFormat()
  const names = useNames()
  return (
    <DataTable
      bounded
      caption={t('coverage:users.title')}
      rows={users}
      rowKey={({ userId, source }) => `${userId} ${source}`}
      empty={<span>{t('coverage:users.none')}</span>}
      columns={[
        {
          key: 'name',
          title: t('coverage:column.person'),
          compare: (a, b) => format.compare(a.name, b.name),
          render: ({ name }) => (
            <Words>
              <MessageText text={name} />
            </Words>
          ),
        },
        {
          key: 'source',
          title: t('coverage:column.source'),
          render: ({ source }) => <Words>{source === null ? '–' : names.source(source)}</Words>,
        },
        {
          key: 'status',
          title: t('coverage:column.state'),
          render: ({ status }) => (
            <StatusBadge tone={statusLabels[status].tone}>{t(statusLabels[status].label)}</StatusBadge>
          ),
        },
        {
          key: 'last',
          title: t('coverage:column.last'),
          compare: (a, b) => (a.lastAt ?? '').localeCompare(b.lastAt ?? ''),
          render: ({ lastAt }) => (
            <OneLine>
              <Time of={lastAt} show="ago" />
            </OneLine>
          ),
        },
        {
          key: 'rhythm',
          title: t('coverage:column.rhythm'),
          render: ({ usualHours }) => <Rhythm hours={usualHours} />,
        },
        {
          key: 'records',
          title: t('coverage:column.records'),
          align: 'end',
          compare: (a, b) => a.records - b.records,
          render: ({ records }) => format.number(records),
        },
        {
          key: 'gaps',
          title: t('coverage:column.openGaps'),
          align: 'end',
          compare: (a, b) => a.openGaps - b.openGaps,
          render: ({ openGaps }) => format.number(openGaps),
        },
      ]}
    />
  )
}

function Rhythm({ hours }: { hours: number | null }) {
  const { t } = useTranslation('coverage')
  const format = useFormat()
  if (hours === null) return '–'
  const days = Math.max(1, Math.round(hours / 24))
  return t('coverage:users.rhythm', { count: days, number: format.number(days) })
}
