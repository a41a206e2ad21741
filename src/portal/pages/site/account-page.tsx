import { useParams } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { Copyable } from '../../components/copyable.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { Facts, Figures } from '../../components/facts.tsx'
import { Section } from '../../components/form.tsx'
import { Loaded } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { useNames } from '../coverage/labels.ts'
import { CaptureRoutes } from './capture-routes.tsx'
import { Captures } from './captures.tsx'
import { RegisteredUsers } from './registered-users.tsx'

type Account = Answer<'readAccount'>

export function AccountPage() {
  const { id } = useParams({ from: '/signed-in/archiver-site/$id' })
  const account = useCall('readAccount', { params: { id: Number(id) } })
  return <Loaded call={account}>{(facts) => <OneAccount account={facts} />}</Loaded>
}

function OneAccount({ account }: { account: Account }) {
  const { t } = useTranslation(['site', 'activation'])
  return (
    <>
      <PageHeader
        title={account.name}
        crumbs={[{ label: t('site:title'), to: '/archiver-site' }]}
        actions={
          <PageLink to={`/archiver-site/${account.id}/activation`}>{t('activation:admin.open')}</PageLink>
        }
      />
      <Journal account={account} />
      <RegisteredUsers accountId={account.id} />
      <CaptureRoutes accountId={account.id} />
      <Captures accountId={account.id} />
      <Gaps accountId={account.id} />
    </>
  )
}

function Journal({ account }: { account: Account }) {
  const { t } = useTranslation('site')
  const format = useFormat()
  const { whatsapp, wechat } = account.byFamily
  const waiting =
    whatsapp.lastSequence - whatsapp.acknowledgedSequence + wechat.lastSequence - wechat.acknowledgedSequence
  return (
    <Section title={t('site:journal.title')} text={t('site:journal.text')}>
      <Figures
        figures={[
          { name: t('site:journal.whatsapp'), value: format.number(whatsapp.records) },
          { name: t('site:journal.wechat'), value: format.number(wechat.records) },
          { name: t('site:journal.waiting'), value: format.number(Math.max(0, waiting)) },
          { name: t('site:journal.apart'), value: format.number(account.attachments) },
          { name: t('site:journal.sealed'), value: format.bytes(account.sealedBytes) },
        ]}
      />
      <Facts
        facts={[
          { name: t('site:account.username'), value: account.username },
          { name: t('site:account.address'), value: <Copyable text={`${location.origin}/site`} /> },
          { name: t('site:account.lastCaptured'), value: <Time of={account.lastCapturedAt} /> },
          { name: t('site:journal.key'), value: <Copyable text={account.keyFingerprint} /> },
          { name: t('site:journal.created'), value: <Time of={account.createdAt} /> },
        ]}
      />
    </Section>
  )
}

/** What is known to be missing; its sentences can be read at the centre only, as the run's exceptions. */
function Gaps({ accountId }: { accountId: number }) {
  const { t } = useTranslation('site')
  const format = useFormat()
  const names = useNames()
  const gaps = useCall('listGaps', { params: { id: accountId } })
  return (
    <Section title={t('site:gaps.title')} text={t('site:gaps.text')}>
      <Loaded call={gaps}>
        {(rows) => (
          <DataTable
            caption={t('site:gaps.title')}
            rows={rows}
            rowKey={({ reason, source }) => `${reason} ${source}`}
            empty={<span>{t('site:gaps.none')}</span>}
            columns={[
              {
                key: 'reason',
                title: t('site:gaps.reason'),
                render: ({ reason }) => names.reason(reason),
              },
              {
                key: 'source',
                title: t('site:capture.source'),
                render: ({ source }) => names.source(source),
              },
              {
                key: 'count',
                title: t('site:gaps.count'),
                align: 'end',
                render: ({ count }) => format.number(count),
              },
              {
                key: 'last',
                title: t('site:gaps.last'),
                render: ({ lastFoundAt }) => <Time of={lastFoundAt} />,
              },
            ]}
          />
        )}
      </Loaded>
    </Section>
  )
}
