import type { TFunction } from 'i18next'
import type { Understood } from '../../../api/endpoints/searches.ts'
import type { Format } from '../../i18n/format.ts'
import { channelNames, kindLabels } from '../../i18n/message-labels.ts'

/** Says in the reader's language how a query is understood. `format` is of the search's time zone. */
export function understandingText(node: Understood, t: TFunction, format: Format): string {
  switch (node.type) {
    case 'all':
      return t('search:understood.all')
    case 'none':
      return t('search:understood.none')
    case 'in-named-mailbox':
      return t('search:understood.inNamedMailbox')
    case 'and':
    case 'or': {
      const parts = node.nodes.map((one) => nested(one, t, format))
      return parts.join(node.type === 'and' ? t('search:understood.and') : t('search:understood.or'))
    }
    case 'not':
      return t('search:understood.not', { what: nested(node.node, t, format) })
    case 'words':
      return wordsText(node, t)
    case 'near':
      return t('search:understood.near', { ...node, distance: format.number(node.distance) })
    case 'sent':
    case 'received':
      return timesText(node, t, format)
    case 'size':
      return sizeText(node, t, format)
    case 'kind':
      return t('search:understood.kind', {
        kinds: format.list(node.kinds.map((kind) => t(kindLabels[kind]))),
      })
    case 'channel':
      return t('search:understood.channel', { channel: channelNames[node.channel] })
    case 'hasattachment':
      return node.value ? t('search:understood.withAttachments') : t('search:understood.withoutAttachments')
    default:
      return namedText(node, t)
  }
}

function nested(node: Understood, t: TFunction, format: Format): string {
  const text = understandingText(node, t, format)
  return node.type === 'and' || node.type === 'or' ? `(${text})` : text
}

function wordsText({ field, text }: Extract<Understood, { type: 'words' }>, t: TFunction): string {
  if (field === 'subject') return t('search:understood.inSubject', { text })
  return field === 'attachmentnames'
    ? t('search:understood.inAttachmentName', { text })
    : t('search:understood.words', { text })
}

type Named = Exclude<Extract<Understood, { text: string }>, { type: 'words' }>

function namedText({ type, text }: Named, t: TFunction): string {
  switch (type) {
    case 'from':
      return t('search:understood.from', { text })
    case 'to':
      return t('search:understood.to', { text })
    case 'participants':
      return t('search:understood.participants', { text })
    case 'conversation':
      return t('search:understood.conversation', { text })
    case 'mailbox':
      return t('search:understood.mailbox', { text })
    case 'itemclass':
      return t('search:understood.itemClass', { text })
  }
}

type Times = Extract<Understood, { type: 'sent' | 'received' }>

function timesText({ type, ...span }: Times, t: TFunction, format: Format): string {
  const from = span.from === null ? null : format.dateTime(span.from)
  const to = span.to === null ? null : format.dateTime(span.to)
  if (to === null)
    return type === 'sent'
      ? t('search:understood.sentSince', { from })
      : t('search:understood.receivedSince', { from })
  if (from === null)
    return type === 'sent'
      ? t('search:understood.sentBefore', { to })
      : t('search:understood.receivedBefore', { to })
  return type === 'sent'
    ? t('search:understood.sentBetween', { from, to })
    : t('search:understood.receivedBetween', { from, to })
}

function sizeText({ min, max }: Extract<Understood, { type: 'size' }>, t: TFunction, format: Format): string {
  const [least, most] = [format.bytes(min ?? 0), format.bytes(max ?? 0)]
  if (max === null) return t('search:understood.sizeAtLeast', { least })
  return min === null
    ? t('search:understood.sizeAtMost', { most })
    : t('search:understood.sizeBetween', { least, most })
}
