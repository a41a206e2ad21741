import { Button, Link } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { linkTo, useChange } from '../../api/calls.ts'
import { Copyable } from '../../components/copyable.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { FormDialog } from '../../components/dialogs.tsx'
import { Facts } from '../../components/facts.tsx'
import { Buttons, Section, TextField } from '../../components/form.tsx'
import { Notice } from '../../components/notices.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { OneLine } from './cells.tsx'
import type { Coverage } from './labels.ts'

/** Signed days to take away, the key that verifies them, and probes whose way is timed. */
export function Attestations({ coverage }: { coverage: Coverage }) {
  return (
    <>
      <SignedDays coverage={coverage} />
      <Heartbeats coverage={coverage} />
    </>
  )
}

function SignedDays({ coverage: { attestations, publicKey } }: { coverage: Coverage }) {
  const { t } = useTranslation('coverage')
  const format = useFormat()
  return (
    <Section title={t('coverage:attestations.title')} text={t('coverage:attestations.text')}>
      <Facts
        facts={[
          { name: t('coverage:attestations.key'), value: <Copyable text={publicKey} /> },
          {
            name: t('coverage:attestations.verify'),
            value: <Copyable text="holdfast coverage verify FILE --key KEY" />,
          },
        ]}
      />
      <DataTable
        bounded
        caption={t('coverage:attestations.title')}
        rows={attestations}
        rowKey={({ id }) => id}
        empty={<span>{t('coverage:attestations.none')}</span>}
        columns={[
          {
            key: 'day',
            title: t('coverage:column.day'),
            render: ({ day }) => <OneLine>{format.day(day)}</OneLine>,
          },
          {
            key: 'made',
            title: t('coverage:attestations.made'),
            render: ({ madeAt }) => (
              <OneLine>
                <Time of={madeAt} />
              </OneLine>
            ),
          },
          {
            key: 'file',
            title: t('coverage:attestations.file'),
            render: ({ id, day }) => (
              <OneLine>
                <Link
                  inline
                  href={linkTo('readAttestation', { params: { id: Number(id) } })}
                  download={`coverage-${day}.json`}
                >
                  {`coverage-${day}.json`}
                </Link>
              </OneLine>
            ),
          },
        ]}
      />
    </Section>
  )
}

function Heartbeats({ coverage: { id, heartbeats } }: { coverage: Coverage }) {
  const { t } = useTranslation('coverage')
  const format = useFormat()
  const [beginning, setBeginning] = useState(false)
  return (
    <Section title={t('coverage:heartbeats.title')} text={t('coverage:heartbeats.text')}>
      <Buttons>
        <Button onClick={() => setBeginning(true)}>{t('coverage:heartbeats.begin')}</Button>
      </Buttons>
      {heartbeats.length > 0 && (
        <DataTable
          bounded
          caption={t('coverage:heartbeats.title')}
          rows={heartbeats}
          rowKey={({ route, begunAt }) => `${begunAt} ${route}`}
          columns={[
            { key: 'route', title: t('coverage:column.route'), render: ({ route }) => route },
            {
              key: 'begun',
              title: t('coverage:heartbeats.begun'),
              render: ({ begunAt }) => <Time of={begunAt} />,
            },
            {
              key: 'seconds',
              title: t('coverage:heartbeats.seconds'),
              align: 'end',
              render: ({ captureToSearchSeconds: seconds }) =>
                seconds === null ? t('coverage:heartbeats.waiting') : format.number(seconds),
            },
          ]}
        />
      )}
      {beginning && <BeginDialog accountId={id} onClose={() => setBeginning(false)} />}
    </Section>
  )
}

function BeginDialog({ accountId, onClose }: { accountId: number; onClose: () => void }) {
  const { t } = useTranslation(['coverage', 'general'])
  const [route, setRoute] = useState('')
  const begin = useChange('startHeartbeat', { stale: ['readCoverage'] })
  const nonce = begin.data?.nonce
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('coverage:heartbeats.begin')}
      submit={nonce === undefined ? t('coverage:heartbeats.give') : t('general:action.close')}
      onSubmit={() =>
        nonce === undefined ? begin.mutate({ params: { id: accountId }, body: { route } }) : onClose()
      }
      pending={begin.isPending}
      error={begin.error}
      disabled={route.trim() === ''}
    >
      <TextField
        required
        autoFocus
        maxLength={100}
        label={t('coverage:heartbeats.route')}
        value={route}
        onChange={setRoute}
        readOnly={nonce !== undefined}
      />
      {nonce !== undefined && (
        <Notice intent="success" title={t('coverage:heartbeats.send')}>
          <Copyable text={nonce} />
        </Notice>
      )}
    </FormDialog>
  )
}
