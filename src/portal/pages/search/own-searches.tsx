import { Button } from '@fluentui/react-components'
import { SearchRegular } from '@fluentui/react-icons/svg/search'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import type { SearchFacts } from '../../../api/endpoints/searches.ts'
import { useCall } from '../../api/calls.ts'
import { type Column, DataTable } from '../../components/data-table.tsx'
import { Buttons, Section } from '../../components/form.tsx'
import { MessageText } from '../../components/message-text.tsx'
import { EmptyState, Loaded } from '../../components/notices.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { DeleteDialog, NameDialog } from './search-dialogs.tsx'

/** The searches that were saved, and the last others. */
export function OwnSearches() {
  const searches = useCall('listSearches', undefined)
  const [naming, setNaming] = useState<SearchFacts | null>(null)
  const [deleting, setDeleting] = useState<SearchFacts | null>(null)
  return (
    <>
      <Loaded call={searches}>
        {(all) => (
          <Lists
            saved={all.filter(({ name }) => name !== null)}
            recent={all.filter(({ name }) => name === null)}
            onName={setNaming}
            onDelete={setDeleting}
          />
        )}
      </Loaded>
      {naming && <NameDialog search={naming} onClose={() => setNaming(null)} />}
      {deleting && <DeleteDialog search={deleting} onClose={() => setDeleting(null)} />}
    </>
  )
}

interface Acts {
  readonly onName: (search: SearchFacts) => void
  readonly onDelete: (search: SearchFacts) => void
}

function Lists(props: Acts & { saved: readonly SearchFacts[]; recent: readonly SearchFacts[] }) {
  const { saved, recent, ...acts } = props
  const { t } = useTranslation('search')
  const savedColumns = useColumns(acts, true)
  const recentColumns = useColumns(acts, false)
  if (saved.length + recent.length === 0) {
    return (
      <EmptyState icon={<SearchRegular />} title={t('search:own.none')}>
        {t('search:own.noneText')}
      </EmptyState>
    )
  }
  return (
    <>
      <Section title={t('search:own.saved')}>
        <DataTable
          caption={t('search:own.saved')}
          rows={saved}
          rowKey={({ id }) => id}
          columns={savedColumns}
          empty={<span>{t('search:own.noneSaved')}</span>}
        />
      </Section>
      {recent.length > 0 && (
        <Section title={t('search:own.recent')} text={t('search:own.recentText')}>
          <DataTable
            caption={t('search:own.recent')}
            rows={recent}
            rowKey={({ id }) => id}
            columns={recentColumns}
          />
        </Section>
      )}
    </>
  )
}

function useColumns({ onName, onDelete }: Acts, saved: boolean): Column<SearchFacts>[] {
  const { t } = useTranslation(['search', 'general'])
  const format = useFormat()
  const name: Column<SearchFacts> = {
    key: 'name',
    title: t('search:own.name'),
    compare: (one, other) => format.compare(one.name ?? '', other.name ?? ''),
    render: (search) => <PageLink to={`/search/${search.id}`}>{search.name}</PageLink>,
  }
  const query: Column<SearchFacts> = {
    key: 'query',
    title: t('search:own.query'),
    render: (search) =>
      saved ? (
        <Asked search={search} />
      ) : (
        <PageLink to={`/search/${search.id}`}>{<Asked search={search} />}</PageLink>
      ),
  }
  return [
    ...(saved ? [name] : []),
    query,
    {
      key: 'mailboxes',
      title: t('search:mailboxes.title'),
      render: ({ mailboxes }) =>
        mailboxes === null
          ? t('search:mailboxes.every')
          : t('search:mailboxes.count', { count: mailboxes.length, number: format.number(mailboxes.length) }),
    },
    {
      key: 'run',
      title: t('search:own.lastRun'),
      compare: (one, other) => one.lastRunAt.localeCompare(other.lastRunAt),
      render: ({ lastRunAt }) => <Time of={lastRunAt} />,
    },
    {
      key: 'acts',
      title: t('general:actions'),
      render: (search) => <RowActs search={search} onName={onName} onDelete={onDelete} />,
    },
  ]
}

function RowActs({ search, onName, onDelete }: Acts & { search: SearchFacts }) {
  const { t } = useTranslation('search')
  const label = search.name ?? (search.keyql.slice(0, 60) || t('search:own.everything'))
  return (
    <Buttons>
      <Button
        size="small"
        aria-label={
          search.name === null ? t('search:own.saveOne', { label }) : t('search:own.renameOne', { label })
        }
        onClick={() => onName(search)}
      >
        {search.name === null ? t('search:own.save') : t('search:own.rename')}
      </Button>
      <Button size="small" aria-label={t('search:own.deleteOne', { label })} onClick={() => onDelete(search)}>
        {t('search:own.delete')}
      </Button>
    </Buttons>
  )
}

function Asked({ search }: { search: SearchFacts }) {
  const { t } = useTranslation('search')
  const shownMax = 200
  const { keyql } = search
  if (keyql === '') return t('search:own.everything')
  return <MessageText text={keyql.length > shownMax ? `${keyql.slice(0, shownMax)}…` : keyql} />
}
