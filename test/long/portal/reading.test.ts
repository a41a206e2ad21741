/** Reading by keys: down a mailbox, through a conversation, from hit to hit, and back. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium, openChromium, type Visit, visit, whyNot } from './chromium.ts'
import { type Demo, startDemo } from './demo.ts'
import { comeInByLink, signIn } from './people.ts'
import { textsOf } from './texts.ts'

const t = textsOf('en')
let demo: Demo
let browser: Browser
let visited: Visit

beforeAll(async () => {
  if (!hasChromium) return
  demo = await startDemo()
  browser = await openChromium()
  await comeInByLink(browser, demo)
  visited = await visit(browser)
  await signIn(visited.page, demo, t)
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await demo?.stop()
})

/** Keys act once the item one went to is there. */
async function shown(): Promise<void> {
  const { page } = visited
  await page.waitForTimeout(300)
  await page.locator('article[aria-current="true"]').waitFor()
}

describe.skipIf(!hasChromium)(`reading${whyNot}`, () => {
  it('goes down a mailbox with j, opens with o, and comes back to the same place with Escape', async () => {
    const { page, troubles } = visited
    await page.goto(`${demo.url}/mailboxes/1`)
    const list = page.getByRole('region', { name: t('mailboxes:itemList') })
    await list.getByRole('link').nth(3).waitFor()
    const address = await list.getByRole('link').nth(2).getAttribute('href')
    await page.keyboard.press('j')
    await page.keyboard.press('j')
    await page.keyboard.press('o')
    await page.waitForURL(/\/items\//)
    expect(page.url()).toContain(address)
    await shown()
    await page.keyboard.press('j')
    await expect.poll(() => page.url()).not.toContain(address)
    await shown()
    await page.keyboard.press('Escape')
    await page.waitForURL(/\/mailboxes\/1/)
    await list.getByRole('link').nth(3).waitFor()
    expect(troubles).toEqual([])
  })

  it('finds Chinese and English from anywhere with /, and steps through the hits with n and p', async () => {
    const { page, troubles } = visited
    for (const [query, hit] of [
      ['内幕 OR 合同 OR 发票', /./],
      ['notary', /notary/i],
    ] as const) {
      await page.goto(demo.url)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.keyboard.press('/')
      await page.keyboard.type(query)
      await page.keyboard.press('Enter')
      await page.waitForURL(/\/search\/[0-9a-f-]{36}$/)
      await page.locator('main mark').first().waitFor()
      const hits = page.locator('main a[href*="/items/"]')
      const hitCount = await hits.count()
      await hits.first().click()
      await page.waitForURL(/\/items\//)
      const first = page.url()
      await expect.poll(() => page.locator('article[aria-current] mark').first().textContent()).toMatch(hit)
      if (hitCount > 1) {
        await page.keyboard.press('n')
        await expect.poll(() => page.url()).not.toBe(first)
        await shown()
        await page.keyboard.press('p')
        await expect.poll(() => page.url()).toBe(first)
        await shown()
      }
      await page.keyboard.press('Escape')
      await page.waitForURL(/\/search\//)
    }
    expect(troubles).toEqual([])
  })

  it('shows an item as conversation, e-mail, headers and record, and gives out the very bytes', async () => {
    const { page } = visited
    await page.goto(`${demo.url}/mailboxes/1`)
    await page
      .getByRole('region', { name: t('mailboxes:itemList') })
      .getByRole('link')
      .first()
      .click()
    await page.getByRole('article').first().waitFor()
    await page.getByRole('link', { name: t('items:tab.details'), exact: true }).click()
    const sha256 = await page
      .locator('code', { hasText: /^[0-9a-f]{64}$/ })
      .first()
      .textContent()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      page.getByRole('link', { name: t('items:downloadEmail') }).click(),
    ])
    const { readFileSync } = await import('node:fs')
    const { hash } = await import('node:crypto')
    expect(hash('sha256', readFileSync(await download.path()))).toBe(sha256)
    await page.getByRole('link', { name: t('items:tab.headers'), exact: true }).click()
    await page.getByText('X-Holdfast-').first().waitFor()
    await page.getByRole('link', { name: t('items:tab.record'), exact: true }).click()
    await page.getByText('whatsapp-export').first().waitFor()
  })
})
