import { Button } from '@fluentui/react-components'
import { getRouteApi } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../api/calls.ts'
import { MissingPage } from '../../app/failed-page.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { FormDialog } from '../../components/dialogs.tsx'
import { Facts } from '../../components/facts.tsx'
import { Section, TextField } from '../../components/form.tsx'
import { Loaded } from '../../components/notices.tsx'
import { useNotify } from '../../components/notify.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { methodLabels } from '../../i18n/method-labels.ts'
import { OwnRequests } from './own-requests.tsx'
import { UserGroups } from './user-groups.tsx'
import { EndSessions, UserMenu } from './user-menu.tsx'
import { SignInMethods, type User, UserStatus } from './user-status.tsx'

const route = getRouteApi('/signed-in/people/users/$id')

export function UserPage() {
  const id = Number(route.useParams().id)
  const users = useCall('listUsers', undefined)
  return (
    <Loaded call={users}>
      {(all) => {
        const user = all.find((one) => one.id === id)
        return user ? <UserDetails key={user.id} user={user} /> : <MissingPage />
      }}
    </Loaded>
  )
}

function UserDetails({ user }: { user: User }) {
  const { t } = useTranslation('people')
  return (
    <>
      <PageHeader
        title={user.name}
        crumbs={[{ to: '/people', label: t('people:tabs.users') }]}
        actions={<UserMenu user={user} asButton />}
      />
      <OwnRequests />
      <Profile user={user} />
      <UserGroups user={user} />
      <UserSessions user={user} />
    </>
  )
}

function Profile({ user }: { user: User }) {
  const { t } = useTranslation(['people', 'general'])
  const format = useFormat()
  const [editing, setEditing] = useState(false)
  return (
    <Section title={t('people:user.profile')}>
      <Facts
        facts={[
          { name: t('people:users.status'), value: <UserStatus user={user} /> },
          { name: t('people:user.username'), value: user.username },
          { name: t('people:user.email'), value: user.email ?? '–' },
          { name: t('people:user.methods'), value: <SignInMethods user={user} /> },
          { name: t('people:user.lastSignIn'), value: <Time of={user.lastSignInAt} /> },
          { name: t('people:user.created'), value: <Time of={user.createdAt} /> },
          { name: t('people:user.tokens'), value: format.number(user.tokens) },
        ]}
      />
      <div>
        <Button onClick={() => setEditing(true)}>{t('people:user.edit')}</Button>
      </div>
      {editing && <EditUser user={user} onClose={() => setEditing(false)} />}
    </Section>
  )
}

function EditUser({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation(['people', 'general'])
  const notify = useNotify()
  const [name, setName] = useState(user.name)
  const [email, setEmail] = useState(user.email ?? '')
  const update = useChange('updateUser', {
    stale: ['listUsers', 'listRoleGroups'],
    onSuccess: () => {
      onClose()
      notify({ title: t('general:saved') })
    },
  })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('people:user.edit')}
      submit={t('general:action.save')}
      onSubmit={() => update.mutate({ params: { id: user.id }, body: { name, email: email.trim() || null } })}
      pending={update.isPending}
      disabled={name.trim() === ''}
      error={update.error}
    >
      <TextField
        label={t('people:user.name')}
        value={name}
        onChange={setName}
        maxLength={200}
        autoFocus
        required
      />
      <TextField
        label={t('people:user.email')}
        type="email"
        value={email}
        onChange={setEmail}
        maxLength={254}
      />
    </FormDialog>
  )
}

function UserSessions({ user }: { user: User }) {
  const { t } = useTranslation(['people', 'general'])
  const sessions = useCall('listUserSessions', { params: { id: user.id } })
  const [ending, setEnding] = useState(false)
  return (
    <Section title={t('people:sessions.title')} text={t('people:sessions.text')}>
      <Loaded call={sessions}>
        {(rows) => (
          <>
            <DataTable
              caption={t('people:sessions.title')}
              rows={rows}
              rowKey={({ id }) => id}
              empty={<span>{t('people:sessions.none')}</span>}
              columns={[
                {
                  key: 'agent',
                  title: t('people:sessions.browser'),
                  render: ({ userAgent }) => userAgent ?? '–',
                },
                {
                  key: 'method',
                  title: t('people:sessions.method'),
                  render: (row) => t(methodLabels[row.method]),
                },
                { key: 'ip', title: t('people:sessions.address'), render: ({ clientIp }) => clientIp ?? '–' },
                {
                  key: 'seen',
                  title: t('people:sessions.seen'),
                  render: (row) => <Time of={row.lastSeenAt} show="ago" />,
                },
                {
                  key: 'expires',
                  title: t('people:sessions.expires'),
                  render: (row) => <Time of={row.expiresAt} />,
                },
              ]}
            />
            {rows.length > 0 && (
              <div>
                <Button onClick={() => setEnding(true)}>{t('people:menu.endSessions')}</Button>
              </div>
            )}
          </>
        )}
      </Loaded>
      {ending && <EndSessions user={user} onClose={() => setEnding(false)} />}
    </Section>
  )
}
