import { Button } from '@fluentui/react-components'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { DataTable } from '../../components/data-table.tsx'
import { Facts, Figures } from '../../components/facts.tsx'
import { Buttons, Section } from '../../components/form.tsx'
import { ErrorNotice, Loaded, Notice } from '../../components/notices.tsx'
import { OneLine } from '../../components/one-line.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { AddMailboxes, GiveHold, ReleaseHold } from './hold-dialogs.tsx'
import { HoldState } from './holds-page.tsx'
import { kindLabels, type WholeHold } from './labels.ts'

export function HoldPage() {
  const { id } = useParams({ from: '/signed-in/holds/$id' })
  const hold = useCall('readHold', { params: { id: Number(id) } })
  return <Loaded call={hold}>{(facts) => <OneHold hold={facts} />}</Loaded>
}

type Dialog = 'add' | 'give' | 'release' | null

function OneHold({ hold }: { hold: WholeHold }) {
  const { t } = useTranslation('holds')
  const may = useMay()
  const [dialog, setDialog] = useState<Dialog>(null)
  const close = () => setDialog(null)
  const inForce = hold.releasedAt === null
  return (
    <>
      <PageHeader
        title={hold.name}
        crumbs={[{ label: t('holds:title'), to: '/holds' }]}
        actions={
          inForce && (
            <>
              {hold.confidential && may('giveHold') && (
                <Button onClick={() => setDialog('give')}>{t('holds:readers.add')}</Button>
              )}
              {may('addHoldMailboxes') && (
                <Button onClick={() => setDialog('add')}>{t('holds:mailboxes.add')}</Button>
              )}
              {may('releaseHold') && (
                <Button onClick={() => setDialog('release')}>{t('holds:release.title')}</Button>
              )}
            </>
          )
        }
      />
      <Statistics hold={hold} />
      <About hold={hold} />
      <Mailboxes hold={hold} />
      {dialog === 'add' && <AddMailboxes hold={hold} onClose={close} />}
      {dialog === 'give' && <GiveHold hold={hold} onClose={close} />}
      {dialog === 'release' && <ReleaseHold hold={hold} onClose={close} />}
    </>
  )
}

function Statistics({ hold }: { hold: WholeHold }) {
  const { t } = useTranslation('holds')
  const format = useFormat()
  const count = useChange('countHold', { stale: ['readHold', 'listHolds'] })
  const { statistics } = hold
  return (
    <Section title={t('holds:stats.title')}>
      {hold.evaluating > 0 && <Notice>{t('holds:stats.evaluating')}</Notice>}
      <Figures
        figures={[
          { name: t('holds:column.mailboxes'), value: format.number(hold.mailboxes) },
          ...(statistics === null
            ? []
            : [
                { name: t('holds:stats.items'), value: format.number(statistics.items) },
                { name: t('holds:stats.size'), value: format.bytes(statistics.bytes) },
              ]),
        ]}
      />
      {statistics === null ? (
        <span>{t('holds:stats.never')}</span>
      ) : (
        <span>
          {t('holds:stats.at')} <Time of={statistics.at} />
        </span>
      )}
      <ErrorNotice error={count.error} />
      <Buttons>
        <Button disabledFocusable={count.isPending} onClick={() => count.mutate({ params: { id: hold.id } })}>
          {t('holds:stats.count')}
        </Button>
      </Buttons>
    </Section>
  )
}

function About({ hold }: { hold: WholeHold }) {
  const { t } = useTranslation('holds')
  const format = useFormat()
  const ends =
    hold.days === null
      ? t('holds:facts.never')
      : t('holds:facts.days', { count: hold.days, number: format.number(hold.days) })
  const optional = [
    { name: t('holds:field.case'), value: hold.caseName },
    { name: t('holds:field.query'), value: hold.query },
    { name: t('holds:field.note'), value: hold.note },
    { name: t('holds:field.owner'), value: hold.owner },
    { name: t('holds:field.url'), value: hold.url },
    { name: t('holds:field.readers'), value: hold.readers.length === 0 ? null : format.list(hold.readers) },
    { name: t('holds:facts.releasedBy'), value: hold.releasedBy },
    { name: t('holds:column.reason'), value: hold.releaseReason },
  ]
  return (
    <Section title={t('holds:facts.title')}>
      <Facts
        facts={[
          { name: t('holds:column.state'), value: <HoldState hold={hold} /> },
          { name: t('holds:column.kind'), value: t(kindLabels[hold.kind]) },
          { name: t('holds:facts.ends'), value: ends },
          { name: t('holds:facts.placedBy'), value: hold.placedBy },
          { name: t('holds:column.placed'), value: <Time of={hold.placedAt} /> },
          ...optional.flatMap(({ name, value }) => (value === null ? [] : [{ name, value }])),
        ]}
      />
    </Section>
  )
}

function Mailboxes({ hold }: { hold: WholeHold }) {
  const { t } = useTranslation('holds')
  return (
    <Section title={t('holds:column.mailboxes')}>
      <DataTable
        bounded
        caption={t('holds:column.mailboxes')}
        rows={hold.heldMailboxes}
        rowKey={({ id, addedAt }) => `${id} ${addedAt}`}
        columns={[
          { key: 'address', title: t('holds:column.mailbox'), render: ({ address }) => address },
          { key: 'name', title: t('holds:field.name'), render: ({ name }) => name },
          {
            key: 'since',
            title: t('holds:column.since'),
            render: ({ addedAt }) => (
              <OneLine>
                <Time of={addedAt} />
              </OneLine>
            ),
          },
          {
            key: 'removed',
            title: t('holds:column.removed'),
            render: ({ removedAt }) => removedAt !== null && <Time of={removedAt} />,
          },
        ]}
      />
    </Section>
  )
}
