/** Messages that are a file: pictures, sounds, films, documents, and those shared in a call. */

import { numberOf, type Raw, textOf } from '../../formats/raw-json.ts'
import type { BodyType, Reading } from '../body.ts'
import { type Body, fieldsOf, mediaKeys, mediaOf, secondsOf, sentence } from '../body.ts'
import { durationText } from '../times.ts'

export const image: BodyType = {
  known: mediaKeys,
  read: (body, reading) => ({
    kind: 'image',
    text: 'Image',
    media: mediaOf(body, reading, { prefix: 'image', extension: 'jpg' }),
  }),
}

export const voice: BodyType = {
  known: [...mediaKeys, 'voice_size', 'play_length'],
  read: (body, reading) => ({
    kind: 'voice',
    text: withDuration('Voice message', body),
    media: mediaOf(body, reading, { prefix: 'voice', extension: 'amr' }),
  }),
}

export const video: BodyType = {
  known: [...mediaKeys, 'play_length'],
  read: (body, reading) => ({
    kind: 'video',
    text: withDuration('Video', body),
    media: mediaOf(body, reading, { prefix: 'video', extension: 'mp4' }),
  }),
}

/** Type 1 is an animated gif, 2 a png. */
export const emotion: BodyType = {
  known: [...mediaKeys, 'type', 'width', 'height', 'imagesize'],
  read: (body, reading) => ({
    kind: 'sticker',
    text: 'Sticker',
    media: mediaOf(body, reading, {
      prefix: 'sticker',
      extension: numberOf(body, 'type') === 2 ? 'png' : 'gif',
    }),
  }),
}

export const file: BodyType = {
  known: [...mediaKeys, 'filename', 'fileext'],
  read: (body, reading) => readFile('File', body, reading),
}

/** A document shown during a voice call, kept with the id of the call. */
export const voipDocShare: BodyType = {
  keys: ['voip_doc_share', 'voipdocshare'],
  known: [...mediaKeys, 'filename'],
  beside: ['voipid'],
  read: (body, reading) => ({
    ...readFile('Document shared in a call', body, reading),
    fields: fieldsOf(['Call', textOf(reading.message, 'voipid')]),
  }),
}

/** A file of WeDrive: the archive gets its name and no more. */
export const wedriveFile: BodyType = {
  keys: ['info', 'qydiskfile'],
  known: ['filename'],
  read(body) {
    const name = textOf(body, 'filename')
    return {
      kind: 'file',
      text: sentence('WeDrive file', name),
      ...(name === '' ? {} : { withheld: [name] }),
      notes: ['WeCom names files of WeDrive and does not hand them to the archive'],
    }
  },
}

function readFile(label: string, body: Raw, reading: Reading): Body {
  const name = textOf(body, 'filename')
  const extension = textOf(body, 'fileext') || 'bin'
  return {
    kind: 'file',
    text: sentence(label, name),
    media: mediaOf(body, reading, { prefix: 'file', extension, name }),
  }
}

function withDuration(label: string, body: Raw): string {
  const seconds = secondsOf(body, 'play_length')
  return seconds === undefined ? label : `${label}, ${durationText(seconds)}`
}
