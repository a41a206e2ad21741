import { describe, expect, it } from 'vitest'
import type { Message } from '../domain/message.ts'
import { anna, ben, inputOf, textMessage } from './compose.contract.ts'
import { composeEmail, itemClassOf, subjectOf } from './index.ts'

const subject = (text: string, more: Partial<Message> = {}) => subjectOf(textMessage(text, more)).subject

describe('the subject of an item', () => {
  it('names channel, conversation and the start of the text', () => {
    expect(subjectOf(textMessage('Can we move the call?'))).toEqual({
      subject: 'WhatsApp · Deal team: Can we move the call?',
      subjectTextLength: 21,
    })
  })

  it('marks what happened to a message in front', () => {
    expect(subject('gone', { event: 'deleted' })).toBe('Deleted: WhatsApp · Deal team: gone')
    expect(subject('back', { event: 'recalled', channel: 'wecom' })).toBe('Recalled: WeCom · Deal team: back')
    expect(subject('new', { event: 'edited' })).toBe('Edited: WhatsApp · Deal team: new')
    expect(subject('new', { markedEdited: true })).toBe('Edited: WhatsApp · Deal team: new')
    expect(subject('👍', { event: 'reacted' })).toBe('Reaction: WhatsApp · Deal team: 👍')
  })

  it('names a kind that is not text, and the file where there are no words', () => {
    const call = {
      kind: 'call',
      call: { medium: 'voice', outcome: 'missed', group: false },
    } as Partial<Message>
    expect(subject('Missed voice call', call)).toBe('WhatsApp · Deal team: [Call] Missed voice call')
    const attachments = [{ name: 'PTT-001.opus', mediaType: 'audio/ogg', bytes: 1, sha256: '' }]
    const voice = { kind: 'voice', attachments } as Partial<Message>
    expect(subjectOf(textMessage('', voice))).toEqual({
      subject: 'WhatsApp · Deal team: [Voice note] PTT-001.opus',
      subjectTextLength: 0,
    })
  })

  it('names a direct conversation after the two who talk, as their organisation knows them', () => {
    const direct = textMessage('hello', { channel: 'wechat', conversation: { id: 'a_b', type: 'direct' } })
    expect(subjectOf(direct).subject).toBe('WeChat · Anna Smith, Ben Jones: hello')
    const participants = [
      { participant: anna, displayName: '张伟' },
      { participant: ben, displayName: 'Li Na' },
    ]
    expect(composeEmail(inputOf(direct, [], { participants })).subject).toBe('WeChat · 张伟, Li Na: hello')
  })

  it('puts a text of several lines on one and says how much of it went in', () => {
    expect(subjectOf(textMessage('  Dear all,\r\n\r\nsee   below\t'))).toEqual({
      subject: 'WhatsApp · Deal team: Dear all, see below',
      subjectTextLength: 27,
    })
    const long = subjectOf(textMessage(`one\n\ntwo ${'word '.repeat(60)}`))
    expect(long.subject).toHaveLength(120)
    expect(long.subject).toMatch(/^WhatsApp · Deal team: one two word .*[word]…$/)
    // "one", one blank for two line breaks, then the text as it is.
    expect(long.subjectTextLength).toBe(long.subject.length - 'WhatsApp · Deal team: …'.length + 1)
  })

  it('never cuts a character that people see as one', () => {
    const family = '👨‍👩‍👧‍👦'
    const { subject, subjectTextLength } = subjectOf(textMessage(family.repeat(40)))
    expect(subject).toBe(`WhatsApp · Deal team: ${family.repeat(8)}…`)
    expect(subjectTextLength).toBe(family.length * 8)
    expect(subjectOf(textMessage(`${'x'.repeat(96)}e\u0301 more`)).subject.endsWith('x…')).toBe(true)
  })

  it('needs no name of a conversation', () => {
    expect(subject('', { conversation: { id: '', type: 'group' } })).toBe('WhatsApp')
    expect(subject('hi', { conversation: { id: ' ', type: 'group' } })).toBe('WhatsApp: hi')
  })

  it('stays quick and short for a text of a million blanks', () => {
    expect(subjectOf(textMessage(' '.repeat(1_000_000)))).toMatchObject({
      subject: 'WhatsApp · Deal team: …',
    })
  })
})

describe('the item class', () => {
  it('is the one that administrators search for', () => {
    const of = (more: Partial<Message>) => itemClassOf(textMessage('x', more))
    expect(of({})).toBe('IPM.ExternalData.WhatsAppArchiver.Message')
    expect(of({ channel: 'wecom' })).toBe('IPM.ExternalData.WeChatArchiver.Message')
    expect(of({ channel: 'wechat', kind: 'call' } as Partial<Message>)).toBe(
      'IPM.ExternalData.WeChatArchiver.Call',
    )
    expect(of({ event: 'edited' })).toBe('IPM.ExternalData.WhatsAppArchiver.Message')
    expect(of({ event: 'recalled' })).toBe('IPM.ExternalData.WhatsAppArchiver.Event')
    expect(of({ kind: 'system' })).toBe('IPM.ExternalData.WhatsAppArchiver.Event')
  })
})
