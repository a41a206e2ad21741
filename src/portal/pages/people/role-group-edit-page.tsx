import { getRouteApi, useNavigate } from '@tanstack/react-router'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { EndpointName } from '../../../api/index.ts'
import { useCall, useChange } from '../../api/calls.ts'
import { useSession } from '../../api/session.ts'
import { MissingPage } from '../../app/failed-page.tsx'
import { Loaded } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { useTellOutcome } from './own-requests.tsx'
import { bodyOf, RoleGroupForm, type Values } from './role-group-form.tsx'
import { type RoleGroup, useDescription } from './role-groups-page.tsx'

const newRoute = getRouteApi('/signed-in/people/role-groups/new')
const editRoute = getRouteApi('/signed-in/people/role-groups/$id/edit')

const stale: readonly EndpointName[] = ['listRoleGroups', 'listUsers', 'listApprovals', 'readSession']

export function NewRoleGroupPage() {
  const { t } = useTranslation('people')
  const { from } = newRoute.useSearch()
  const groups = useCall('listRoleGroups', undefined)
  return (
    <Loaded call={groups}>
      {(all) => {
        const model = all.find(({ id }) => id === from)
        return (
          <>
            <PageHeader
              title={t('people:roleGroup.create')}
              lead={
                model ? t('people:roleGroup.copyOf', { name: model.name }) : t('people:roleGroup.createText')
              }
              crumbs={[{ to: '/people/role-groups', label: t('people:tabs.roleGroups') }]}
            />
            <CreateForm model={model} />
          </>
        )
      }}
    </Loaded>
  )
}

export function EditRoleGroupPage() {
  const { t } = useTranslation('people')
  const id = Number(editRoute.useParams().id)
  const groups = useCall('listRoleGroups', undefined)
  return (
    <Loaded call={groups}>
      {(all) => {
        const group = all.find((one) => one.id === id)
        if (!group) return <MissingPage />
        return (
          <>
            <PageHeader
              title={t('people:roleGroup.editTitle', { name: group.name })}
              crumbs={[
                { to: '/people/role-groups', label: t('people:tabs.roleGroups') },
                { to: `/people/role-groups/${id}`, label: group.name },
              ]}
            />
            <EditForm group={group} />
          </>
        )
      }}
    </Loaded>
  )
}

function CreateForm({ model }: { model: RoleGroup | undefined }) {
  const { t } = useTranslation('people')
  const navigate = useNavigate()
  const tell = useTellOutcome()
  const [values, setValues] = useState<Values>({
    name: model ? t('people:roleGroup.copyName', { name: model.name }) : '',
    description: model?.description ?? '',
    roles: model?.roles ?? [],
    oidcGroups: '',
  })
  const create = useChange('createRoleGroup', {
    stale,
    onSuccess: async (answer) => {
      tell(answer, t('people:roleGroup.created'))
      const place = answer.state === 'done' ? `/people/role-groups/${answer.result.id}` : '/people/approvals'
      await navigate({ to: place })
    },
  })
  return (
    <RoleGroupForm
      values={values}
      onChange={setValues}
      onSubmit={() => create.mutate({ body: bodyOf(values) })}
      pending={create.isPending}
      error={create.error}
      back="/people/role-groups"
    />
  )
}

function EditForm({ group }: { group: RoleGroup }) {
  const { t } = useTranslation('people')
  const navigate = useNavigate()
  const tell = useTellOutcome()
  const describe = useDescription()
  const own = useSession().user.id
  // As it was when the page was opened: whoever changes it meanwhile makes the server refuse this.
  const [opened] = useState(group)
  const [values, setValues] = useState<Values>({
    name: group.name,
    description: describe(group),
    roles: group.roles,
    oidcGroups: group.oidcGroups.join('\n'),
  })
  const place = `/people/role-groups/${group.id}`
  const change = useChange('changeRoleGroup', {
    stale,
    onSuccess: async (answer) => {
      tell(answer, t('people:roleGroup.saved'))
      await navigate({ to: place })
    },
  })
  const body = () => {
    const next = bodyOf(values)
    // The explanation of a built-in group is translated; it is kept only when somebody wrote another.
    const description = next.description === describe(opened) ? opened.description : next.description
    return { ...next, description, version: opened.version }
  }
  const gains =
    group.members.some(({ userId }) => userId === own) &&
    values.roles.some((role) => !opened.roles.includes(role))
  return (
    <RoleGroupForm
      values={values}
      onChange={setValues}
      onSubmit={() => change.mutate({ params: { id: group.id }, body: body() })}
      pending={change.isPending}
      error={change.error}
      back={place}
      group={group}
      gains={gains}
    />
  )
}
