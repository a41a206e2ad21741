import { Button } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { EndpointName } from '../../../api/index.ts'
import { useCall, useChange } from '../../api/calls.ts'
import { useMay, useSession } from '../../api/session.ts'
import { DataTable } from '../../components/data-table.tsx'
import { ConfirmDialog, FormDialog } from '../../components/dialogs.tsx'
import { Section } from '../../components/form.tsx'
import { Notice } from '../../components/notices.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { useTellOutcome } from './own-requests.tsx'
import { PickUsers } from './pick-users.tsx'
import type { RoleGroup } from './role-groups-page.tsx'

type Member = RoleGroup['members'][number]

export const originLabels: Readonly<Record<Member['origin'], string>> = {
  manual: 'people:members.manual',
  oidc: 'people:members.oidc',
}

const stale: readonly EndpointName[] = ['listRoleGroups', 'listUsers', 'listApprovals', 'readSession']

/** Who is in a role group; adding and removing. */
export function Members({ group }: { group: RoleGroup }) {
  const { t } = useTranslation('people')
  const may = useMay()
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<Member | null>(null)
  return (
    <Section title={t('people:members.title')}>
      <MembersTable group={group} onRemove={setRemoving} />
      {may('changeMembers') && (
        <div>
          <Button appearance="primary" onClick={() => setAdding(true)}>
            {t('people:members.add')}
          </Button>
        </div>
      )}
      {adding && <AddMembers group={group} onClose={() => setAdding(false)} />}
      {removing && (
        <RemoveMember
          group={group}
          user={{ id: removing.userId, name: removing.name }}
          onClose={() => setRemoving(null)}
        />
      )}
    </Section>
  )
}

function MembersTable({ group, onRemove }: { group: RoleGroup; onRemove: (member: Member) => void }) {
  const { t } = useTranslation(['people', 'general'])
  const may = useMay()
  const format = useFormat()
  return (
    <DataTable
      caption={t('people:members.title')}
      rows={group.members}
      rowKey={({ userId }) => userId}
      empty={<span>{t('people:members.none')}</span>}
      columns={[
        {
          key: 'name',
          title: t('people:user.name'),
          compare: (a, b) => format.compare(a.name, b.name),
          render: ({ userId, name }) =>
            may('listUsers') ? <PageLink to={`/people/users/${userId}`}>{name}</PageLink> : name,
        },
        { key: 'username', title: t('people:user.username'), render: ({ username }) => username },
        { key: 'origin', title: t('people:members.origin'), render: ({ origin }) => t(originLabels[origin]) },
        { key: 'by', title: t('people:members.addedBy'), render: ({ addedBy }) => addedBy },
        { key: 'at', title: t('people:members.addedAt'), render: ({ addedAt }) => <Time of={addedAt} /> },
        ...(may('changeMembers')
          ? [
              {
                key: 'remove',
                title: t('general:actions'),
                render: (member: Member) => (
                  <Button
                    size="small"
                    aria-label={t('people:members.removeOne', { name: member.name })}
                    onClick={() => onRemove(member)}
                  >
                    {t('general:action.remove')}
                  </Button>
                ),
              },
            ]
          : []),
      ]}
    />
  )
}

function AddMembers({ group, onClose }: { group: RoleGroup; onClose: () => void }) {
  const { t } = useTranslation('people')
  const own = useSession().user.id
  const tell = useTellOutcome()
  const users = useCall('listUsers', undefined)
  const [chosen, setChosen] = useState<readonly number[]>([])
  const members = group.members.filter(({ origin }) => origin === 'manual').map(({ userId }) => userId)
  const change = useChange('changeMembers', {
    stale,
    onSuccess: (answer) => {
      onClose()
      tell(answer, t('people:members.changed'))
    },
  })
  return (
    <FormDialog
      open
      onClose={onClose}
      title={t('people:members.addTitle', { name: group.name })}
      submit={t('people:members.add')}
      onSubmit={() => change.mutate({ params: { id: group.id }, body: { add: [...chosen] } })}
      pending={change.isPending}
      disabled={chosen.length === 0}
      error={change.error}
    >
      {chosen.includes(own) && (
        <Notice intent="warning" title={t('people:self.title')}>
          {t('people:self.text')}
        </Notice>
      )}
      <PickUsers
        users={(users.data ?? []).filter(
          ({ id, disabledAt }) => disabledAt === null && !members.includes(id),
        )}
        chosen={chosen}
        onChoose={setChosen}
      />
    </FormDialog>
  )
}

export function RemoveMember(props: {
  group: { readonly id: number; readonly name: string }
  user: { readonly id: number; readonly name: string }
  onClose: () => void
}) {
  const { group, user, onClose } = props
  const { t } = useTranslation(['people', 'general'])
  const tell = useTellOutcome()
  const change = useChange('changeMembers', {
    stale,
    onSuccess: (answer) => {
      onClose()
      tell(answer, t('people:members.changed'))
    },
  })
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('people:members.removeTitle', { user: user.name, group: group.name })}
      confirm={t('general:action.remove')}
      onConfirm={() => change.mutate({ params: { id: group.id }, body: { remove: [user.id] } })}
      pending={change.isPending}
      error={change.error}
    >
      {t('people:members.removeText')}
    </ConfirmDialog>
  )
}
