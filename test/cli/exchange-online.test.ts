/** Exchange Online set up by commands, as far as that goes without Microsoft. */
import { afterAll, expect, it } from 'vitest'
import { createHoldfast } from './holdfast.ts'

const holdfast = createHoldfast()
afterAll(() => holdfast.remove())

const application = ['--tenant', 'firm.onmicrosoft.test', '--client', '11111111-2222-4333-8444-555555555555']
const add = (...more: string[]) => [
  'delivery',
  'add',
  'exchange-online',
  '--no-test',
  ...application,
  ...more,
]

it('a destination is kept with its cloud, and the directory signs in as it does', async () => {
  expect(await holdfast.refusal(...add('--name', 'none'))).toMatchObject({
    ...{ code: 'bad-settings', message: expect.stringContaining('--certificate FILE') },
  })
  holdfast.write('secret', 'correct-horse-battery\n')
  const secret = ['--secret-file', 'secret']
  const made = await holdfast.json(...add('--name', 'm365', '--cloud', 'gcc-high', ...secret))
  expect(made).toMatchObject({ name: 'm365', kind: 'exchange-online', settings: { cloud: 'gcc-high' } })
  const { graph } = await holdfast.json<{ graph: object }>(
    'directory',
    'set',
    'graph',
    '--destination',
    'm365',
  )
  expect(graph).toMatchObject({
    hasSecret: true,
    settings: { cloud: 'gcc-high', tenantId: 'firm.onmicrosoft.test', credential: 'secret' },
  })
  const told = JSON.stringify([made, graph, await holdfast.json('delivery', 'status', 'm365')])
  expect(told).not.toContain('correct-horse')
})
