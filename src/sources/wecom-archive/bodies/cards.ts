/** Cards: something elsewhere that the message points at. */

import { finiteNumber, objectsOf, type Raw, textOf } from '../../formats/raw-json.ts'
import { type BodyType, fieldsOf, sentence } from '../body.ts'

export const link: BodyType = {
  known: ['title', 'description', 'link_url', 'image_url'],
  read: (body) => ({
    kind: 'link',
    text: sentence('Link', textOf(body, 'title')),
    fields: fieldsOf(
      ['Description', textOf(body, 'description')],
      ['Address', textOf(body, 'link_url')],
      ['Picture', textOf(body, 'image_url')],
    ),
  }),
}

export const miniProgram: BodyType = {
  known: ['title', 'description', 'username', 'displayname'],
  read: (body) => ({
    kind: 'link',
    text: sentence('Mini program', textOf(body, 'displayname'), textOf(body, 'title')),
    fields: fieldsOf(['Description', textOf(body, 'description')], ['Program', textOf(body, 'username')]),
  }),
}

export const news: BodyType = {
  keys: ['info', 'news'],
  known: [],
  lists: ['item'],
  read(body) {
    const articles = objectsOf(body, 'item')
    return {
      kind: 'link',
      text: sentence('News', ...articles.map((article) => textOf(article, 'title').trim())),
      fields: articles.flatMap((article) => articleFields(article, articles.length > 1)),
    }
  },
}

function articleFields(article: Raw, several: boolean) {
  return fieldsOf(
    ['Title', several ? textOf(article, 'title') : ''],
    ['Description', textOf(article, 'description')],
    ['Address', textOf(article, 'url')],
    ['Picture', textOf(article, 'picurl')],
  )
}

export const onlineDocument: BodyType = {
  keys: ['doc', 'docmsg'],
  known: ['title', 'doc_creator', 'link_url'],
  read: (body, reading) => ({
    kind: 'link',
    text: sentence('Online document', textOf(body, 'title')),
    fields: fieldsOf(
      ['Creator', reading.person(textOf(body, 'doc_creator'))],
      ['Address', textOf(body, 'link_url')],
    ),
  }),
}

/** Meaning of `feed_type` (wecom page 91774). */
const feedTypes: ReadonlyMap<string, string> = new Map([
  ['2', 'Channels picture'],
  ['4', 'Channels video'],
  ['9', 'Channels live stream'],
])

export const channelsFeed: BodyType = {
  known: ['feed_type', 'sph_name', 'feed_desc'],
  read(body) {
    const type = textOf(body, 'feed_type')
    const label = feedTypes.get(type)
    const author = textOf(body, 'sph_name')
    return {
      kind: 'link',
      text: sentence(
        `${label ?? 'Channels post'}${author === '' ? '' : ` from ${author}`}`,
        textOf(body, 'feed_desc'),
      ),
      fields: fieldsOf(['Feed type', label === undefined ? type : '']),
    }
  },
}

/** The page prints the key as `Userid`, live messages as `userid`. */
export const contactCard: BodyType = {
  known: ['corpname', 'userid', 'Userid'],
  read: (body, reading) => ({
    kind: 'contact',
    text: sentence(
      'Contact card',
      reading.person(textOf(body, 'userid') || textOf(body, 'Userid')),
      textOf(body, 'corpname'),
    ),
  }),
}

export const location: BodyType = {
  known: ['longitude', 'latitude', 'address', 'title', 'zoom'],
  read(body) {
    const [title, address] = [textOf(body, 'title'), textOf(body, 'address')]
    const [latitude, longitude] = [finiteNumber(body.latitude), finiteNumber(body.longitude)]
    const point = [textOf(body, 'latitude'), textOf(body, 'longitude')].filter(Boolean).join(', ')
    return {
      kind: 'location',
      text: `${sentence('Location', title, address)}${point === '' ? '' : ` (${point})`}`,
      location: {
        ...(latitude === undefined ? {} : { latitude }),
        ...(longitude === undefined ? {} : { longitude }),
        ...(title === '' ? {} : { title }),
        ...(address === '' ? {} : { address }),
      },
    }
  },
}
