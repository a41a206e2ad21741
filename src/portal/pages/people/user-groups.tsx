import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../api/calls.ts'
import { useSession } from '../../api/session.ts'
import { DataTable } from '../../components/data-table.tsx'
import { FormDialog } from '../../components/dialogs.tsx'
import { ChoiceField, Section } from '../../components/form.tsx'
import { Notice } from '../../components/notices.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { WordTag } from '../../components/status.tsx'
import { useFormat } from '../../i18n/format.ts'
import { originLabels, RemoveMember } from './members.tsx'
import { useTellOutcome } from './own-requests.tsx'
import type { User } from './user-status.tsx'

const useStyles = makeStyles({
  roles: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'center',
    gap: tokens.spacingHorizontalXS,
    maxWidth: '110ch',
  },
})

/** The role groups a user is in, and what they let him do together. */
export function UserGroups({ user }: { user: User }) {
  const styles = useStyles()
  const { t } = useTranslation(['people', 'general'])
  const groups = useCall('listRoleGroups', undefined)
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<{ id: number; name: string } | null>(null)
  const own = (groups.data ?? []).filter(({ members }) => members.some(({ userId }) => userId === user.id))
  const roles = [...new Set(own.flatMap((group) => group.roles))].sort()
  return (
    <Section title={t('people:tabs.roleGroups')} text={t('people:groups.text')}>
      <DataTable
        caption={t('people:tabs.roleGroups')}
        rows={user.roleGroups}
        rowKey={({ id }) => id}
        empty={<span>{t('people:groups.none')}</span>}
        columns={[
          {
            key: 'name',
            title: t('people:roleGroup.name'),
            render: ({ id, name }) => <PageLink to={`/people/role-groups/${id}`}>{name}</PageLink>,
          },
          {
            key: 'origin',
            title: t('people:members.origin'),
            render: ({ origin }) => t(originLabels[origin]),
          },
          {
            key: 'remove',
            title: t('general:actions'),
            render: (group) =>
              group.origin === 'manual' && (
                <Button
                  size="small"
                  aria-label={t('people:members.removeOne', { name: group.name })}
                  onClick={() => setRemoving(group)}
                >
                  {t('people:groups.remove')}
                </Button>
              ),
          },
        ]}
      />
      {roles.length > 0 && (
        <div className={styles.roles}>
          <span>{t('people:groups.roles')}</span>
          {roles.map((role) => (
            <WordTag key={role}>{role}</WordTag>
          ))}
        </div>
      )}
      <div>
        <Button onClick={() => setAdding(true)}>{t('people:groups.add')}</Button>
      </div>
      {adding && <AddToGroup user={user} onClose={() => setAdding(false)} />}
      {removing && <RemoveMember group={removing} user={user} onClose={() => setRemoving(null)} />}
    </Section>
  )
}

function AddToGroup({ user, onClose }: { user: User; onClose: () => void }) {
  const { t } = useTranslation('people')
  const format = useFormat()
  const self = useSession().user.id === user.id
  const tell = useTellOutcome()
  const groups = useCall('listRoleGroups', undefined)
  const [chosen, setChosen] = useState('')
  const given = user.roleGroups.filter(({ origin }) => origin === 'manual').map(({ id }) => id)
  const free = (groups.data ?? []).filter(({ id }) => !given.includes(id))
  const group = free.find(({ id }) => String(id) === chosen)
  const change = useChange('changeMembers', {
    stale: ['listUsers', 'listRoleGroups', 'listApprovals', 'readSession'],
    onSuccess: (answer) => {
      onClose()
      tell(answer, t('people:members.changed'))
    },
  })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('people:groups.addTitle', { name: user.name })}
      submit={t('people:groups.add')}
      onSubmit={() => group && change.mutate({ params: { id: group.id }, body: { add: [user.id] } })}
      pending={change.isPending}
      disabled={!group}
      error={change.error}
    >
      {self && (
        <Notice intent="warning" title={t('people:self.title')}>
          {t('people:self.text')}
        </Notice>
      )}
      <ChoiceField
        label={t('people:groups.choose')}
        value={chosen}
        onChange={setChosen}
        choices={[
          { value: '', label: t('people:groups.chooseNone') },
          ...free.map(({ id, name }) => ({ value: String(id), label: name })),
        ]}
        required
      />
      {group && <span>{t('people:groups.gives', { roles: format.list(group.roles) })}</span>}
    </FormDialog>
  )
}
