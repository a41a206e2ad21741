import { expect, it } from 'vitest'
import { notesOfAll } from './notes.ts'

it('says once what is noted of every message, and nothing that is noted of some', () => {
  const messages = [{ notes: ['Unverified.', 'Cut off.'] }, { notes: ['Unverified.'] }]
  expect([...notesOfAll(messages)]).toEqual(['Unverified.'])
  expect([...notesOfAll([...messages, { notes: [] }])]).toEqual([])
})

it('leaves the notes of a single message with the message', () => {
  expect([...notesOfAll([{ notes: ['Unverified.'] }])]).toEqual([])
})
