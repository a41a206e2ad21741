import type { Template } from './template.ts'

export const conflict: Template = {
  name: 'conflict-of-interest',
  version: 1,
  description:
    'Every message between two groups that should not talk: write your own departments or mailboxes in place of Research and Sales.',
  directions: ['internal'],
  rules: [
    {
      id: 'between',
      title: 'Between the two groups',
      severity: 'medium',
      when: { between: { first: { departments: ['Research'] }, second: { departments: ['Sales'] } } },
    },
  ],
}
