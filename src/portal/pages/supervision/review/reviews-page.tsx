import { ClipboardTaskRegular } from '@fluentui/react-icons/svg/clipboard-task'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../../api/calls.ts'
import { useMay } from '../../../api/session.ts'
import { type Column, DataTable } from '../../../components/data-table.tsx'
import { Section } from '../../../components/form.tsx'
import { EmptyState, Loaded } from '../../../components/notices.tsx'
import { PageLink } from '../../../components/page-link.tsx'
import { StatusBadge } from '../../../components/status.tsx'
import { useFormat } from '../../../i18n/format.ts'
import type { Review } from './labels.ts'
import { ReviewsFrame } from './review-frame.tsx'

export function ReviewsPage() {
  const may = useMay()
  return (
    <ReviewsFrame>
      {may('listReviews') && <OwnReviews />}
      {may('listSupervisionPolicies') && <AllPolicies />}
    </ReviewsFrame>
  )
}

function OwnReviews() {
  const { t } = useTranslation('review')
  const reviews = useCall('listReviews', undefined)
  return (
    <Section title={t('review:own.title')}>
      <Loaded call={reviews}>{(rows) => <Reviews rows={rows} />}</Loaded>
    </Section>
  )
}

function Reviews({ rows }: { rows: readonly Review[] }) {
  const { t } = useTranslation('review')
  const format = useFormat()
  const count = (key: 'pending' | 'escalated' | 'resolved', title: string): Column<Review> => ({
    ...{ key, title, align: 'end' },
    compare: (a, b) => a[key] - b[key],
    render: (row) => format.number(row[key]),
  })
  return (
    <DataTable
      caption={t('review:own.title')}
      rows={rows}
      rowKey={({ id }) => id}
      empty={
        <EmptyState icon={<ClipboardTaskRegular />} title={t('review:own.none')}>
          {t('review:own.noneText')}
        </EmptyState>
      }
      columns={[
        {
          key: 'name',
          title: t('review:policy'),
          compare: (a, b) => format.compare(a.name, b.name),
          render: ({ id, name }) => (
            <PageLink to={`/supervision/review/${id}`}>
              <bdi>{name}</bdi>
            </PageLink>
          ),
        },
        count('pending', t('review:state.pending')),
        {
          key: 'overdue',
          title: t('review:age.overdue'),
          align: 'end',
          compare: (a, b) => a.overdue - b.overdue,
          render: ({ overdue }) =>
            overdue === 0 ? format.number(0) : <StatusBadge tone="bad">{format.number(overdue)}</StatusBadge>,
        },
        count('escalated', t('review:state.escalated')),
        count('resolved', t('review:state.resolved')),
      ]}
    />
  )
}

/** For who keeps policies or reads their figures, and need not be a reviewer of any. */
function AllPolicies() {
  const { t } = useTranslation('review')
  const format = useFormat()
  const policies = useCall('listSupervisionPolicies', undefined)
  return (
    <Section title={t('review:all.title')} text={t('review:all.text')}>
      <Loaded call={policies}>
        {(rows) => (
          <DataTable
            caption={t('review:all.title')}
            rows={rows}
            rowKey={({ id }) => id}
            empty={<p>{t('review:all.none')}</p>}
            columns={[
              {
                key: 'name',
                title: t('review:policy'),
                compare: (a, b) => format.compare(a.name, b.name),
                render: ({ name }) => <bdi>{name}</bdi>,
              },
              {
                key: 'report',
                title: t('review:tabs.report'),
                render: ({ id }) => (
                  <PageLink to={`/supervision/review/${id}/report`}>{t('review:tabs.report')}</PageLink>
                ),
              },
              {
                key: 'samples',
                title: t('review:tabs.samples'),
                render: ({ id }) => (
                  <PageLink to={`/supervision/review/${id}/samples`}>{t('review:tabs.samples')}</PageLink>
                ),
              },
            ]}
          />
        )}
      </Loaded>
    </Section>
  )
}
