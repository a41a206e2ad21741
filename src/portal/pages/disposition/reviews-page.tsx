import { Switch } from '@fluentui/react-components'
import { ClipboardTaskListLtrRegular } from '@fluentui/react-icons/svg/clipboard-task-list-ltr'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { useSession } from '../../api/session.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Section } from '../../components/form.tsx'
import { EmptyState, Loaded } from '../../components/notices.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { useFormat } from '../../i18n/format.ts'
import { Moment } from './cells.tsx'
import { Decisions } from './decisions.tsx'
import { DispositionFrame } from './frame.tsx'

type Stage = Answer<'listDispositionReviews'>['items'][number]

/** What waits for whoever looks; who manages records may look at everybody's. */
export function ReviewsPage() {
  const { t } = useTranslation('disposition')
  const { roles } = useSession()
  const [everybody, setEverybody] = useState(false)
  const of = everybody ? 'everybody' : 'me'
  const reviews = useCall('listDispositionReviews', { query: { of } })
  return (
    <DispositionFrame>
      <Section title={t('disposition:reviews.title')} text={t('disposition:reviews.text')}>
        {roles.includes('RecordManagement') && (
          <Switch
            label={t('disposition:reviews.everybody')}
            checked={everybody}
            onChange={(_, data) => setEverybody(data.checked)}
          />
        )}
        <Loaded call={reviews}>{({ items }) => <Stages stages={items} linked={!everybody} />}</Loaded>
      </Section>
      <Decisions />
    </DispositionFrame>
  )
}

function Stages({ stages, linked }: { stages: readonly Stage[]; linked: boolean }) {
  const { t } = useTranslation('disposition')
  const format = useFormat()
  const columns: readonly Column<Stage>[] = [
    {
      key: 'label',
      title: t('disposition:column.label'),
      render: ({ labelId, label, stage }) =>
        linked ? (
          <PageLink to={`/disposition/reviews/${labelId}/${stage}`}>
            <bdi>{label}</bdi>
          </PageLink>
        ) : (
          <bdi>{label}</bdi>
        ),
    },
    {
      key: 'stage',
      title: t('disposition:column.stage'),
      render: ({ stage, stages: all }) => t('disposition:stageOf', { stage, all }),
    },
    {
      key: 'reviewers',
      title: t('disposition:column.reviewers'),
      render: ({ reviewers }) => <bdi>{format.list(reviewers)}</bdi>,
    },
    {
      key: 'items',
      title: t('disposition:column.items'),
      align: 'end',
      render: ({ items }) => format.number(items),
    },
    {
      key: 'since',
      title: t('disposition:column.since'),
      render: ({ waitingSince }) => <Moment of={waitingSince} />,
    },
  ]
  return (
    <DataTable
      caption={t('disposition:reviews.title')}
      rows={stages}
      rowKey={({ labelId, stage }) => `${labelId} ${stage}`}
      columns={columns}
      empty={
        <EmptyState icon={<ClipboardTaskListLtrRegular />} title={t('disposition:reviews.none')}>
          {t('disposition:reviews.noneText')}
        </EmptyState>
      }
    />
  )
}
