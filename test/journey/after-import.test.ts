import { setTimeout } from 'node:timers/promises'
import { afterEach, beforeEach, expect, it } from 'vitest'
import { type ConnectorParts, runConnector } from '../../src/connector/index.ts'
import { type Firm, openFirm } from './firm.ts'
import { captureWecom, groupText, threeMailboxes, threePeople } from './wecom.ts'

let firm: Firm
beforeEach(async () => {
  firm = await openFirm()
  await firm.addUsers(threePeople)
  await firm.addMailboxes(threeMailboxes)
  await firm.connect('wechat')
  // A capture is a block, and a page has whole blocks.
  for (const text of ['one', 'two', 'three']) await captureWecom(firm, [groupText(text)], {}, `${text}.jsonl`)
}, 60_000)
afterEach(() => firm?.close())

const imported = async () => (await firm.pool.query('select from message')).rowCount
const run = (afterImport: NonNullable<ConnectorParts['afterImport']>) => {
  const parts: ConnectorParts = { ...firm.centre, feed: { recordsPerPage: 1 }, afterImport }
  return runConnector(parts, 'wechat', { kind: 'run', requestedBy: 'test' })
}

it('the next pages are imported while the first is looked at, one look at a time, and all are done in the end', async () => {
  const seen: (number | null)[] = []
  let [looking, most] = [0, 0]
  await run(async () => {
    looking += 1
    most = Math.max(most, looking)
    while ((await imported())! < 3) await setTimeout(20)
    seen.push(await imported())
    looking -= 1
  })
  expect({ seen, most }).toEqual({ seen: [3, 3, 3], most: 1 })
}, 60_000)

it('a look that fails ends the run, with what was imported kept', async () => {
  await expect(
    run(async () => {
      throw new Error('no look')
    }),
  ).rejects.toThrow('no look')
  expect(await imported()).toBe(3)
}, 60_000)
