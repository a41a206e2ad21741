import { Button } from '@fluentui/react-components'
import { ChatMultipleRegular } from '@fluentui/react-icons/svg/chat-multiple'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { Copyable } from '../../components/copyable.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { FormDialog } from '../../components/dialogs.tsx'
import { Facts } from '../../components/facts.tsx'
import { TextField } from '../../components/form.tsx'
import { EmptyState, Loaded, Notice } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'

type Account = Answer<'listAccounts'>[number]
type Made = Answer<'createAccount'>

export function SitePage() {
  const { t } = useTranslation('site')
  const may = useMay()
  const accounts = useCall('listAccounts', undefined)
  const [making, setMaking] = useState(false)
  const [made, setMade] = useState<Made | null>(null)
  const add = may('createAccount') && (
    <Button appearance="primary" onClick={() => setMaking(true)}>
      {t('site:account.add')}
    </Button>
  )
  return (
    <>
      <PageHeader title={t('site:title')} lead={t('site:lead')} actions={add} />
      {made && <Credentials made={made} />}
      <Loaded call={accounts}>{(rows) => <Accounts rows={rows} add={add} />}</Loaded>
      {making && <MakeAccount onClose={() => setMaking(false)} onMade={setMade} />}
    </>
  )
}

function Accounts({ rows, add }: { rows: readonly Account[]; add: React.ReactNode }) {
  const { t } = useTranslation('site')
  const format = useFormat()
  return (
    <DataTable
      caption={t('site:accounts')}
      rows={rows}
      rowKey={({ id }) => id}
      empty={
        <EmptyState icon={<ChatMultipleRegular />} title={t('site:none.title')} action={add}>
          {t('site:none.text')}
        </EmptyState>
      }
      columns={[
        {
          key: 'name',
          title: t('site:account.name'),
          compare: (a, b) => format.compare(a.name, b.name),
          render: ({ id, name }) => (
            <PageLink to={`/archiver-site/${id}`}>
              <bdi>{name}</bdi>
            </PageLink>
          ),
        },
        { key: 'username', title: t('site:account.username'), render: ({ username }) => username },
        {
          key: 'users',
          title: t('site:account.users'),
          align: 'end',
          render: ({ registeredUsers }) => format.number(registeredUsers),
        },
        {
          key: 'records',
          title: t('site:account.records'),
          align: 'end',
          render: ({ records }) => format.number(records),
        },
        {
          key: 'last',
          title: t('site:account.lastCaptured'),
          render: ({ lastCapturedAt }) => <Time of={lastCapturedAt} show="ago" />,
        },
        {
          key: 'gaps',
          title: t('site:account.gaps'),
          align: 'end',
          render: ({ gaps }) => format.number(gaps),
        },
      ]}
    />
  )
}

/** The password is known to nobody from here on. */
function Credentials({ made }: { made: Made }) {
  const { t } = useTranslation('site')
  return (
    <Notice intent="success" title={t('site:made.title', { name: made.account })}>
      {t('site:made.text')}
      <Facts
        facts={[
          { name: t('site:account.address'), value: <Copyable text={`${location.origin}/site`} /> },
          { name: t('site:account.username'), value: <Copyable text={made.username} /> },
          { name: t('site:account.password'), value: <Copyable text={made.password} /> },
        ]}
      />
    </Notice>
  )
}

function MakeAccount({ onClose, onMade }: { onClose: () => void; onMade: (made: Made) => void }) {
  const { t } = useTranslation('site')
  const [name, setName] = useState('')
  const create = useChange('createAccount', {
    stale: ['listAccounts'],
    onSuccess: (made) => {
      onMade(made)
      onClose()
    },
  })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('site:account.add')}
      submit={t('site:account.create')}
      onSubmit={() => create.mutate({ body: { name } })}
      pending={create.isPending}
      disabled={name.trim() === ''}
      error={create.error}
    >
      <TextField
        label={t('site:account.name')}
        hint={t('site:account.nameHint')}
        value={name}
        onChange={setName}
        maxLength={100}
        autoFocus
        required
      />
    </FormDialog>
  )
}
