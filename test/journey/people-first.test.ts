import { expect, it } from 'vitest'
import { withFirm } from './firm.ts'
import { captureWecom, groupText, threeMailboxes, threePeople } from './wecom.ts'

it('gives way to people before each page of a run', async () => {
  await withFirm(async (firm) => {
    await firm.addUsers(threePeople)
    await firm.addMailboxes(threeMailboxes)
    await firm.connect('wechat')
    for (const text of ['one', 'two', 'three']) await captureWecom(firm, [groupText(text)])
    let gave = 0
    const giveWay = async () => {
      gave += 1
    }
    Object.assign(firm.centre, { giveWay, feed: { recordsPerPage: 1, retryWaitMs: 20 } })
    await firm.run('wechat')
    // Three pages, and one that says that there are no more.
    expect(gave).toBe(4)
  })
}, 60_000)
