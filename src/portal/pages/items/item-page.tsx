import { Button, Link as DownloadLink } from '@fluentui/react-components'
import { useNavigate, useParams, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { linkTo, useCall } from '../../api/calls.ts'
import type { Answer } from '../../api/client.ts'
import { useMay } from '../../api/session.ts'
import { Buttons } from '../../components/form.tsx'
import { Loaded } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { PageTabs } from '../../components/page-tabs.tsx'
import { useShortcuts } from '../../components/shortcuts.ts'
import { channelNames } from '../../i18n/message-labels.ts'
import { EmailTab, HeadersTab } from './email-tab.tsx'
import { ItemDetails } from './item-details.tsx'
import { RecordTab } from './record-tab.tsx'
import { type ItemTab, itemTabs } from './routes.ts'
import { Transcript } from './transcript.tsx'
import { useHits } from './use-hits.ts'

export type Item = Answer<'readItem'>

const tabLabels: Record<ItemTab, string> = {
  conversation: 'items:tab.conversation',
  details: 'items:tab.details',
  email: 'items:tab.email',
  headers: 'items:tab.headers',
  record: 'items:tab.record',
}

export function ItemPage() {
  const { id } = useParams({ from: '/signed-in/items/$id' })
  const { search } = useSearch({ from: '/signed-in/items/$id' })
  const item = useCall('readItem', { params: { id }, query: search === undefined ? {} : { search } })
  return <Loaded call={item}>{(facts) => <OneItem key={facts.id} item={facts} search={search} />}</Loaded>
}

function OneItem({ item, search }: { item: Item; search: string | undefined }) {
  const { t } = useTranslation('items')
  const navigate = useNavigate()
  const { tab = 'conversation' } = useSearch({ from: '/signed-in/items/$id' })
  const hits = useHits(search, item.id)
  const back = () =>
    search === undefined
      ? void navigate({
          to: '/mailboxes/$id',
          params: { id: String(item.mailbox.id) },
          search: { folder: undefined, area: undefined },
        })
      : void navigate({ to: '/search/$id', params: { id: search } })
  const goTo = (id: string | null) => {
    if (id !== null && search !== undefined) {
      void navigate({ to: '/items/$id', params: { id }, search: { tab, search } })
    }
  }
  useShortcuts([
    { key: 'Escape', label: t('items:key.back'), run: back },
    ...(search === undefined
      ? []
      : [
          { key: 'n', label: t('items:key.nextHit'), run: () => goTo(hits.next) },
          { key: 'p', label: t('items:key.previousHit'), run: () => goTo(hits.previous) },
        ]),
  ])
  return (
    <>
      <PageHeader
        title={item.conversation.name ?? item.subject}
        lead={`${channelNames[item.message.channel]} · ${item.mailbox.name}`}
        crumbs={
          search === undefined
            ? [
                { label: t('items:mailboxes'), to: '/mailboxes' },
                { label: item.mailbox.name, to: `/mailboxes/${item.mailbox.id}` },
              ]
            : [{ label: t('items:searchResults'), to: `/search/${search}` }]
        }
        actions={<Acts item={item} hits={search === undefined ? null : hits} goTo={goTo} />}
      />
      <PageTabs
        label={t('items:title')}
        tabs={itemTabs.map((name) => ({
          to: `/items/${item.id}`,
          label: t(tabLabels[name]),
          search: { tab: name, search },
          open: name === tab,
        }))}
      />
      {tab === 'conversation' && <Transcript item={item} search={search} />}
      {tab === 'details' && <ItemDetails item={item} />}
      {tab === 'email' && <EmailTab id={item.id} />}
      {tab === 'headers' && <HeadersTab id={item.id} />}
      {tab === 'record' && <RecordTab id={item.id} />}
    </>
  )
}

function Acts(props: {
  item: Item
  hits: ReturnType<typeof useHits> | null
  goTo: (id: string | null) => void
}) {
  const { item, hits, goTo } = props
  const { t } = useTranslation('items')
  const may = useMay()
  const params = { id: item.id }
  return (
    <Buttons>
      {hits && (
        <>
          <Button disabled={hits.previous === null} onClick={() => goTo(hits.previous)}>
            {t('items:key.previousHit')}
          </Button>
          <Button disabled={hits.next === null} onClick={() => goTo(hits.next)}>
            {t('items:key.nextHit')}
          </Button>
        </>
      )}
      {may('downloadEmail') && (
        <DownloadLink href={linkTo('downloadEmail', { params })} download>
          {t('items:downloadEmail')}
        </DownloadLink>
      )}
      {may('downloadRaw') && (
        <DownloadLink href={linkTo('downloadRaw', { params })} download>
          {t('items:downloadRecord')}
        </DownloadLink>
      )}
    </Buttons>
  )
}
