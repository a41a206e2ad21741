import { Button, makeStyles, SearchBox } from '@fluentui/react-components'
import { useState } from 'react'
import { useTranslation } from 'react-i18next'
import { useCall, useChange } from '../../api/calls.ts'
import { DataTable } from '../../components/data-table.tsx'
import { ConfirmDialog } from '../../components/dialogs.tsx'
import { FileProblems, FileUpload } from '../../components/file-upload.tsx'
import { Buttons, Section } from '../../components/form.tsx'
import { EmptyState, ErrorNotice, Loaded, Notice } from '../../components/notices.tsx'
import { StatusBadge } from '../../components/status.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import { type RegisteredUser, statusLabels, warningLabels } from './labels.ts'
import { UserDialog } from './user-dialog.tsx'

const useStyles = makeStyles({ find: { flex: '1 1 280px', maxWidth: '400px', minWidth: 0 } })

/** More are found by typing: a table of thousands is read by nobody. */
const shownMax = 500

export function RegisteredUsers({ accountId }: { accountId: number }) {
  const { t } = useTranslation('site')
  const styles = useStyles()
  const format = useFormat()
  const users = useCall('listRegisteredUsers', { params: { id: accountId } })
  const [find, setFind] = useState('')
  const [open, setOpen] = useState<RegisteredUser | 'new' | null>(null)
  const [ending, setEnding] = useState<RegisteredUser | null>(null)
  return (
    <Section title={t('site:users.title')} text={t('site:users.text')}>
      <Buttons>
        <SearchBox
          className={styles.find}
          aria-label={t('site:users.find')}
          placeholder={t('site:users.find')}
          value={find}
          onChange={(_, data) => setFind(data.value)}
        />
        <Button onClick={() => setOpen('new')}>{t('site:users.add')}</Button>
      </Buttons>
      <Loaded call={users}>
        {(rows) => {
          const shown = found(rows, find)
          const more = shown.length - shownMax
          return (
            <>
              <UserTable
                rows={shown.slice(0, shownMax)}
                none={rows.length === 0}
                onEdit={setOpen}
                onEnd={setEnding}
              />
              {more > 0 && <span>{t('site:users.more', { count: more, number: format.number(more) })}</span>}
            </>
          )
        }}
      </Loaded>
      <UsersFile accountId={accountId} />
      {open && (
        <UserDialog accountId={accountId} user={open === 'new' ? null : open} onClose={() => setOpen(null)} />
      )}
      {ending && <EndDialog accountId={accountId} user={ending} onClose={() => setEnding(null)} />}
    </Section>
  )
}

function found(rows: readonly RegisteredUser[], find: string): readonly RegisteredUser[] {
  const words = find.toLowerCase().split(/\s+/).filter(Boolean)
  if (words.length === 0) return rows
  return rows.filter(({ name, mobile, email, wecomUserid }) => {
    const text = `${name} ${mobile} ${email} ${wecomUserid ?? ''}`.toLowerCase()
    return words.every((word) => text.includes(word))
  })
}

function UserTable(props: {
  rows: readonly RegisteredUser[]
  none: boolean
  onEdit: (user: RegisteredUser) => void
  onEnd: (user: RegisteredUser) => void
}) {
  const { rows, none, onEdit, onEnd } = props
  const { t } = useTranslation(['site', 'general'])
  const format = useFormat()
  return (
    <DataTable
      bounded
      caption={t('site:users.title')}
      rows={rows}
      rowKey={({ id }) => id}
      empty={
        <EmptyState title={none ? t('site:users.none') : t('site:users.notFound')}>
          {none ? t('site:users.noneText') : t('site:users.notFoundText')}
        </EmptyState>
      }
      columns={[
        {
          key: 'name',
          title: t('site:user.name'),
          compare: (a, b) => format.compare(a.name, b.name),
          render: ({ name }) => <bdi>{name}</bdi>,
        },
        { key: 'mobile', title: t('site:user.mobile'), render: ({ mobile }) => mobile },
        { key: 'email', title: t('site:user.email'), render: (user) => <Email user={user} /> },
        {
          key: 'status',
          title: t('site:user.status'),
          compare: (a, b) => a.status.localeCompare(b.status),
          render: ({ status }) => (
            <StatusBadge tone={statusLabels[status].tone}>{t(statusLabels[status].label)}</StatusBadge>
          ),
        },
        {
          key: 'last',
          title: t('site:user.lastMessage'),
          compare: (a, b) => (a.lastMessageAt ?? '').localeCompare(b.lastMessageAt ?? ''),
          render: ({ lastMessageAt }) => <Time of={lastMessageAt} show="ago" />,
        },
        {
          key: 'actions',
          title: t('general:actions'),
          render: (user) => (
            <Buttons>
              <Button
                size="small"
                aria-label={t('site:users.editOne', { name: user.name })}
                onClick={() => onEdit(user)}
              >
                {t('site:users.edit')}
              </Button>
              {user.status !== 'former' && (
                <Button
                  size="small"
                  aria-label={t('site:users.endOne', { name: user.name })}
                  onClick={() => onEnd(user)}
                >
                  {t('site:users.end')}
                </Button>
              )}
            </Buttons>
          ),
        },
      ]}
    />
  )
}

function Email({ user }: { user: RegisteredUser }) {
  const { t } = useTranslation('site')
  return (
    <>
      {user.email}
      {user.warnings.map((warning) => (
        <div key={warning}>
          <StatusBadge tone="warning">{t(warningLabels[warning])}</StatusBadge>
        </div>
      ))}
    </>
  )
}

function EndDialog(props: { accountId: number; user: RegisteredUser; onClose: () => void }) {
  const { accountId, user, onClose } = props
  const { t } = useTranslation('site')
  const end = useChange('endRegisteredUser', {
    stale: ['listRegisteredUsers', 'readAccount'],
    onSuccess: onClose,
  })
  return (
    <ConfirmDialog
      open
      onClose={onClose}
      title={t('site:users.endOne', { name: user.name })}
      confirm={t('site:users.end')}
      onConfirm={() => end.mutate({ params: { id: accountId, user: user.id } })}
      pending={end.isPending}
      error={end.error}
    >
      {t('site:users.endText')}
    </ConfirmDialog>
  )
}

function UsersFile({ accountId }: { accountId: number }) {
  const { t } = useTranslation('site')
  const format = useFormat()
  const [file, setFile] = useState<File | null>(null)
  const upload = useChange('uploadRegisteredUsers', { stale: ['listRegisteredUsers', 'readAccount'] })
  return (
    <>
      <p style={{ margin: 0 }}>{t('site:users.csvText')}</p>
      <FileUpload
        label={t('site:users.csv')}
        accept=".csv,text/csv"
        file={file}
        pending={upload.isPending}
        onFile={(chosen) => {
          setFile(chosen)
          upload.mutate({ params: { id: accountId }, query: { name: chosen.name }, body: chosen })
        }}
      />
      <ErrorNotice error={upload.error} />
      {upload.data?.taken === false && <FileProblems problems={upload.data.problems} />}
      {upload.data?.taken && (
        <Notice intent="success">
          {t('site:users.taken', {
            added: format.number(upload.data.added),
            changed: format.number(upload.data.changed + upload.data.passedOn),
            unchanged: format.number(upload.data.unchanged),
          })}
        </Notice>
      )}
    </>
  )
}
