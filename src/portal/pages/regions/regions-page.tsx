import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { ConfirmDialog } from '../../components/dialogs.tsx'
import { Buttons, Section } from '../../components/form.tsx'
import { Loaded, Notice } from '../../components/notices.tsx'
import { useNotify } from '../../components/notify.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { clock } from '../../i18n/clock.ts'
import { useFormat } from '../../i18n/format.ts'
import { ConnectorTabs } from '../connectors/connector-tabs.tsx'
import { BasisDialog } from './basis-dialog.tsx'
import { MailboxesDialog } from './mailboxes-dialog.tsx'
import { type Basis, type Regions, type Transfer, transfersOf } from './transfers.ts'

export function RegionsPage() {
  const { t } = useTranslation('regions')
  const regions = useCall('readRegions', undefined)
  return (
    <>
      <PageHeader title={t('regions:title')} lead={t('regions:lead')} />
      <ConnectorTabs />
      <Loaded call={regions}>
        {(found) => (
          <>
            <Places regions={found} />
            <Transfers transfers={transfersOf(found)} />
            <Bases bases={found.bases} />
          </>
        )}
      </Loaded>
    </>
  )
}

function Places({ regions: { regions } }: { regions: Regions }) {
  const { t } = useTranslation('regions')
  const format = useFormat()
  const may = useMay()
  const [moving, setMoving] = useState(false)
  return (
    <Section title={t('regions:places.title')} text={t('regions:places.text')}>
      {may('setMailboxRegion') && (
        <Buttons>
          <Button onClick={() => setMoving(true)}>{t('regions:mailboxes.action')}</Button>
        </Buttons>
      )}
      <DataTable
        caption={t('regions:places.title')}
        rows={regions}
        rowKey={({ name }) => name}
        columns={[
          { key: 'name', title: t('regions:region'), render: ({ name }) => <code>{name}</code> },
          {
            key: 'connectors',
            title: t('regions:places.connectors'),
            render: ({ connectors }) =>
              connectors.length === 0 ? '–' : <bdi>{format.list([...connectors])}</bdi>,
          },
          {
            key: 'mailboxes',
            title: t('regions:places.mailboxes'),
            align: 'end',
            render: ({ mailboxes }) => format.number(mailboxes),
          },
        ]}
      />
      {moving && <MailboxesDialog onClose={() => setMoving(false)} />}
    </Section>
  )
}

function Transfers({ transfers }: { transfers: readonly Transfer[] }) {
  const { t } = useTranslation('regions')
  const may = useMay()
  const [recording, setRecording] = useState<{ from: string; to: string } | null>(null)
  const missing = transfers.some(({ basis }) => basis === null)
  const columns: readonly Column<Transfer>[] = [
    { key: 'from', title: t('regions:from'), render: ({ from }) => <code>{from}</code> },
    { key: 'to', title: t('regions:to'), render: ({ to }) => <code>{to}</code> },
    { key: 'state', title: t('regions:transfers.state'), render: (row) => <TransferState transfer={row} /> },
    {
      key: 'acts',
      title: t('regions:acts'),
      render: ({ from, to, basis }) =>
        basis === null && may('recordTransferBasis') ? (
          <Button size="small" onClick={() => setRecording({ from, to })}>
            {t('regions:basis.action')}
          </Button>
        ) : null,
    },
  ]
  return (
    <Section title={t('regions:transfers.title')} text={t('regions:transfers.text')}>
      {missing && <Notice intent="warning">{t('regions:transfers.missing')}</Notice>}
      <DataTable
        caption={t('regions:transfers.title')}
        rows={transfers}
        rowKey={({ from, to }) => `${from} ${to}`}
        columns={columns}
        empty={<span>{t('regions:transfers.none')}</span>}
      />
      {recording && <BasisDialog {...recording} onClose={() => setRecording(null)} />}
    </Section>
  )
}

function TransferState({ transfer: { basis } }: { transfer: Transfer }) {
  const { t } = useTranslation('regions')
  if (basis === null) return <StatusBadge tone="warning">{t('regions:transfers.noBasis')}</StatusBadge>
  if (Date.parse(basis.validFrom) <= clock.now())
    return <StatusBadge tone="good">{t('regions:transfers.hasBasis')}</StatusBadge>
  return (
    <>
      <StatusBadge tone="warning">{t('regions:transfers.later')}</StatusBadge> <Time of={basis.validFrom} />
    </>
  )
}

function Bases({ bases }: { bases: readonly Basis[] }) {
  const { t } = useTranslation('regions')
  const may = useMay()
  const [recording, setRecording] = useState(false)
  const [ending, setEnding] = useState<Basis | null>(null)
  const columns = useBasisColumns(setEnding)
  return (
    <Section title={t('regions:bases.title')} text={t('regions:bases.text')}>
      {may('recordTransferBasis') && (
        <Buttons>
          <Button onClick={() => setRecording(true)}>{t('regions:basis.action')}</Button>
        </Buttons>
      )}
      <DataTable
        bounded
        caption={t('regions:bases.title')}
        rows={bases}
        rowKey={({ id }) => id}
        columns={columns}
        empty={<span>{t('regions:bases.none')}</span>}
      />
      {recording && <BasisDialog from="" to="" onClose={() => setRecording(false)} />}
      {ending && <EndDialog basis={ending} onClose={() => setEnding(null)} />}
    </Section>
  )
}

function useBasisColumns(onEnd: (basis: Basis) => void): readonly Column<Basis>[] {
  const { t } = useTranslation('regions')
  const may = useMay()
  return [
    {
      key: 'way',
      title: t('regions:bases.transfer'),
      render: ({ from, to }) => t('regions:bases.fromTo', { from, to }),
    },
    { key: 'basis', title: t('regions:basis.basis'), render: ({ basis }) => <bdi>{basis}</bdi> },
    { key: 'law', title: t('regions:basis.law'), render: ({ law }) => <bdi>{law ?? '–'}</bdi> },
    {
      key: 'document',
      title: t('regions:basis.document'),
      render: ({ document }) => <bdi>{document ?? '–'}</bdi>,
    },
    {
      key: 'validFrom',
      title: t('regions:basis.validFrom'),
      render: ({ validFrom }) => <Time of={validFrom} />,
    },
    {
      key: 'recorded',
      title: t('regions:bases.recorded'),
      render: ({ recordedBy, recordedAt }) => (
        <>
          <bdi>{recordedBy}</bdi> · <Time of={recordedAt} />
        </>
      ),
    },
    {
      key: 'ended',
      title: t('regions:bases.ended'),
      render: (basis) => {
        if (basis.ended)
          return (
            <>
              <bdi>{basis.ended.by}</bdi> · <Time of={basis.ended.at} />
            </>
          )
        return may('endTransferBasis') ? (
          <Button size="small" onClick={() => onEnd(basis)}>
            {t('regions:end.action')}
          </Button>
        ) : (
          '–'
        )
      },
    },
  ]
}

function EndDialog({ basis: { id, from, to }, onClose }: { basis: Basis; onClose: () => void }) {
  const { t } = useTranslation(['regions', 'general'])
  const notify = useNotify()
  const end = useChange('endTransferBasis', {
    stale: ['readRegions'],
    onSuccess: () => {
      notify({ title: t('general:saved') })
      onClose()
    },
  })
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('regions:end.title', { from, to })}
      confirm={t('regions:end.action')}
      onConfirm={() => end.mutate({ params: { id } })}
      pending={end.isPending}
      error={end.error}
    >
      {t('regions:end.text')}
    </ConfirmDialog>
  )
}
