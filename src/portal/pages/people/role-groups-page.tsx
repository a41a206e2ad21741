import { Button, makeStyles, tokens } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { TextField } from '../../components/form.tsx'
import { Loaded } from '../../components/notices.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { useFormat } from '../../i18n/format.ts'
import { PeopleFrame } from './people-frame.tsx'
import { builtInTexts } from './role-texts.ts'

export type RoleGroup = Answer<'listRoleGroups'>[number]

const useStyles = makeStyles({
  find: { maxWidth: '320px', marginBottom: tokens.spacingVerticalM },
  below: {
    display: 'block',
    minWidth: '220px',
    maxWidth: '60ch',
    color: tokens.colorNeutralForeground2,
    fontSize: tokens.fontSizeBase200,
  },
})

export function RoleGroupsPage() {
  const { t } = useTranslation('people')
  const may = useMay()
  const navigate = useNavigate()
  const create = may('createRoleGroup') && (
    <Button
      appearance="primary"
      icon={<AddRegular />}
      onClick={() => void navigate({ to: '/people/role-groups/new' })}
    >
      {t('people:roleGroup.create')}
    </Button>
  )
  return (
    <PeopleFrame actions={create}>
      <RoleGroups />
    </PeopleFrame>
  )
}

function RoleGroups() {
  const { t } = useTranslation('people')
  const styles = useStyles()
  const groups = useCall('listRoleGroups', undefined)
  const columns = useColumns()
  const [find, setFind] = useState('')
  const wanted = find.trim().toLowerCase()
  return (
    <>
      <div className={styles.find}>
        <TextField label={t('people:roleGroup.find')} type="search" value={find} onChange={setFind} />
      </div>
      <Loaded call={groups}>
        {(all) => (
          <DataTable
            caption={t('people:tabs.roleGroups')}
            rows={all.filter(({ name, roles }) =>
              [name, ...roles].some((text) => text.toLowerCase().includes(wanted)),
            )}
            rowKey={({ id }) => id}
            empty={<span>{t('people:roleGroup.noneFound')}</span>}
            columns={columns}
          />
        )}
      </Loaded>
    </>
  )
}

function useColumns(): Column<RoleGroup>[] {
  const { t } = useTranslation('people')
  const styles = useStyles()
  const format = useFormat()
  const describe = useDescription()
  return [
    {
      key: 'name',
      title: t('people:roleGroup.name'),
      compare: (a, b) => format.compare(a.name, b.name),
      render: (group) => (
        <>
          <PageLink to={`/people/role-groups/${group.id}`}>{group.name}</PageLink>
          <span className={styles.below}>{describe(group)}</span>
        </>
      ),
    },
    {
      key: 'kind',
      title: t('people:roleGroup.kind'),
      compare: (a, b) => Number(b.builtIn) - Number(a.builtIn),
      render: (group) => <Kind group={group} />,
    },
    {
      key: 'roles',
      title: t('people:roleGroup.roles'),
      align: 'end',
      compare: (a, b) => a.roles.length - b.roles.length,
      render: ({ roles }) => format.number(roles.length),
    },
    {
      key: 'members',
      title: t('people:members.title'),
      align: 'end',
      compare: (a, b) => a.members.length - b.members.length,
      render: ({ members }) => format.number(members.length),
    },
    {
      key: 'provider',
      title: t('people:roleGroup.oidcGroups'),
      render: ({ oidcGroups }) => (oidcGroups.length === 0 ? '–' : format.list(oidcGroups)),
    },
  ]
}

export function Kind({ group }: { group: RoleGroup }) {
  const { t } = useTranslation('people')
  return group.builtIn ? (
    <StatusBadge tone="quiet">{t('people:roleGroup.builtIn')}</StatusBadge>
  ) : (
    <StatusBadge tone="busy">{t('people:roleGroup.custom')}</StatusBadge>
  )
}

/** What a group is for: its own words, else those for built-in ones. */
export function useDescription(): (group: RoleGroup) => string {
  const { t } = useTranslation('people')
  return ({ name, description, builtIn }) => {
    const text = builtInTexts[name]
    return description === '' && builtIn && text ? t(text) : description
  }
}
