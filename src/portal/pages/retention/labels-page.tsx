import { Button } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { TagRegular } from '@fluentui/react-icons/svg/tag'
import { useNavigate } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Buttons, Section } from '../../components/form.tsx'
import { EmptyState, ErrorNotice, Loaded } from '../../components/notices.tsx'
import { useNotify } from '../../components/notify.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { useFormat } from '../../i18n/format.ts'
import { RetentionFrame } from './frame.tsx'
import { usePeriodText } from './period.tsx'
import { actionLabels, type Label, recordLabels } from './words.ts'

export function RetentionLabelsPage() {
  const { t } = useTranslation('retention')
  const may = useMay()
  const navigate = useNavigate()
  const labels = useCall('listRetentionLabels', undefined)
  return (
    <RetentionFrame
      actions={
        may('createRetentionLabel') && (
          <Button
            appearance="primary"
            icon={<AddRegular />}
            onClick={() => void navigate({ to: '/retention/labels/new' })}
          >
            {t('retention:labels.add')}
          </Button>
        )
      }
    >
      <Section title={t('retention:tabs.labels')} text={t('retention:labels.text')}>
        <Loaded call={labels}>
          {({ items }) => (
            <>
              <Labels rows={items} />
              {items.some(({ query }) => query !== null) && <ApplyQueries />}
            </>
          )}
        </Loaded>
      </Section>
    </RetentionFrame>
  )
}

/** Else a worker does it once a day. */
function ApplyQueries() {
  const { t } = useTranslation('retention')
  const may = useMay()
  const notify = useNotify()
  const apply = useChange('applyLabelQueries', {
    stale: ['listRetentionLabels'],
    onSuccess: ({ labelled }) => notify({ title: t('retention:labels.applied', { count: labelled }) }),
  })
  return (
    may('applyLabelQueries') && (
      <>
        <ErrorNotice error={apply.error} />
        <Buttons>
          <Button disabledFocusable={apply.isPending} onClick={() => apply.mutate(undefined)}>
            {t('retention:labels.apply')}
          </Button>
        </Buttons>
      </>
    )
  )
}

function Labels({ rows }: { rows: readonly Label[] }) {
  const { t } = useTranslation('retention')
  const columns = useColumns()
  return (
    <DataTable
      caption={t('retention:tabs.labels')}
      rows={rows}
      rowKey={({ id }) => id}
      empty={
        <EmptyState icon={<TagRegular />} title={t('retention:labels.none')}>
          {t('retention:labels.noneText')}
        </EmptyState>
      }
      columns={columns}
    />
  )
}

function useColumns(): Column<Label>[] {
  const { t } = useTranslation('retention')
  const format = useFormat()
  const periodText = usePeriodText()
  return [
    {
      key: 'name',
      title: t('retention:column.label'),
      compare: (left, right) => format.compare(left.name, right.name),
      render: ({ id, name }) => (
        <PageLink to={`/retention/labels/${id}`}>
          <bdi>{name}</bdi>
        </PageLink>
      ),
    },
    {
      key: 'action',
      title: t('retention:column.action'),
      render: ({ action }) => (action === null ? t('retention:action.none') : t(actionLabels[action])),
    },
    {
      key: 'period',
      title: t('retention:column.period'),
      render: ({ action, period }) => (action === null ? '' : periodText(period)),
    },
    { key: 'record', title: t('retention:column.record'), render: (label) => <RecordBadge label={label} /> },
    {
      key: 'comes',
      title: t('retention:column.comes'),
      render: ({ query, defaultOf }) =>
        format.list([
          ...(query === null ? [] : [t('retention:comes.query')]),
          ...(defaultOf.length === 0 ? [] : [t('retention:comes.default')]),
          t('retention:comes.hand'),
        ]),
    },
    {
      key: 'items',
      title: t('retention:column.items'),
      align: 'end',
      compare: (left, right) => left.items - right.items,
      render: ({ items }) => format.number(items),
    },
  ]
}

export function RecordBadge({ label: { record } }: { label: Pick<Label, 'record'> }) {
  const { t } = useTranslation('retention')
  if (record === 'none') return null
  return (
    <StatusBadge tone={record === 'regulatory' ? 'warning' : 'busy'}>{t(recordLabels[record])}</StatusBadge>
  )
}
