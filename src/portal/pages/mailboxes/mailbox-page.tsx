import { makeStyles, tokens } from '@fluentui/react-components'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { areaNames, folderNames } from '../../../domain/codes.ts'
import { useCall } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { ChoiceField } from '../../components/form.tsx'
import { EmptyState, Loaded, Notice } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { useFormat } from '../../i18n/format.ts'
import { areaLabels } from '../../i18n/message-labels.ts'
import { RegionOf } from '../regions/region-of.tsx'
import { ItemList } from './item-list.tsx'
import type { Mailbox } from './mailbox-dialog.tsx'

const useStyles = makeStyles({
  filters: {
    display: 'flex',
    flexWrap: 'wrap',
    alignItems: 'end',
    gap: tokens.spacingHorizontalM,
    '@media (max-width: 640px)': { '& > .fui-Field': { flex: '1 1 100%', minWidth: 0 } },
  },
})

export function MailboxPage() {
  const { id } = useParams({ from: '/signed-in/mailboxes/$id' })
  const mailbox = useCall('readMailbox', { params: { id: Number(id) } })
  return <Loaded call={mailbox}>{(facts) => <OneMailbox key={facts.id} mailbox={facts} />}</Loaded>
}

function OneMailbox({ mailbox }: { mailbox: Mailbox }) {
  const { t } = useTranslation(['mailboxes', 'regions'])
  const may = useMay()
  return (
    <>
      <PageHeader
        title={mailbox.name}
        lead={
          <>
            {mailbox.address} · {t('regions:region')}{' '}
            <RegionOf region={mailbox.region} of={{ mailbox: mailbox.address }} />
          </>
        }
        crumbs={[{ label: t('mailboxes:title'), to: '/mailboxes' }]}
      />
      {!mailbox.active && <Notice>{t('mailboxes:inactiveText')}</Notice>}
      {may('listItems') && mailbox.readable ? (
        <Folders mailbox={mailbox} />
      ) : (
        <EmptyState title={t('mailboxes:closed.title')}>{t('mailboxes:closed.text')}</EmptyState>
      )}
    </>
  )
}

function Folders({ mailbox }: { mailbox: Mailbox }) {
  const styles = useStyles()
  const { t } = useTranslation(['mailboxes', 'items'])
  const format = useFormat()
  const navigate = useNavigate()
  const { folder, area = 'primary' } = useSearch({ from: '/signed-in/mailboxes/$id' })
  const { id, folders } = mailbox
  const countOf = (wanted: string | undefined, wantedArea: string) =>
    folders
      .filter((one) => (wanted === undefined || one.folder === wanted) && one.area === wantedArea)
      .reduce((sum, { items }) => sum + items, 0)
  const go = (search: { folder: typeof folder; area: typeof area }) =>
    void navigate({ to: '/mailboxes/$id', params: { id: String(id) }, search, replace: true })
  const withCount = (label: string, count: number) => `${label} (${format.number(count)})`
  return (
    <div className={styles.filters}>
      <ChoiceField
        label={t('mailboxes:folder')}
        value={folder ?? ''}
        onChange={(value) => go({ folder: value === '' ? undefined : value, area })}
        choices={[
          { value: '', label: withCount(t('mailboxes:allFolders'), countOf(undefined, area)) },
          ...folderNames.map((name) => ({ value: name, label: withCount(name, countOf(name, area)) })),
        ]}
      />
      <ChoiceField
        label={t('mailboxes:area')}
        value={area}
        onChange={(value) => go({ folder, area: value })}
        choices={areaNames.map((name) => ({
          value: name,
          label: withCount(t(areaLabels[name]), countOf(undefined, name)),
        }))}
      />
      <ItemList key={`${folder} ${area}`} list={{ mailboxId: id, folder, area }} />
    </div>
  )
}
