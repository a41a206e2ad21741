import { Button } from '@fluentui/react-components'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../../api/calls.ts'
import { useMay } from '../../../api/session.ts'
import { Copyable } from '../../../components/copyable.tsx'
import { DataTable } from '../../../components/data-table.tsx'
import { Facts, Figures } from '../../../components/facts.tsx'
import { Buttons, Section } from '../../../components/form.tsx'
import { EmptyState, ErrorNotice, Loaded } from '../../../components/notices.tsx'
import { PageLink } from '../../../components/page-link.tsx'
import { Time } from '../../../components/time.tsx'
import { useFormat } from '../../../i18n/format.ts'
import { CommitDialog } from './commit-dialog.tsx'
import { type Sample, stratumLabels } from './labels.ts'
import { PolicyFrame } from './review-frame.tsx'
import { stratumText } from './stratum-text.ts'

const route = getRouteApi('/signed-in/supervision/review/$id/samples')

/** Draws from the messages in which nothing was found: each committed to before, and told whole afterwards. */
export function ReviewSamplesPage() {
  const { t } = useTranslation('review')
  const policyId = Number(route.useParams().id)
  const may = useMay()
  const samples = useCall('listReviewSamples', { params: { id: policyId } })
  const [committing, setCommitting] = useState(false)
  const commit = may('commitReviewSample') && (
    <Button appearance="primary" onClick={() => setCommitting(true)}>
      {t('review:sample.commit')}
    </Button>
  )
  return (
    <PolicyFrame policyId={policyId} lead={t('review:sample.lead')} actions={commit}>
      <Loaded call={samples}>
        {(rows) =>
          rows.length === 0 ? (
            <EmptyState title={t('review:sample.none')}>{t('review:sample.noneText')}</EmptyState>
          ) : (
            rows.map((sample) => <OneSample key={sample.id} sample={sample} />)
          )
        }
      </Loaded>
      {committing && <CommitDialog policyId={policyId} onClose={() => setCommitting(false)} />}
    </PolicyFrame>
  )
}

function OneSample({ sample }: { sample: Sample }) {
  const { t } = useTranslation('review')
  const format = useFormat()
  const { id, percent, strata, seedSha256, seed, committedBy, committedAt, drawnAt, result } = sample
  return (
    <Section title={t('review:sample.title', { id })}>
      {result && <Drawn sample={sample} result={result} />}
      <Facts
        facts={[
          {
            name: t('review:sample.sent'),
            value: (
              <>
                <Time of={sample.sentFrom} /> – <Time of={sample.sentTo} />
              </>
            ),
          },
          { name: t('review:sample.share'), value: format.percent(percent / 100) },
          ...(strata.length > 0
            ? [
                {
                  name: t('review:sample.strata'),
                  value: format.list(strata.map((one) => t(stratumLabels[one]))),
                },
              ]
            : []),
          {
            name: t('review:sample.committed'),
            value: (
              <>
                <Time of={committedAt} /> · <bdi>{committedBy}</bdi>
              </>
            ),
          },
          { name: t('review:sample.seedSha256'), value: <Copyable text={seedSha256} /> },
          ...(seed === null ? [] : [{ name: t('review:sample.seed'), value: <Copyable text={seed} /> }]),
          ...(drawnAt === null ? [] : [{ name: t('review:sample.drawnAt'), value: <Time of={drawnAt} /> }]),
        ]}
      />
      {drawnAt === null && <Draw id={id} />}
    </Section>
  )
}

function Draw({ id }: { id: string }) {
  const { t } = useTranslation('review')
  const may = useMay()
  const draw = useChange('drawReviewSample', {
    stale: ['listReviewSamples', 'listReviews', 'readAlerts', 'readReviewReport'],
  })
  return (
    <>
      <ErrorNotice error={draw.error} />
      <span>{t('review:sample.waits')}</span>
      {may('drawReviewSample') && (
        <Buttons>
          <Button disabledFocusable={draw.isPending} onClick={() => draw.mutate({ params: { id } })}>
            {t('review:sample.draw')}
          </Button>
        </Buttons>
      )}
    </>
  )
}

function Drawn({ sample, result }: { sample: Sample; result: NonNullable<Sample['result']> }) {
  const { t } = useTranslation(['review', 'supervision'])
  const format = useFormat()
  const may = useMay()
  const sum = (of: 'messages' | 'drawn') => result.reduce((total, stratum) => total + stratum[of], 0)
  return (
    <>
      <Figures
        figures={[
          { name: t('review:sample.population'), value: format.number(sum('messages')) },
          { name: t('review:sample.drawn'), value: format.number(sum('drawn')) },
        ]}
      />
      {sample.strata.length > 0 && (
        <DataTable
          caption={t('review:sample.strata')}
          rows={result}
          rowKey={({ stratum }) => stratum}
          columns={[
            {
              key: 'stratum',
              title: t('review:sample.stratum'),
              render: ({ stratum }) => <bdi>{stratumText(t, stratum)}</bdi>,
            },
            {
              key: 'messages',
              title: t('review:sample.population'),
              align: 'end',
              render: ({ messages }) => format.number(messages),
            },
            {
              key: 'drawn',
              title: t('review:sample.drawn'),
              align: 'end',
              render: ({ drawn }) => format.number(drawn),
            },
          ]}
        />
      )}
      {may('readAlerts') && (
        <div>
          <PageLink to={`/supervision/review/${sample.policyId}`} search={{ sample: sample.id }}>
            {t('review:sample.review')}
          </PageLink>
        </div>
      )}
    </>
  )
}
