import { Button } from '@fluentui/react-components'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { Facts } from '../../components/facts.tsx'
import { Section } from '../../components/form.tsx'
import { EmptyState, Loaded } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { useFormat } from '../../i18n/format.ts'
import { DefaultDialog, EventDialog, LabelFoundDialog } from './label-dialogs.tsx'
import { usePeriodText } from './period.tsx'
import { actionLabels, type Label, recordLabels, startLabels } from './words.ts'

export function RetentionLabelPage() {
  const { t } = useTranslation('retention')
  const { id } = useParams({ from: '/signed-in/retention/labels/$id' })
  const labels = useCall('listRetentionLabels', undefined)
  return (
    <Loaded call={labels}>
      {({ items }) => {
        const label = items.find((one) => one.id === Number(id))
        if (label) return <OneLabel label={label} />
        return (
          <>
            <PageHeader
              title={t('retention:column.label')}
              crumbs={[{ label: t('retention:tabs.labels'), to: '/retention/labels' }]}
            />
            <EmptyState title={t('retention:labels.gone')}>{t('retention:labels.goneText')}</EmptyState>
          </>
        )
      }}
    </Loaded>
  )
}

type Dialog = 'found' | 'event' | 'default' | null

function OneLabel({ label }: { label: Label }) {
  const { t } = useTranslation('retention')
  const may = useMay()
  const [dialog, setDialog] = useState<Dialog>(null)
  const close = () => setDialog(null)
  return (
    <>
      <PageHeader
        title={label.name}
        crumbs={[{ label: t('retention:tabs.labels'), to: '/retention/labels' }]}
        actions={
          may('labelFoundItems') && (
            <>
              <Button onClick={() => setDialog('default')}>{t('retention:give.default')}</Button>
              {label.starts === 'event' && label.action !== null && (
                <Button onClick={() => setDialog('event')}>{t('retention:give.event')}</Button>
              )}
              <Button appearance="primary" onClick={() => setDialog('found')}>
                {t('retention:give.found')}
              </Button>
            </>
          )
        }
      />
      <Says label={label} />
      {dialog === 'found' && <LabelFoundDialog label={label} onClose={close} />}
      {dialog === 'event' && <EventDialog label={label} onClose={close} />}
      {dialog === 'default' && <DefaultDialog label={label} onClose={close} />}
    </>
  )
}

function Says({ label }: { label: Label }) {
  const { t } = useTranslation('retention')
  const format = useFormat()
  const periodText = usePeriodText()
  const { action, period, starts, record, query, reviewStages, items, defaultOf, early, createdBy } = label
  return (
    <Section title={t('retention:labels.says')}>
      <Facts
        facts={[
          {
            name: t('retention:column.action'),
            value: action === null ? t('retention:action.none') : t(actionLabels[action]),
          },
          ...(action === null
            ? []
            : [
                { name: t('retention:column.period'), value: periodText(period) },
                { name: t('retention:field.starts'), value: t(startLabels[starts]) },
              ]),
          ...(action === null || action === 'retain'
            ? []
            : [
                {
                  name: t('retention:field.early'),
                  value: early ? t('retention:early.yes') : t('retention:early.no'),
                },
              ]),
          { name: t('retention:column.record'), value: t(recordLabels[record]) },
          { name: t('retention:column.items'), value: format.number(items) },
          ...(query === null ? [] : [{ name: t('retention:field.query'), value: <code>{query}</code> }]),
          ...(defaultOf.length === 0
            ? []
            : [{ name: t('retention:give.defaultOf'), value: format.list(defaultOf) }]),
          ...reviewStages.map((stage, place) => ({
            name: t('retention:labels.stage', { number: format.number(place + 1) }),
            value: <bdi>{format.list(stage)}</bdi>,
          })),
          { name: t('retention:column.createdBy'), value: <bdi>{createdBy}</bdi> },
        ]}
      />
    </Section>
  )
}
