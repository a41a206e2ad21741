import { useTranslation } from 'react-i18next'
import { linkTo } from '../../api/calls.ts'
import { useMay } from '../../api/session.ts'
import { Copyable } from '../../components/copyable.tsx'
import { DataTable } from '../../components/data-table.tsx'
import { Facts } from '../../components/facts.tsx'
import { Section } from '../../components/form.tsx'
import { MessageText } from '../../components/message-text.tsx'
import { PageLink } from '../../components/page-link.tsx'
import { Time } from '../../components/time.tsx'
import { useFormat } from '../../i18n/format.ts'
import {
  areaLabels,
  channelNames,
  eventLabels,
  identityTypeLabels,
  kindLabels,
} from '../../i18n/message-labels.ts'
import type { Item } from './answers.ts'

/** Where the item lies and why, who took part, when it was seen, and the hashes that prove it. */
export function ItemDetails({ item }: { item: Item }) {
  return (
    <>
      <Place item={item} />
      <Participants item={item} />
      <Proof item={item} />
    </>
  )
}

function Place({ item }: { item: Item }) {
  const { t } = useTranslation('items')
  const format = useFormat()
  const { mailbox, message, mapping, otherMailboxes } = item
  return (
    <Section title={t('items:place.title')}>
      <Facts
        facts={[
          {
            name: t('items:place.mailbox'),
            value: (
              <PageLink to={`/mailboxes/${mailbox.id}`}>
                <MessageText text={`${mailbox.name} <${mailbox.address}>`} />
              </PageLink>
            ),
          },
          { name: t('items:place.folder'), value: `${item.folder} · ${t(areaLabels[item.area])}` },
          {
            name: t('items:place.why'),
            value: (
              <span lang="en">
                <MessageText text={mapping.explanation} />
              </span>
            ),
          },
          {
            name: t('items:place.others'),
            value: otherMailboxes.length === 0 ? t('items:none') : format.list(otherMailboxes),
          },
          { name: t('items:place.subject'), value: <MessageText text={item.subject} /> },
          { name: t('items:place.class'), value: <code>{item.itemClass}</code> },
          {
            name: t('items:place.kind'),
            value: `${channelNames[message.channel]} · ${t(kindLabels[message.kind])} · ${t(eventLabels[message.event])}`,
          },
          { name: t('items:place.source'), value: item.source },
          {
            name: t('items:place.sent'),
            value: <Sent message={message} />,
          },
          {
            name: t('items:place.sourceTime'),
            value: (
              <>
                <MessageText text={message.sentAtText} /> ({message.sentZone})
              </>
            ),
          },
          { name: t('items:place.captured'), value: <Time of={item.capturedAt} /> },
          { name: t('items:place.received'), value: <Time of={item.receivedAt} /> },
          { name: t('items:place.id'), value: <Copyable text={item.id} /> },
        ]}
      />
    </Section>
  )
}

/** Twice where the source's time has two readings. */
function Sent({ message: { sentAt, sentAtLatest } }: { message: Item['message'] }) {
  const { t } = useTranslation('items')
  if (sentAtLatest === null) return <Time of={sentAt} />
  return (
    <>
      <Time of={sentAt} /> {t('items:place.or')} <Time of={sentAtLatest} />
    </>
  )
}

const roles = {
  from: 'items:role.from',
  to: 'items:role.to',
  custodian: 'items:role.custodian',
} as const

function Participants({ item }: { item: Item }) {
  const { t } = useTranslation('items')
  const format = useFormat()
  const hidden = item.participantsTotal - item.participants.length
  return (
    <Section
      title={t('items:participants')}
      text={`${t('items:people', {
        count: item.participantsTotal,
        number: format.number(item.participantsTotal),
      })}${hidden > 0 ? ` · ${t('items:firstShown', { number: format.number(item.participants.length) })}` : ''}`}
    >
      <DataTable
        bounded
        caption={t('items:participants')}
        rows={item.participants}
        rowKey={({ role, type, value }) => `${role} ${type} ${value}`}
        columns={[
          { key: 'role', title: t('items:role.title'), render: ({ role }) => t(roles[role]) },
          { key: 'name', title: t('items:name'), render: ({ name }) => <MessageText text={name ?? '–'} /> },
          { key: 'value', title: t('items:identity'), render: ({ value }) => <MessageText text={value} /> },
          { key: 'type', title: t('items:identityType'), render: ({ type }) => t(identityTypeLabels[type]) },
        ]}
      />
    </Section>
  )
}

function Proof({ item }: { item: Item }) {
  const { t } = useTranslation('items')
  const format = useFormat()
  const may = useMay()
  const { hashes, observations, links } = item
  return (
    <Section title={t('items:proof.title')}>
      <Facts
        facts={[
          { name: t('items:proof.email'), value: <Copyable text={hashes.emailSha256} /> },
          { name: t('items:proof.emailBytes'), value: format.number(hashes.emailBytes) },
          { name: t('items:proof.record'), value: <Copyable text={hashes.rawSha256} /> },
          ...(may('downloadItemProof')
            ? [
                {
                  name: t('items:proof.log'),
                  value: (
                    <a href={linkTo('downloadItemProof', { params: { id: item.id } })} download>
                      {t('items:proof.logDownload')}
                    </a>
                  ),
                },
              ]
            : []),
          ...item.message.attachments.map(({ place, name, sha256 }) => ({
            name: t('items:proof.attachment', { number: format.number(place + 1) }),
            value: (
              <>
                <MessageText text={name} /> <Copyable text={sha256} />
              </>
            ),
          })),
        ]}
      />
      <DataTable
        caption={t('items:proof.observations')}
        rows={observations}
        rowKey={({ sequence, custodian }) => `${sequence} ${custodian}`}
        empty={<span>{t('items:proof.seenOnce')}</span>}
        columns={[
          {
            key: 'sequence',
            title: t('items:proof.sequence'),
            render: ({ sequence }) => format.number(sequence),
          },
          {
            key: 'custodian',
            title: t('items:role.custodian'),
            render: ({ custodian }) => <MessageText text={custodian ?? '–'} />,
          },
          {
            key: 'at',
            title: t('items:place.captured'),
            render: ({ capturedAt }) => <Time of={capturedAt} />,
          },
        ]}
      />
      {links.map(({ item: other, score, evidence }) => (
        <p key={`${other} ${evidence}`} style={{ margin: 0 }}>
          {t('items:proof.sameAs')} {other ? <PageLink to={`/items/${other}`}>{other}</PageLink> : '–'} (
          {format.percent(score)}) <span lang="en">{evidence}</span>
        </p>
      ))}
    </Section>
  )
}
