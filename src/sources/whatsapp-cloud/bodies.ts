/** What a message says, by its type (Meta, "Webhooks: messages"). An unknown type is a card of all its fields. */
import type { CallDetails, CardField, LocationDetails, MessageKind } from '../../domain/message.ts'
import { isRaw, numberOf, objectOf, objectsOf, type Raw, textOf } from '../formats/raw-json.ts'

export interface Body {
  readonly kind: MessageKind
  readonly text: string
  readonly location?: LocationDetails
  readonly call?: CallDetails
  readonly fields?: readonly CardField[]
  readonly notes?: readonly string[]
}

type Reader = (raw: Raw, content: Raw) => Body

const readers: Readonly<Record<string, Reader>> = {
  text: (_, content) => ({ kind: 'text', text: textOf(content, 'body') }),
  image: media('image', 'Image'),
  video: media('video', 'Video'),
  sticker: media('sticker', 'Sticker'),
  document: (_, content) => ({
    kind: 'file',
    text: textOf(content, 'caption') || textOf(content, 'filename') || 'Document',
  }),
  audio: (_, content) =>
    textOf(content, 'voice') === 'true'
      ? { kind: 'voice', text: 'Voice message' }
      : { kind: 'audio', text: 'Audio' },
  media_placeholder: () => ({
    kind: 'file',
    text: 'A file of the history, which was not handed over yet',
    notes: ['media placeholder'],
  }),
  location: readLocation,
  contacts: readContacts,
  button: (_, content) => ({
    kind: 'text',
    text: textOf(content, 'text'),
    fields: fieldsOf({ payload: content.payload }),
  }),
  interactive: readInteractive,
  order: readOrder,
  system: (_, content) => ({
    kind: 'system',
    text: textOf(content, 'body') || 'System message',
    fields: fieldsOf({ ...content, body: undefined }),
  }),
  unsupported: readUnsupported,
  unknown: readUnsupported,
  request_welcome: () => ({ kind: 'system', text: 'The person opened the chat for the first time' }),
}

/** Of a message, or of the message within an edit. */
export function readBody(raw: Raw): Body {
  const type = textOf(raw, 'type')
  const reader = readers[type]
  const body = reader ? reader(raw, objectOf(raw, type)) : readAnything(raw)
  const further = furtherFields(raw)
  return further.length === 0 ? body : { ...body, fields: [...(body.fields ?? []), ...further] }
}

function media(kind: 'image' | 'video' | 'sticker', shown: string): Reader {
  return (_, content) => ({ kind, text: textOf(content, 'caption') || shown })
}

function readLocation(_: Raw, content: Raw): Body {
  const [latitude, longitude] = [numberOf(content, 'latitude'), numberOf(content, 'longitude')]
  const title = textOf(content, 'name')
  const address = textOf(content, 'address')
  const location: LocationDetails = {
    ...(latitude === undefined ? {} : { latitude }),
    ...(longitude === undefined ? {} : { longitude }),
    ...(title === '' ? {} : { title }),
    ...(address === '' ? {} : { address }),
  }
  const place = [title, address].filter((part) => part !== '').join(', ')
  return {
    kind: 'location',
    text: place || `${latitude ?? '?'}, ${longitude ?? '?'}`,
    location,
    fields: fieldsOf({ url: content.url }),
  }
}

function readContacts(raw: Raw): Body {
  const cards = objectsOf(raw, 'contacts')
  const names = cards
    .map((card) => textOf(objectOf(card, 'name'), 'formatted_name'))
    .filter((name) => name !== '')
  return {
    kind: 'contact',
    text: names.join(', ') || 'Contact',
    fields: cards.flatMap((card) => fieldsOf(card)),
  }
}

function readInteractive(_: Raw, content: Raw): Body {
  const reply = objectOf(content, textOf(content, 'type'))
  const text =
    textOf(reply, 'title') || textOf(reply, 'body') || textOf(reply, 'name') || textOf(content, 'type')
  return { kind: 'text', text, fields: fieldsOf({ ...reply, title: undefined }) }
}

function readOrder(_: Raw, content: Raw): Body {
  const products = objectsOf(content, 'product_items')
  const lines = products.map(
    (item) =>
      `${textOf(item, 'quantity')} × ${textOf(item, 'product_retailer_id')} (${textOf(item, 'item_price')} ${textOf(item, 'currency')})`,
  )
  return {
    kind: 'form',
    text: [textOf(content, 'text'), ...lines].filter((line) => line !== '').join('\n') || 'Order',
    fields: fieldsOf({ catalog: content.catalog_id }),
  }
}

function readUnsupported(raw: Raw): Body {
  const [error] = objectsOf(raw, 'errors')
  const title = error ? textOf(error, 'title') : ''
  return {
    kind: 'unknown',
    text: `A message that WhatsApp does not hand over${title === '' ? '' : `: ${title}`}`,
    fields: fieldsOf({ ...objectOf(raw, 'unsupported'), ...(error ?? {}) }),
    notes: ['the interface gives no content for this message'],
  }
}

/** Everything it has, so that it can be found. */
export function readAnything(raw: Raw): Body {
  const type = textOf(raw, 'type') || textOf(raw, 'event')
  return {
    kind: 'unknown',
    text: type === '' ? 'A record of an unknown type' : `A record of the unknown type "${type}"`,
    fields: fieldsOf(raw),
  }
}

/** What any message may carry beside its content. */
function furtherFields(raw: Raw): CardField[] {
  const context = objectOf(raw, 'context')
  const forwarded =
    textOf(context, 'frequently_forwarded') === 'true'
      ? 'many times'
      : textOf(context, 'forwarded') === 'true'
        ? 'yes'
        : undefined
  return [
    ...fieldsOf({ forwarded, product: context.referred_product }),
    ...fieldsOf(isRaw(raw.referral) ? { referral: raw.referral } : {}),
    ...fieldsOf({ status: objectOf(raw, 'history_context').status }),
  ]
}

const fieldsMax = 200

/** One labelled line a value, nested ones by their path. */
export function fieldsOf(value: Readonly<Record<string, unknown>>): CardField[] {
  const fields: CardField[] = []
  const collect = (label: string, part: unknown): void => {
    if (fields.length >= fieldsMax || part === undefined || part === null || part === '') return
    if (Array.isArray(part))
      for (const [place, one] of part.entries())
        collect(part.length === 1 ? label : `${label} ${place + 1}`, one)
    else if (isRaw(part))
      for (const [name, one] of Object.entries(part)) collect(label === '' ? name : `${label} ${name}`, one)
    else fields.push({ label, value: String(part) })
  }
  collect('', value)
  return fields
}
