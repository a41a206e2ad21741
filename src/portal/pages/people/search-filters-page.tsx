import { Button } from '@fluentui/react-components'
import { AddRegular } from '@fluentui/react-icons/svg/add'
import { FilterRegular } from '@fluentui/react-icons/svg/filter'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { ConfirmDialog } from '../../components/dialogs.tsx'
import { EmptyState, Loaded } from '../../components/notices.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { AddSearchFilter } from './add-search-filter.tsx'
import { useTellOutcome } from './own-requests.tsx'
import { PeopleFrame } from './people-frame.tsx'

type SearchFilter = Answer<'listSearchFilters'>[number]

export function SearchFiltersPage() {
  const { t } = useTranslation('people')
  const [adding, setAdding] = useState(false)
  const [removing, setRemoving] = useState<SearchFilter | null>(null)
  const filters = useCall('listSearchFilters', undefined)
  const columns = useColumns(setRemoving)
  const add = (
    <Button appearance="primary" icon={<AddRegular />} onClick={() => setAdding(true)}>
      {t('people:filter.add')}
    </Button>
  )
  return (
    <PeopleFrame actions={add}>
      <p>{t('people:filter.text')}</p>
      <Loaded call={filters}>
        {(rows) => (
          <DataTable
            caption={t('people:tabs.searchFilters')}
            rows={rows}
            rowKey={({ id }) => id}
            columns={columns}
            empty={
              <EmptyState icon={<FilterRegular />} title={t('people:filter.none')}>
                {t('people:filter.noneText')}
              </EmptyState>
            }
          />
        )}
      </Loaded>
      {adding && <AddSearchFilter onClose={() => setAdding(false)} />}
      {removing && <DeleteFilter filter={removing} onClose={() => setRemoving(null)} />}
    </PeopleFrame>
  )
}

function useColumns(onRemove: (filter: SearchFilter) => void): Column<SearchFilter>[] {
  const { t } = useTranslation(['people', 'general'])
  const format = useFormat()
  return [
    {
      key: 'name',
      title: t('people:filter.name'),
      compare: (a, b) => format.compare(a.name, b.name),
      render: ({ name }) => name,
    },
    {
      key: 'for',
      title: t('people:filter.for'),
      render: ({ for: { kind, id, name } }) => (
        <PageLink to={kind === 'user' ? `/people/users/${id}` : `/people/role-groups/${id}`}>{name}</PageLink>
      ),
    },
    {
      key: 'mailboxes',
      title: t('people:filter.mailboxes'),
      render: ({ mailboxes }) => (mailboxes.length === 0 ? '–' : format.list(mailboxes)),
    },
    {
      key: 'departments',
      title: t('people:filter.departments'),
      render: ({ departments }) => (departments.length === 0 ? '–' : format.list(departments)),
    },
    { key: 'by', title: t('people:filter.createdBy'), render: ({ createdBy }) => createdBy },
    { key: 'at', title: t('people:user.created'), render: ({ createdAt }) => <Time of={createdAt} /> },
    {
      key: 'remove',
      title: t('general:actions'),
      render: (filter) => (
        <Button
          size="small"
          aria-label={t('people:filter.removeOne', { name: filter.name })}
          onClick={() => onRemove(filter)}
        >
          {t('general:action.remove')}
        </Button>
      ),
    },
  ]
}

function DeleteFilter({ filter, onClose }: { filter: SearchFilter; onClose: () => void }) {
  const { t } = useTranslation(['people', 'general'])
  const tell = useTellOutcome()
  const remove = useChange('deleteSearchFilter', {
    stale: ['listSearchFilters', 'listApprovals'],
    onSuccess: (answer) => {
      onClose()
      tell(answer, t('people:filter.deleted'))
    },
  })
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('people:filter.deleteTitle', { name: filter.name })}
      confirm={t('general:action.remove')}
      onConfirm={() => remove.mutate({ params: { id: filter.id } })}
      pending={remove.isPending}
      error={remove.error}
    >
      {t('people:filter.deleteText', { name: filter.for.name })}
    </ConfirmDialog>
  )
}
