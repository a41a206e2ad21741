/** One page as different people see it: in their language, light or dark, at a desk or on a phone. */
import type { Browser, Page } from 'playwright-core'
import { expect } from 'vitest'
import { atRest, axeFindings, overflowOf, picture, type VisitOptions, visit } from './chromium.ts'

export const looks = [
  { language: 'en', width: 1280, theme: 'light' },
  { language: 'es', width: 390, theme: 'dark' },
  { language: 'zh-Hans', width: 390, theme: 'dark' },
] as const satisfies readonly VisitOptions[]

const [desk, ...phones] = looks
let visits = 0

/** On a desk, and on a phone: in one language and in the other by turns. */
function nextLooks(): readonly VisitOptions[] {
  visits += 1
  return [desk, phones[visits % phones.length]!]
}

/** For whoever wants the pictures. */
const moreLooks = [
  { language: 'en', width: 390, theme: 'dark' },
  { language: 'es', width: 1280, theme: 'light' },
  { language: 'zh-Hans', width: 1280, theme: 'light' },
] as const satisfies readonly VisitOptions[]

/** A text that is missing shows its key. */
export const keyForm =
  /\b(?:account|activation|archives|audit|connectors|coverage|delivery|directory|disposition|errors|general|holds|home|integrity|items|mailboxes|people|personal|regions|retention|review|search|session|settings|site|supervision):[a-z]\w*(?:\.\w+)*\b/

/**
 * Opens the address of a signed-in page again in each look, waits until `shown` finds what is looked at, and expects
 * it to be whole: nothing that axe finds, no text that is missing, nothing wider than its window.
 */
export async function lookAt(
  browser: Browser,
  page: Page,
  name: string,
  shown: (page: Page) => Promise<unknown>,
): Promise<void> {
  const cookies = await page.context().cookies()
  for (const look of process.env.HOLDFAST_SCREENSHOTS ? [...looks, ...moreLooks] : nextLooks()) {
    const { page: other, context, troubles } = await visit(browser, look)
    await context.addCookies(cookies)
    await other.goto(page.url())
    await shown(other)
    await expectWhole(other, `${name}-${look.language}-${look.width}`)
    expect(troubles).toEqual([])
    await context.close()
  }
}

/** The page as it stands, and a picture of it. */
export async function expectWhole(page: Page, name: string): Promise<void> {
  await atRest(page)
  await picture(page, name)
  expect(await axeFindings(page), name).toEqual([])
  // Less where a dialog takes the scrollbar away.
  expect(await overflowOf(page), name).toBeLessThanOrEqual(0)
  expect(keyForm.exec((await page.locator('body').textContent()) ?? '')?.[0], name).toBeUndefined()
}

/** The large number above a word, where it stands. */
export function figure(page: Page, name: string): Promise<string | null> {
  const one = page.locator('dl > div').filter({ has: page.getByText(name, { exact: true }) })
  return one.locator('dd').textContent()
}
