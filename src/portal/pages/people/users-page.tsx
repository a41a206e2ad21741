import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { PersonAddRegular } from '@fluentui/react-icons/svg/person-add'
import { Navigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { ChoiceField, TextField } from '../../components/form.tsx'
import { Loaded } from '../../components/notices.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { InviteUser } from './invite-user.tsx'
import { PeopleFrame } from './people-frame.tsx'
import { UserMenu } from './user-menu.tsx'
import { SignInMethods, type User, UserStatus } from './user-status.tsx'

const useStyles = makeStyles({
  filters: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 320px) minmax(0, 220px)',
    gap: tokens.spacingHorizontalM,
    marginBottom: tokens.spacingVerticalM,
    '@media (max-width: 640px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
  count: { margin: `0 0 ${tokens.spacingVerticalS}`, color: tokens.colorNeutralForeground2 },
  below: { display: 'block', color: tokens.colorNeutralForeground2, fontSize: tokens.fontSizeBase200 },
  groups: { minWidth: '180px' },
})

export function UsersPage() {
  const { t } = useTranslation('people')
  const may = useMay()
  const [inviting, setInviting] = useState(false)
  if (!may('listUsers')) return <Navigate to="/people/role-groups" replace />
  const invite = (
    <Button appearance="primary" icon={<PersonAddRegular />} onClick={() => setInviting(true)}>
      {t('people:invite.action')}
    </Button>
  )
  return (
    <PeopleFrame actions={invite}>
      <Users />
      {inviting && <InviteUser onClose={() => setInviting(false)} />}
    </PeopleFrame>
  )
}

const statuses = ['all', 'active', 'invited', 'locked', 'disabled'] as const
type Status = (typeof statuses)[number]

const statusLabels: Readonly<Record<Status, string>> = {
  all: 'people:users.all',
  active: 'people:user.active',
  invited: 'people:user.invited',
  locked: 'people:user.locked',
  disabled: 'people:user.disabled',
}

function statusOf({ disabledAt, lockedUntil, lastSignInAt }: User): Status {
  if (disabledAt !== null) return 'disabled'
  if (lockedUntil !== null) return 'locked'
  return lastSignInAt === null ? 'invited' : 'active'
}

function Users() {
  const { t } = useTranslation('people')
  const styles = useStyles()
  const users = useCall('listUsers', undefined)
  const columns = useColumns()
  const [find, setFind] = useState('')
  const [status, setStatus] = useState<Status>('all')
  const wanted = find.trim().toLowerCase()
  const matches = (user: User) =>
    (status === 'all' || statusOf(user) === status) &&
    [user.name, user.username, user.email ?? '', ...user.roleGroups.map(({ name }) => name)].some((text) =>
      text.toLowerCase().includes(wanted),
    )
  return (
    <>
      <div className={styles.filters}>
        <TextField label={t('people:users.find')} type="search" value={find} onChange={setFind} />
        <ChoiceField
          label={t('people:users.status')}
          value={status}
          onChange={setStatus}
          choices={statuses.map((value) => ({ value, label: t(statusLabels[value]) }))}
        />
      </div>
      <Loaded call={users}>
        {(all) => {
          const rows = all.filter(matches)
          return (
            <>
              <p className={styles.count} aria-live="polite">
                {t('people:users.count', { count: rows.length })}
              </p>
              <DataTable
                caption={t('people:tabs.users')}
                columns={columns}
                rows={rows}
                rowKey={({ id }) => id}
                empty={<span>{t('people:users.none')}</span>}
              />
            </>
          )
        }}
      </Loaded>
    </>
  )
}

function useColumns(): Column<User>[] {
  const { t } = useTranslation(['people', 'general'])
  const styles = useStyles()
  const format = useFormat()
  return [
    {
      key: 'name',
      title: t('people:user.name'),
      compare: (a, b) => format.compare(a.name, b.name),
      render: ({ id, name, email }) => (
        <>
          <PageLink to={`/people/users/${id}`}>{name}</PageLink>
          {email && <span className={styles.below}>{email}</span>}
        </>
      ),
    },
    {
      key: 'username',
      title: t('people:user.username'),
      compare: (a, b) => format.compare(a.username, b.username),
      render: ({ username }) => username,
    },
    { key: 'status', title: t('people:users.status'), render: (user) => <UserStatus user={user} /> },
    { key: 'groups', title: t('people:tabs.roleGroups'), render: (user) => <Groups user={user} /> },
    { key: 'methods', title: t('people:user.methods'), render: (user) => <SignInMethods user={user} /> },
    {
      key: 'last',
      title: t('people:user.lastSignIn'),
      compare: (a, b) => (a.lastSignInAt ?? '').localeCompare(b.lastSignInAt ?? ''),
      render: ({ lastSignInAt }) => <Time of={lastSignInAt} />,
    },
    {
      key: 'actions',
      title: t('general:actions'),
      render: (user) => <UserMenu user={user} />,
    },
  ]
}

const groupsShown = 2

function Groups({ user }: { user: User }) {
  const { t } = useTranslation('people')
  const styles = useStyles()
  const format = useFormat()
  const names = user.roleGroups.map(({ name }) => name)
  if (names.length === 0) return <span>{t('people:user.noGroup')}</span>
  const more = names.length - groupsShown
  const shown = names.slice(0, groupsShown)
  return (
    <div className={styles.groups} title={format.list(names)}>
      {format.list(more > 0 ? [...shown, t('people:user.moreGroups', { count: more })] : shown)}
    </div>
  )
}
