import { Button, Checkbox } from '@fluentui/react-components'
import { ArchiveRegular } from '@fluentui/react-icons/svg/archive'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { ConfirmDialog } from '../../components/dialogs.tsx'
import { Buttons, Section } from '../../components/form.tsx'
import { EmptyState, Loaded, Notice } from '../../components/notices.tsx'
import { useNotify } from '../../components/notify.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { MailboxTabs } from '../mailboxes/mailbox-tabs.tsx'
import type { Archives } from './archives.ts'
import { EnableDialog } from './enable-dialog.tsx'
import { Policies } from './policies.tsx'

type Mailbox = Archives['mailboxes'][number]

export function ArchivesPage() {
  const { t } = useTranslation('archives')
  const archives = useCall('readArchives', undefined)
  return (
    <>
      <PageHeader title={t('archives:title')} lead={t('archives:lead')} />
      <MailboxTabs />
      <Loaded call={archives}>
        {(found) => (
          <>
            <LastRun run={found.lastRun} />
            <Mailboxes archives={found} />
            <Policies policies={found.policies} />
          </>
        )}
      </Loaded>
    </>
  )
}

function LastRun({ run }: { run: Archives['lastRun'] }) {
  const { t } = useTranslation('archives')
  const format = useFormat()
  if (!run) return <Notice>{t('archives:run.never')}</Notice>
  const { moved, coldObjects, finishedAt } = run
  return (
    <p>
      {t('archives:run.last')} <Time of={finishedAt} />
      {'. '}
      {t('archives:run.moved', { count: moved, number: format.number(moved) })}{' '}
      {t('archives:run.cold', { count: coldObjects, number: format.number(coldObjects) })}
    </p>
  )
}

function Mailboxes({ archives: { mailboxes, policies } }: { archives: Archives }) {
  const { t } = useTranslation('archives')
  const may = useMay()
  const [chosen, setChosen] = useState<ReadonlySet<number>>(new Set())
  const [asking, setAsking] = useState<'enable' | 'disable' | null>(null)
  const ids = [...chosen]
  const columns = useColumns(mailboxes, chosen, setChosen)
  const close = (done: boolean) => {
    setAsking(null)
    if (done) setChosen(new Set())
  }
  return (
    <Section title={t('archives:mailboxes')} text={t('archives:mailboxesText')}>
      {may('enableArchives') && (
        <Buttons>
          <Button appearance="primary" disabled={ids.length === 0} onClick={() => setAsking('enable')}>
            {t('archives:enable')}
          </Button>
          <Button disabled={ids.length === 0} onClick={() => setAsking('disable')}>
            {t('archives:disable')}
          </Button>
        </Buttons>
      )}
      <DataTable
        bounded
        caption={t('archives:mailboxes')}
        rows={mailboxes}
        rowKey={({ id }) => id}
        empty={
          <EmptyState icon={<ArchiveRegular />} title={t('archives:none')}>
            {t('archives:noneText')}
          </EmptyState>
        }
        columns={columns}
      />
      {asking === 'enable' && <EnableDialog ids={ids} policies={policies} onClose={close} />}
      {asking === 'disable' && <DisableDialog ids={ids} onClose={close} />}
    </Section>
  )
}

function useColumns(
  rows: readonly Mailbox[],
  chosen: ReadonlySet<number>,
  choose: (ids: ReadonlySet<number>) => void,
): readonly Column<Mailbox>[] {
  const { t } = useTranslation('archives')
  const format = useFormat()
  const may = useMay()
  const toggle = (ids: readonly number[], on: boolean) =>
    choose(new Set(on ? [...chosen, ...ids] : [...chosen].filter((id) => !ids.includes(id))))
  const count = (key: string, title: string, of: (row: Mailbox) => number): Column<Mailbox> => ({
    ...{
      key,
      title,
      align: 'end',
      compare: (a, b) => of(a) - of(b),
      render: (row) => format.number(of(row)),
    },
  })
  const shown: Column<Mailbox>[] = [
    {
      key: 'address',
      title: t('archives:column.mailbox'),
      compare: (a, b) => format.compare(a.address, b.address),
      render: ({ id, address, name }) => (
        <>
          <PageLink to={`/mailboxes/${id}`}>
            <bdi>{address}</bdi>
          </PageLink>
          <br />
          <bdi>{name}</bdi>
        </>
      ),
    },
    {
      key: 'policy',
      title: t('archives:column.policy'),
      compare: (a, b) => format.compare(a.policy ?? '', b.policy ?? ''),
      render: ({ policy }) => (policy === null ? t('archives:noArchive') : <bdi>{policy}</bdi>),
    },
    {
      key: 'since',
      title: t('archives:column.since'),
      render: ({ enabledAt }) => (enabledAt === null ? '–' : <Time of={enabledAt} />),
    },
    count('primary', t('archives:column.primary'), ({ primaryItems }) => primaryItems),
    count('archive', t('archives:column.archive'), ({ archiveItems }) => archiveItems),
  ]
  if (!may('enableArchives')) return shown
  const box: Column<Mailbox> = {
    key: 'chosen',
    title: t('archives:column.choose'),
    render: ({ id, address }) => (
      <Checkbox
        aria-label={t('archives:choose', { address })}
        checked={chosen.has(id)}
        onChange={(_, { checked }) => toggle([id], checked === true)}
      />
    ),
  }
  return rows.length === 0 ? shown : [box, ...shown]
}

function DisableDialog({ ids, onClose }: { ids: readonly number[]; onClose: (done: boolean) => void }) {
  const { t } = useTranslation(['archives', 'general'])
  const notify = useNotify()
  const disable = useChange('disableArchives', {
    stale: ['readArchives'],
    onSuccess: () => {
      notify({ title: t('general:saved') })
      onClose(true)
    },
  })
  return (
    <ConfirmDialog
      open
      onClose={() => onClose(false)}
      title={t('archives:disable')}
      confirm={t('archives:disable')}
      onConfirm={() => disable.mutate({ body: { mailboxes: [...ids] } })}
      pending={disable.isPending}
      error={disable.error}
    >
      {t('archives:disableText', { count: ids.length })}
    </ConfirmDialog>
  )
}
