import { Button } from '@fluentui/react-components'
import { ArrowDownloadRegular } from '@fluentui/react-icons/svg/arrow-download'
import { useParams, useSearch } from '@tanstack/react-router'
import { useTranslation } from 'react-i18next'
import { linkTo, useCall } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { Buttons } from '../../components/form.tsx'
import { MessageText } from '../../components/message-text.tsx'
import { Loaded } from '../../components/notices.tsx'
import { PageHeader } from '../../components/page-header.tsx'
import { PageTabs } from '../../components/page-tabs.tsx'
import { useFormat } from '../../i18n/format.ts'
import { channelNames } from '../../i18n/message-labels.ts'
import type { Item } from './answers.ts'
import { EmailTab, HeadersTab } from './email-tab.tsx'
import { ItemDetails } from './item-details.tsx'
import { type ItemTab, itemTabs } from './item-tabs.ts'
import { KeptTab } from './kept-tab.tsx'
import { MarkPersonal } from './mark-personal.tsx'
import { RecordTab } from './record-tab.tsx'
import { Transcript } from './transcript.tsx'
import { type Steps, useSteps } from './use-steps.ts'

const tabLabels: Record<ItemTab, string> = {
  conversation: 'items:tab.conversation',
  details: 'items:tab.details',
  kept: 'items:tab.kept',
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
  const { tab = 'conversation' } = useSearch({ from: '/signed-in/items/$id' })
  const steps = useSteps(item, search)
  const title = useTitle(item)
  return (
    <>
      <PageHeader
        title={title}
        lead={
          <>
            {channelNames[item.message.channel]} · {item.folder} · <MessageText text={item.mailbox.name} />
          </>
        }
        crumbs={
          search === undefined
            ? [
                { label: t('items:mailboxes'), to: '/mailboxes' },
                { label: item.mailbox.name, to: `/mailboxes/${item.mailbox.id}` },
              ]
            : [{ label: t('items:searchResults'), to: `/search/${search}` }]
        }
        actions={
          <div className="not-printed">
            <Acts item={item} steps={steps} />
          </div>
        }
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
      {tab === 'kept' && <KeptTab id={item.id} />}
      {tab === 'email' && <EmailTab id={item.id} />}
      {tab === 'headers' && <HeadersTab id={item.id} />}
      {tab === 'record' && <RecordTab id={item.id} />}
    </>
  )
}

function Acts({ item, steps }: { item: Item; steps: Steps }) {
  const { t } = useTranslation('items')
  const may = useMay()
  const params = { id: item.id }
  return (
    <Buttons>
      {steps.shown && (
        <>
          <Button disabledFocusable={!steps.toPrevious} onClick={steps.toPrevious}>
            {steps.previousLabel}
          </Button>
          <Button disabledFocusable={!steps.toNext} onClick={steps.toNext}>
            {steps.nextLabel}
          </Button>
        </>
      )}
      {may('downloadEmail') && (
        <Button as="a" icon={<ArrowDownloadRegular />} href={linkTo('downloadEmail', { params })} download>
          {t('items:downloadEmail')}
        </Button>
      )}
      {may('downloadRaw') && (
        <Button as="a" icon={<ArrowDownloadRegular />} href={linkTo('downloadRaw', { params })} download>
          {t('items:downloadRecord')}
        </Button>
      )}
      {may('flagPersonal') && <MarkPersonal item={item} />}
    </Buttons>
  )
}

const namedPeople = 3

/** The conversation's name; where it has none, who speaks in it. */
function useTitle({ conversation, participants, participantsTotal, subject }: Item): string {
  const format = useFormat()
  if (conversation.name) return conversation.name
  const names = participants
    .filter(({ role }) => role !== 'custodian')
    .map(({ name, value }) => name ?? value)
  if (names.length === 0) return subject
  const shown = [...new Set(names)].slice(0, namedPeople)
  const others = participantsTotal - participants.length + new Set(names).size - shown.length
  return `${format.list(shown)}${others > 0 ? ` +${format.number(others)}` : ''}`
}
