import type { Template } from './template.ts'

export const sensitive: Template = {
  name: 'sensitive-information',
  version: 1,
  description:
    'Numbers of payment cards, accounts and identity documents, by their check digits and the words near them.',
  review: { percent: 10 },
  rules: [
    {
      id: 'payment-card',
      severity: 'high',
      when: { information: { type: 'payment-card', confidenceMin: 85 } },
    },
    { id: 'iban', severity: 'medium', when: { information: { type: 'iban' } } },
    {
      id: 'china-resident-identity',
      severity: 'high',
      when: { information: { type: 'china-resident-identity' } },
    },
    {
      id: 'identity-document',
      severity: 'medium',
      when: {
        any: [
          { information: { type: 'passport' } },
          { information: { type: 'hong-kong-identity' } },
          { information: { type: 'us-social-security' } },
          { information: { type: 'uk-national-insurance' } },
          { information: { type: 'spain-identity' } },
          { information: { type: 'italy-fiscal-code' } },
          { information: { type: 'sweden-identity' } },
        ],
      },
    },
  ],
}
