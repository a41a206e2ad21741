import { Button, Field, makeStyles, SearchBox, tokens } from '@fluentui/react-components'
import { MailMultipleRegular } from '@fluentui/react-icons/svg/mail-multiple'
import { useDeferredValue, useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useChange, usePages } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { DataTable } from '../../components/data-table.tsx'
import { FileProblems, FileUpload } from '../../components/file-upload.tsx'
import { ChoiceField, Section } from '../../components/form.tsx'
import { MessageText } from '../../components/message-text.tsx'
import { EmptyState, ErrorNotice, Notice, Waiting } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { useFormat } from '../../i18n/format.ts'
import { type Mailbox, MailboxDialog } from './mailbox-dialog.tsx'
import { MailboxTabs } from './mailbox-tabs.tsx'

const useStyles = makeStyles({
  filters: {
    display: 'grid',
    gridTemplateColumns: 'minmax(0, 360px) minmax(160px, max-content)',
    gap: tokens.spacingHorizontalM,
    '@media (max-width: 640px)': { gridTemplateColumns: 'minmax(0, 1fr)' },
  },
})

export function MailboxesPage() {
  const styles = useStyles()
  const { t } = useTranslation('mailboxes')
  const may = useMay()
  const [find, setFind] = useState('')
  const [active, setActive] = useState<'' | 'true' | 'false'>('')
  const [open, setOpen] = useState<Mailbox | 'new' | null>(null)
  const asked = useDeferredValue(find.trim())
  const pages = usePages('listMailboxes', {
    query: { limit: 100, ...(asked ? { find: asked } : {}), ...(active ? { active } : {}) },
  })
  const rows = pages.data?.pages.flatMap((page) => page.items) ?? []
  const add = may('createMailbox') && (
    <Button appearance="primary" onClick={() => setOpen('new')}>
      {t('mailboxes:add')}
    </Button>
  )
  return (
    <>
      <PageHeader title={t('mailboxes:title')} lead={t('mailboxes:lead')} actions={add} />
      <MailboxTabs />
      <Section title={t('mailboxes:people')}>
        <div className={styles.filters}>
          <Field label={t('mailboxes:find')}>
            <SearchBox value={find} onChange={(_, data) => setFind(data.value)} />
          </Field>
          <ChoiceField
            label={t('mailboxes:show')}
            value={active}
            onChange={setActive}
            choices={[
              { value: '', label: t('mailboxes:all') },
              { value: 'true', label: t('mailboxes:active') },
              { value: 'false', label: t('mailboxes:inactive') },
            ]}
          />
        </div>
        <ErrorNotice error={pages.error} onRetry={() => void pages.refetch()} />
        {pages.isPending && <Waiting />}
        {pages.data && (
          <>
            <span aria-live="polite">{t('mailboxes:count', { count: pages.data.pages[0]?.total ?? 0 })}</span>
            <Directory rows={rows} searched={asked !== '' || active !== ''} onEdit={setOpen} />
          </>
        )}
        {pages.hasNextPage && (
          <div>
            <Button disabledFocusable={pages.isFetchingNextPage} onClick={() => void pages.fetchNextPage()}>
              {t('mailboxes:more')}
            </Button>
          </div>
        )}
      </Section>
      {may('uploadMailboxes') && <DirectoryFile />}
      {open && <MailboxDialog mailbox={open === 'new' ? null : open} onClose={() => setOpen(null)} />}
    </>
  )
}

function Directory(props: {
  rows: readonly Mailbox[]
  searched: boolean
  onEdit: (mailbox: Mailbox) => void
}) {
  const { rows, searched, onEdit } = props
  const { t } = useTranslation(['mailboxes', 'general'])
  const format = useFormat()
  const may = useMay()
  return (
    <DataTable
      caption={t('mailboxes:title')}
      rows={rows}
      rowKey={({ id }) => id}
      empty={
        <EmptyState
          icon={<MailMultipleRegular />}
          title={searched ? t('mailboxes:none.found') : t('mailboxes:none.title')}
        >
          {searched ? t('mailboxes:none.foundText') : t('mailboxes:none.text')}
        </EmptyState>
      }
      columns={[
        {
          key: 'name',
          title: t('mailboxes:name'),
          render: ({ id, name }) => (
            <PageLink to={`/mailboxes/${id}`}>
              <MessageText text={name} />
            </PageLink>
          ),
        },
        { key: 'address', title: t('mailboxes:address'), render: ({ address }) => address },
        {
          key: 'department',
          title: t('mailboxes:department'),
          render: ({ department }) => <MessageText text={department ?? '–'} />,
        },
        {
          key: 'items',
          title: t('mailboxes:items'),
          align: 'end',
          render: ({ folders, readable }) =>
            readable ? format.number(folders.reduce((sum, { items }) => sum + items, 0)) : '–',
        },
        {
          key: 'status',
          title: t('mailboxes:status'),
          render: ({ active }) => (
            <StatusBadge tone={active ? 'good' : 'quiet'}>
              {active ? t('mailboxes:active') : t('mailboxes:inactive')}
            </StatusBadge>
          ),
        },
        ...(may('changeMailbox')
          ? [
              {
                key: 'actions',
                title: t('general:actions'),
                render: (mailbox: Mailbox) => (
                  <Button
                    size="small"
                    aria-label={t('mailboxes:editOne', { name: mailbox.name })}
                    onClick={() => onEdit(mailbox)}
                  >
                    {t('mailboxes:edit')}
                  </Button>
                ),
              },
            ]
          : []),
      ]}
    />
  )
}

function DirectoryFile() {
  const { t } = useTranslation('mailboxes')
  const format = useFormat()
  const [file, setFile] = useState<File | null>(null)
  const upload = useChange('uploadMailboxes', { stale: ['listMailboxes'] })
  return (
    <Section title={t('mailboxes:file.title')} text={t('mailboxes:file.text')}>
      <FileUpload
        label={t('mailboxes:file.choose')}
        accept=".csv,text/csv"
        file={file}
        pending={upload.isPending}
        onFile={(chosen) => {
          setFile(chosen)
          upload.mutate({ query: { name: chosen.name }, body: chosen })
        }}
      />
      <ErrorNotice error={upload.error} />
      {upload.data?.taken === false && <FileProblems problems={upload.data.problems} />}
      {upload.data?.taken && (
        <Notice intent="success">
          {t('mailboxes:file.taken', {
            added: format.number(upload.data.added),
            changed: format.number(upload.data.changed),
            unchanged: format.number(upload.data.unchanged),
          })}
        </Notice>
      )}
    </Section>
  )
}
