import { expect, it } from 'vitest'
import { hideNames } from './pseudonyms.ts'

const people = [
  { person: 'one', calls: ['+44 7700 900111', 'an.li@firm.example', 'An Li', 'An', 'Li'] },
  { person: 'two', calls: ['zhangsan', '张三'] },
]

it.each([
  ['An Li and 张三 can leave', '<one> and <two> can leave'],
  ['问张三先生，zhangsan也在', '问<two>先生，<two>也在'],
  ['an.li@firm.example, +44 7700 900111 (AN)', '<one>, <one> (<one>)'],
  ['[a-z](.*) $& nobody', '[a-z](.*) $& nobody'],
])('replaces in "%s" what people are called, and nothing else', (text, expected) => {
  expect(hideNames(text, people, (person) => `<${person}>`)).toBe(expected)
  expect(hideNames(text, [], (person) => person)).toBe(text)
})
