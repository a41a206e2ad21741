import { expect, it } from 'vitest'
import { measureTemplates } from '../../../../bench/supervision.ts'
import { parsePolicy } from '../../../domain/supervision-policy.ts'
import { policyFromTemplate, templates } from './index.ts'

it('raises fewer than 0.5 alerts in 1,000 innocent messages of each language, and finds every planted violation', () => {
  const { english, chinese, planted } = measureTemplates(40_000)
  expect(english.byRule).toEqual({})
  expect(english.alertsPerThousand).toBeLessThan(0.5)
  expect(chinese.byRule).toEqual({})
  expect(chinese.alertsPerThousand).toBeLessThan(0.5)
  expect(planted.missed).toEqual([])
  expect(planted.found).toBeGreaterThan(70)
}, 30_000)

it.each(templates.map(({ name }) => name))('%s makes a policy that can be saved', (name) => {
  const policy = parsePolicy(policyFromTemplate(name, 'Ours'))
  expect(policy).toMatchObject({ name: 'Ours', template: { name } })
})
