import { describe, expect, it } from 'vitest'
import { type Body, type BodyCircumstances, readBody } from './body.ts'
import { wordings } from './wordings.ts'
import { wordingsBeyondLatin } from './wordings-beyond-latin.ts'

const L = '\u200e'
const ios: BodyCircumstances = { platform: 'ios', marked: true, authored: true, hasMedia: () => false }
const android: BodyCircumstances = { ...ios, platform: 'android', marked: false }
const unmarkedIos: BodyCircumstances = { ...ios, marked: false }

describe.each(Object.entries({ ...wordings, ...wordingsBeyondLatin }))('wordings of %s', (_, words) => {
  it.each(words.attached)('attached: %s', (word) => {
    const onIos = readBody(`${L}<${word}: 00000007-PHOTO-2024-02-14-09-18-22.jpg>`, ios)
    expect(onIos).toMatchObject({ form: 'attachment', kind: 'image', text: '' })
    const onAndroid = readBody(`${L}PTT-20240214-WA0003.opus (${word})\ncaption`, android)
    expect(onAndroid).toMatchObject({
      form: 'attachment',
      name: 'PTT-20240214-WA0003.opus',
      kind: 'voice',
      text: 'caption',
    })
  })
  it('omitted', () => {
    expect(readBody(`<${words.mediaOmitted[0]}>`, android)).toMatchObject({ form: 'omitted', kind: 'file' })
    for (const kind of ['image', 'video', 'audio', 'sticker', 'contact'] as const) {
      for (const text of words[kind]) {
        expect(readBody(L + text, ios), text).toMatchObject({ form: 'omitted', kind })
      }
    }
    for (const text of words.document) expect(readBody(L + text, ios)).toMatchObject({ form: 'omitted' })
  })
  it('deleted, with and without a full stop, as a whole body only', () => {
    for (const text of words.deleted) {
      expect(readBody(text, android).form, text).toBe('deleted')
      expect(readBody(`${L}${text}.`, ios).form, text).toBe('deleted')
      expect(readBody(`Why does it say ${text}?`, android).form).toBe('text')
    }
  })
  it('edited', () => {
    for (const text of words.edited) {
      expect(readBody(`new words ${L}<${text}>`, ios)).toEqual({
        form: 'text',
        text: 'new words',
        edited: true,
      })
    }
  })
  it('missed calls', () => {
    expect(readBody(L + words.missedVoice[0], ios)).toMatchObject({
      form: 'call',
      call: { medium: 'voice', outcome: 'missed', group: false },
    })
    expect(readBody(`${L}${words.missedVideo[0]}`, { ...android, authored: false })).toMatchObject({
      form: 'call',
      call: { medium: 'video', outcome: 'missed' },
    })
  })
})

describe('bodies', () => {
  const cases: readonly (readonly [string, string, BodyCircumstances, Partial<Body>])[] = [
    ['text', 'lunch at 12?', ios, { form: 'text', text: 'lunch at 12?' }],
    [
      'document with its title',
      `Plan.pdf • ${L}2 pages ${L}<attached: 00000047-Plan.pdf>`,
      ios,
      { form: 'attachment', name: '00000047-Plan.pdf', kind: 'file', text: `Plan.pdf • ${L}2 pages` },
    ],
    [
      'attachment in an unknown language, by its mark',
      `${L}<belgi: 00000002-VIDEO-2024-01-06-14-05-37.mp4>`,
      ios,
      { form: 'attachment', kind: 'video' },
    ],
    [
      'French, with a blank before the colon',
      `${L}<pièce jointe : 00000012-PHOTO-2024-01-06-14-05-37.jpg>`,
      ios,
      { form: 'attachment', name: '00000012-PHOTO-2024-01-06-14-05-37.jpg' },
    ],
    [
      'attachment of iOS in 2015',
      '2015-08-04-PHOTO-00004762.jpg <attached>',
      unmarkedIos,
      { form: 'attachment', name: '2015-08-04-PHOTO-00004762.jpg', kind: 'image' },
    ],
    ['a tag somebody typed', 'use <b: bold.txt> here', ios, { form: 'text' }],
    ['a path is no file name', 'IMG/../x.jpg (file attached)', android, { form: 'text' }],
    [
      'attachment in an unknown language, because the file is there',
      'Überblick 2024.pdf (biriktirilgan)',
      { ...android, hasMedia: (name) => name === 'Überblick 2024.pdf' },
      { form: 'attachment', name: 'Überblick 2024.pdf' },
    ],
    ['a remark in brackets', 'see notes.txt (page 3)', android, { form: 'text' }],
    [
      'contact card',
      'Ada Example.vcf (file attached)',
      android,
      { form: 'attachment', kind: 'contact', name: 'Ada Example.vcf' },
    ],
    ['sticker', 'STK-20240101-WA0001.webp (file attached)', android, { form: 'attachment', kind: 'sticker' }],
    [
      'picture as document',
      'DOC-20240101-WA0001.jpg (file attached)',
      android,
      { form: 'attachment', kind: 'file' },
    ],
    [
      'omitted media with caption',
      '<Media omitted>\nthe whiteboard',
      android,
      { form: 'omitted', text: '<Media omitted>\nthe whiteboard' },
    ],
    ['omitted video note', '<Video message omitted>', android, { form: 'omitted', kind: 'video' }],
    ['"image omitted" typed by a person', 'image omitted', ios, { form: 'text' }],
    [
      '"image omitted" where marks were lost',
      'image omitted',
      unmarkedIos,
      { form: 'omitted', kind: 'image' },
    ],
    [
      'deleted by a named admin',
      'This message was deleted by admin Ben Broker.',
      android,
      { form: 'deleted' },
    ],
    ['own deletion as admin', `${L}You deleted this message as admin`, ios, { form: 'deleted' }],
    [
      'missed call with hint',
      `${L}Missed voice call. ${L}Tap to call back`,
      ios,
      { form: 'call', call: { medium: 'voice', outcome: 'missed', group: false } },
    ],
    [
      'unanswered call',
      `${L}Voice call. ${L}No answer`,
      ios,
      { form: 'call', call: { medium: 'voice', outcome: 'unanswered', group: false } },
    ],
    [
      'answered call',
      `${L}Video call, ${L}1 hr 5 min`,
      ios,
      { form: 'call', call: { medium: 'video', outcome: 'completed', group: false, durationSeconds: 3900 } },
    ],
    [
      'missed group call',
      `${L}Missed group voice call`,
      ios,
      { form: 'call', call: { medium: 'voice', outcome: 'missed', group: true } },
    ],
    ['"Missed voice call" as an Android author’s words', 'Missed voice call', android, { form: 'text' }],
    ['null', 'null', android, { form: 'not-exported' }],
    ['nothing', '', android, { form: 'not-exported' }],
    ['null on iOS is a word', 'null', ios, { form: 'text', text: 'null' }],
    ['waiting', 'Waiting for this message. This may take a while.', android, { form: 'waiting' }],
    [
      'view once',
      `${L}You received a view once message. For added privacy, you can only open it on your phone.`,
      ios,
      { form: 'view-once' },
    ],
    [
      'location',
      `${L}Standort: https://maps.google.com/?q=51.500729,-0.124625`,
      ios,
      { form: 'location', location: { latitude: 51.500729, longitude: -0.124625 } },
    ],
    [
      'place',
      'Example Café (1 High Street\nLondon): https://foursquare.com/v/0000',
      android,
      { form: 'location', location: { title: 'Example Café', address: '1 High Street, London' } },
    ],
    ['live location', 'live location shared', android, { form: 'location', location: { live: true } }],
    ['a notice under a name', `${L}Ada changed this group's icon`, ios, { form: 'system' }],
  ]
  it.each(cases)('%s', (_, body, about, expected) => {
    expect(readBody(body, about)).toMatchObject(expected)
  })

  it('poll, with marks, without, and in another language', () => {
    const poll = {
      form: 'poll',
      poll: {
        question: 'When?',
        options: [
          { text: 'Mon', votes: 2 },
          { text: 'Tue: late', votes: 1 },
        ],
      },
    }
    expect(
      readBody(`${L}POLL:\nWhen?\n${L}OPTION: Mon (2 votes)\n${L}OPTION: Tue: late (1 vote)`, ios),
    ).toEqual(poll)
    expect(readBody('POLL:\nWhen?\nOPTION: Mon (2 votes)\nOPTION: Tue: late (1 vote)', android)).toEqual(poll)
    expect(
      readBody(`${L}SO‘ROVNOMA:\nWhen?\n${L}VARIANT: Mon (2 ta)\n${L}VARIANT: Tue: late (1 ta)`, ios),
    ).toEqual(poll)
    expect(readBody('Agenda:\nfirst\nsecond: x (3)', android).form).toBe('text')
  })
})
