/** WeChat's own XML of a message: `<msg>`, `<sysmsg>`, `<voipmsg>`. One reader for all formats that pass it on. */
import type { Body } from '../body.ts'
import { fieldsOf, sentence } from '../fields.ts'
import { mediaOf } from '../media.ts'
import type { Row } from '../row.ts'
import { durationText } from '../times.ts'
import { attributeOf, childOf, parseXml, type XmlElement } from '../xml.ts'
import { readApp } from './app.ts'
import { appOfXml } from './app-notations.ts'
import { readCallXml } from './call.ts'
import { readSystemXml } from './system.ts'

const roots = new Set(['msg', 'sysmsg', 'voipmsg', 'voipinvitemsg', 'appmsg'])

/** The message's XML in a content, or null when it has none that can be read. */
export function messageXmlIn(content: string): XmlElement | null {
  if (!content.trimStart().startsWith('<')) return null
  const xml = parseXml(content)
  return xml !== null && roots.has(xml.name.toLowerCase()) ? xml : null
}

/** The message the XML holds; null when nothing in it is known. What the XML says counts before the row's type. */
export function readMessageXml(xml: XmlElement, row: Row): Body | null {
  const root = xml.name.toLowerCase()
  if (root === 'sysmsg') return readSystemXml(xml)
  if (root === 'voipmsg' || root === 'voipinvitemsg') return readCallXml(xml)
  const appmsg = root === 'appmsg' ? xml : childOf(xml, 'appmsg')
  if (appmsg !== null) return readApp({ ...appOfXml(appmsg, row.type.sub), path: row.path ?? '' })
  return readMedia(xml, row.path ?? '') ?? readPlace(xml) ?? readCard(xml)
}

function readMedia(xml: XmlElement, path: string): Body | null {
  const [image, voice] = [childOf(xml, 'img'), childOf(xml, 'voicemsg')]
  const [video, emoji] = [childOf(xml, 'videomsg'), childOf(xml, 'emoji')]
  if (image !== null) {
    return {
      kind: 'image',
      text: 'Image',
      media: [mediaOf('image', { md5: attributeOf(image, 'md5'), path })],
    }
  }
  if (voice !== null) {
    const length = lengthOf(attributeOf(voice, 'voicelength'), 1000)
    return { kind: 'voice', text: `Voice message${length}`, media: [mediaOf('voice', { path })] }
  }
  if (video !== null) {
    const md5 = attributeOf(video, 'rawmd5') || attributeOf(video, 'md5')
    const length = lengthOf(attributeOf(video, 'playlength'), 1)
    return { kind: 'video', text: `Video${length}`, media: [mediaOf('video', { md5, path })] }
  }
  if (emoji === null) return null
  const md5 = attributeOf(emoji, 'md5')
  return { kind: 'sticker', text: 'Sticker', media: [mediaOf('sticker', { md5, path })] }
}

/** `, 4 s`, from a length in the given parts of a second; empty when there is none. */
function lengthOf(written: string, partsOfSecond: number): string {
  const seconds = Number(written) / partsOfSecond
  return Number.isFinite(seconds) && seconds > 0 ? `, ${durationText(Math.max(1, seconds))}` : ''
}

/** `x` is the latitude and `y` the longitude. */
function readPlace(xml: XmlElement): Body | null {
  const place = childOf(xml, 'location')
  if (place === null) return null
  const [title, address] = [attributeOf(place, 'poiname'), attributeOf(place, 'label')]
  return {
    kind: 'location',
    text: sentence('Location', title, address),
    location: {
      ...degrees('latitude', attributeOf(place, 'x'), 90),
      ...degrees('longitude', attributeOf(place, 'y'), 180),
      ...(title === '' ? {} : { title }),
      ...(address === '' ? {} : { address }),
    },
  }
}

function degrees<Key extends string>(
  key: Key,
  written: string,
  max: number,
): { readonly [K in Key]?: number } {
  const value = Number(written)
  const usable = written.trim() !== '' && Math.abs(value) <= max
  return usable ? ({ [key]: value } as { readonly [K in Key]?: number }) : {}
}

/** A contact card keeps everything in attributes of `<msg>`. */
function readCard(xml: XmlElement): Body | null {
  const nickname = attributeOf(xml, 'nickname')
  const username = attributeOf(xml, 'username')
  if (nickname === '' && username === '') return null
  return {
    kind: 'contact',
    text: sentence('Contact card', nickname || username),
    fields: fieldsOf(
      ['WeChat id', username],
      ['Alias', attributeOf(xml, 'alias')],
      ['Company', attributeOf(xml, 'openimdesc')],
      ['Region', [attributeOf(xml, 'province'), attributeOf(xml, 'city')].filter(Boolean).join(' ')],
    ),
  }
}
