import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { readingRoles } from '../../../domain/roles.ts'
import { useCall, useChange } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { MissingPage } from '../../app/failed-page.tsx'
import { ConfirmDialog } from '../../components/dialogs.tsx'
import { Section } from '../../components/form.tsx'
import { Loaded } from '../../components/notices.tsx'
import { useNotify } from '../../components/notify.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { StatusBadge, WordTag } from '../../components/status.tsx'
import { Members } from './members.tsx'
import { OwnRequests } from './own-requests.tsx'
import { type RoleGroup, useDescription } from './role-groups-page.tsx'
import { roleTexts } from './role-texts.ts'

const useStyles = makeStyles({
  roles: {
    display: 'grid',
    gridTemplateColumns: 'repeat(auto-fill, minmax(min(100%, 320px), 1fr))',
    gap: `${tokens.spacingVerticalM} ${tokens.spacingHorizontalXL}`,
    margin: 0,
  },
  role: { fontWeight: tokens.fontWeightSemibold },
  text: { margin: 0, color: tokens.colorNeutralForeground2 },
  tags: { display: 'flex', flexWrap: 'wrap', gap: tokens.spacingHorizontalXS },
  list: { margin: 0, paddingInlineStart: '20px' },
})

const route = getRouteApi('/signed-in/people/role-groups/$id')

export function RoleGroupPage() {
  const id = Number(route.useParams().id)
  const groups = useCall('listRoleGroups', undefined)
  return (
    <Loaded call={groups}>
      {(all) => {
        const group = all.find((one) => one.id === id)
        return group ? <Details key={group.id} group={group} /> : <MissingPage />
      }}
    </Loaded>
  )
}

function Details({ group }: { group: RoleGroup }) {
  const { t } = useTranslation('people')
  const describe = useDescription()
  return (
    <>
      <PageHeader
        title={group.name}
        lead={describe(group)}
        crumbs={[{ to: '/people/role-groups', label: t('people:tabs.roleGroups') }]}
        actions={<GroupActions group={group} />}
      />
      <OwnRequests />
      <Members group={group} />
      <Roles group={group} />
      <ProviderGroups group={group} />
      <Filters group={group} />
    </>
  )
}

function GroupActions({ group }: { group: RoleGroup }) {
  const { t } = useTranslation(['people', 'general'])
  const may = useMay()
  const navigate = useNavigate()
  const notify = useNotify()
  const [deleting, setDeleting] = useState(false)
  const remove = useChange('deleteRoleGroup', {
    onSuccess: async () => {
      notify({ title: t('people:roleGroup.deleted', { name: group.name }) })
      await navigate({ to: '/people/role-groups' })
    },
    stale: ['listRoleGroups', 'listUsers'],
  })
  if (!may('changeRoleGroup')) return null
  return (
    <>
      <Button onClick={() => void navigate({ to: `/people/role-groups/${group.id}/edit` })}>
        {t('people:roleGroup.edit')}
      </Button>
      <Button onClick={() => void navigate({ to: '/people/role-groups/new', search: { from: group.id } })}>
        {t('people:roleGroup.copy')}
      </Button>
      {!group.builtIn && <Button onClick={() => setDeleting(true)}>{t('people:roleGroup.delete')}</Button>}
      <ConfirmDialog
        open={deleting}
        onClose={() => setDeleting(false)}
        title={t('people:roleGroup.deleteTitle', { name: group.name })}
        confirm={t('people:roleGroup.delete')}
        onConfirm={() => remove.mutate({ params: { id: group.id } })}
        pending={remove.isPending}
        error={remove.error}
      >
        {t('people:roleGroup.deleteText', { count: group.members.length })}
      </ConfirmDialog>
    </>
  )
}

function Roles({ group }: { group: RoleGroup }) {
  const { t } = useTranslation('people')
  const styles = useStyles()
  if (group.roles.length === 0) {
    return <Section title={t('people:roleGroup.roles')} text={t('people:roleGroup.noRole')} />
  }
  return (
    <Section title={t('people:roleGroup.roles')} text={t('people:roleGroup.rolesText')}>
      <dl className={styles.roles}>
        {group.roles.map((role) => (
          <div key={role}>
            <dt className={styles.role}>
              {role}{' '}
              {readingRoles.has(role) && (
                <StatusBadge tone="warning">{t('people:roleGroup.reads')}</StatusBadge>
              )}
            </dt>
            <dd className={styles.text}>{t(roleTexts[role])}</dd>
          </div>
        ))}
      </dl>
    </Section>
  )
}

function ProviderGroups({ group }: { group: RoleGroup }) {
  const styles = useStyles()
  const { t } = useTranslation('people')
  return (
    <Section title={t('people:roleGroup.oidcGroups')} text={t('people:roleGroup.oidcText')}>
      {group.oidcGroups.length === 0 ? (
        <span>{t('people:roleGroup.noOidc')}</span>
      ) : (
        <div className={styles.tags}>
          {group.oidcGroups.map((name) => (
            <WordTag key={name}>{name}</WordTag>
          ))}
        </div>
      )}
    </Section>
  )
}

function Filters({ group }: { group: RoleGroup }) {
  const { t } = useTranslation('people')
  const styles = useStyles()
  const may = useMay()
  const filters = useCall('listSearchFilters', undefined, { enabled: may('listSearchFilters') })
  const own = (filters.data ?? []).filter(({ for: { kind, id } }) => kind === 'role-group' && id === group.id)
  if (own.length === 0) return null
  return (
    <Section title={t('people:tabs.searchFilters')} text={t('people:roleGroup.limited')}>
      <ul className={styles.list}>
        {own.map(({ id, name }) => (
          <li key={id}>
            <PageLink to="/people/search-filters">{name}</PageLink>
          </li>
        ))}
      </ul>
    </Section>
  )
}
