import { Button, Checkbox, Field } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { useSession } from '../../api/session.ts'
import { Copyable } from '../../components/copyable.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { FormDialog } from '../../components/dialogs.tsx'
import { ChoiceField, Section, TextField } from '../../components/form.tsx'
import { ErrorNotice, Loaded, Notice } from '../../components/notices.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'

type Token = Answer<'listTokens'>[number]

export function Tokens() {
  const { t } = useTranslation(['account', 'general'])
  const format = useFormat()
  const tokens = useCall('listTokens', undefined)
  const [making, setMaking] = useState(false)
  const [made, setMade] = useState<string | null>(null)
  const revoke = useChange('revokeToken', { stale: ['listTokens'] })
  return (
    <Section title={t('account:tokens.title')} text={t('account:tokens.text')}>
      {made && (
        <Notice intent="success" title={t('account:tokens.once')}>
          <Copyable text={made} />
        </Notice>
      )}
      <ErrorNotice error={revoke.error} />
      <Loaded call={tokens}>
        {(rows) => (
          <DataTable
            caption={t('account:tokens.title')}
            rows={rows}
            rowKey={({ id }) => id}
            empty={<span>{t('account:tokens.none')}</span>}
            columns={[
              { key: 'name', title: t('account:tokens.name'), render: ({ name }) => name },
              { key: 'roles', title: t('account:tokens.roles'), render: ({ roles }) => format.list(roles) },
              { key: 'expires', title: t('account:expires'), render: (row) => <Time of={row.expiresAt} /> },
              { key: 'used', title: t('account:lastUsed'), render: (row) => <Time of={row.lastUsedAt} /> },
              {
                key: 'revoke',
                title: t('general:actions'),
                render: (row) => (
                  <Revoke token={row} onRevoke={() => revoke.mutate({ params: { id: row.id } })} />
                ),
              },
            ]}
          />
        )}
      </Loaded>
      <div>
        <Button onClick={() => setMaking(true)}>{t('account:tokens.add')}</Button>
      </div>
      {making && <MakeToken onClose={() => setMaking(false)} onMade={setMade} />}
    </Section>
  )
}

function Revoke({ token, onRevoke }: { token: Token; onRevoke: () => void }) {
  const { t } = useTranslation('account')
  if (token.revokedAt !== null) return <StatusBadge tone="quiet">{t('account:tokens.revoked')}</StatusBadge>
  return (
    <Button size="small" onClick={onRevoke}>
      {t('account:tokens.revoke')}
    </Button>
  )
}

const lifetimes = ['7', '30', '90', '366'] as const

function MakeToken({ onClose, onMade }: { onClose: () => void; onMade: (token: string) => void }) {
  const { t } = useTranslation('account')
  const { roles: own } = useSession()
  const [name, setName] = useState('')
  const [roles, setRoles] = useState<readonly (typeof own)[number][]>([])
  const [days, setDays] = useState<(typeof lifetimes)[number]>('30')
  const make = useChange('createToken', {
    stale: ['listTokens'],
    onSuccess: ({ token }) => {
      onMade(token)
      onClose()
    },
  })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('account:tokens.add')}
      submit={t('account:tokens.make')}
      onSubmit={() => make.mutate({ body: { name, roles: [...roles], days: Number(days) } })}
      pending={make.isPending}
      disabled={name.trim() === '' || roles.length === 0}
      error={make.error}
    >
      <TextField
        label={t('account:tokens.name')}
        value={name}
        onChange={setName}
        maxLength={100}
        autoFocus
        required
      />
      <ChoiceField
        label={t('account:tokens.lifetime')}
        value={days}
        onChange={setDays}
        choices={lifetimes.map((value) => ({
          value,
          label: t('account:tokens.days', { count: Number(value) }),
        }))}
      />
      <Field label={t('account:tokens.roles')} hint={t('account:tokens.rolesHint')} required>
        <div>
          {own.map((role) => (
            <Checkbox
              key={role}
              label={role}
              checked={roles.includes(role)}
              onChange={(_, { checked }) =>
                setRoles(checked ? [...roles, role] : roles.filter((one) => one !== role))
              }
            />
          ))}
        </div>
      </Field>
    </FormDialog>
  )
}
