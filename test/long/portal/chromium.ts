/** Chromium as a person's browser, watched: what its console, its policy and the addresses it asked for say. */
import { existsSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { AxeBuilder } from '@axe-core/playwright'
import { type Browser, type BrowserContext, chromium, type Locator, type Page } from 'playwright-core'

const executablePath = '/usr/bin/chromium'
export const hasChromium = existsSync(executablePath)
/** For the name of what is skipped. */
export const whyNot = hasChromium ? '' : ' (skipped: needs the Debian package chromium)'

export interface Visit {
  readonly page: Page
  readonly context: BrowserContext
  /** What went wrong in the pages: errors of scripts and violations of the policy. */
  readonly troubles: string[]
  /** Every address that was asked for, with its query and fragment. */
  readonly addresses: string[]
}

export interface VisitOptions {
  readonly language?: string
  readonly theme?: 'light' | 'dark'
  readonly width?: number
  /** Of the window; a dialog is pictured as far as it goes. */
  readonly height?: number
}

export function openChromium(): Promise<Browser> {
  return chromium.launch({
    executablePath,
    args: [
      '--no-sandbox',
      '--disable-gpu',
      '--disable-quic',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      '--disable-sync',
    ],
  })
}

export async function visit(browser: Browser, options: VisitOptions = {}): Promise<Visit> {
  const { language = 'en', theme = 'light', width = 1280, height = 900 } = options
  const context = await browser.newContext({
    locale: language === 'zh-Hans' ? 'zh-CN' : language,
    colorScheme: theme,
    viewport: { width, height },
    timezoneId: 'Europe/London',
  })
  const page = await context.newPage()
  const [troubles, addresses]: [string[], string[]] = [[], []]
  page.on('pageerror', (error) => troubles.push(`script: ${error.message}`))
  page.on('console', (message) => {
    const text = message.text()
    if (/Content Security Policy|Content-Security-Policy/i.test(text)) troubles.push(`policy: ${text}`)
  })
  // Listened to from the start: a chooser that opens before anybody listens is the system's and never comes to us.
  page.on('filechooser', () => {})
  page.on('request', (request) => addresses.push(request.url()))
  page.on('framenavigated', (frame) => addresses.push(frame.url()))
  return { page, context, troubles, addresses }
}

/**
 * Waits until nothing fades, slides or grows any more, what is read is there, and the page is out of the shadow of a dialog
 * that has gone.
 */
export function atRest(page: Page): Promise<unknown> {
  return page.evaluate(`(async () => {
    const frame = () => new Promise(requestAnimationFrame)
    await Promise.allSettled(document.getAnimations()
      .filter((one) => one.effect.getComputedTiming().endTime < Infinity)
      .map((one) => one.finished))
    await frame()
    await frame()
    const isShadowed = () =>
      document.querySelector('#portal[aria-hidden=true]') && !document.querySelector('[aria-modal=true]')
    const since = performance.now()
    while ((isShadowed() || document.querySelector('.fui-Spinner')) && performance.now() - since < 5000)
      await frame()
  })()`)
}

/** Findings of WCAG 2.2 AA on the page as it stands once it is at rest, in one line each. */
export async function axeFindings(page: Page): Promise<string[]> {
  await atRest(page)
  const { violations } = await new AxeBuilder({ page })
    .withTags(['wcag2a', 'wcag2aa', 'wcag21aa', 'wcag22aa'])
    // The component library's own sentinels for the focus: by design focusable and hidden.
    .exclude('[data-tabster-dummy]')
    .analyze()
  return violations.flatMap(({ id, nodes }) => nodes.map(({ html }) => `${id}: ${html.slice(0, 200)}`))
}

/** Pixels by which the page is wider than its window; 0 where nothing is cut. */
export function overflowOf(page: Page): Promise<number> {
  return page.evaluate('document.documentElement.scrollWidth - document.documentElement.clientWidth')
}

/** Choices whose words do not fit into their field once they are chosen, and fields that stick out of their form. */
export function cutChoices(page: Page): Promise<string[]> {
  return page.evaluate(`[...document.querySelectorAll('form select')].flatMap((select) => {
    const style = getComputedStyle(select)
    const room = select.clientWidth - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight)
    const pen = document.createElement('canvas').getContext('2d')
    pen.font = style.font
    const cut = [...select.options].map(({ text }) => text).filter((text) => pen.measureText(text).width > room)
    const end = (element) => element.getBoundingClientRect().right
    return end(select) > end(select.form) + 1 ? [...cut, 'the field ' + select.value] : cut
  })`)
}

const tabsMax = 120

/** Tabs on until the control has the focus. */
export async function tabTo(page: Page, control: Locator): Promise<void> {
  await control.waitFor()
  for (let tabs = 0; tabs < tabsMax; tabs++) {
    if (await control.evaluate((element) => element === element.ownerDocument.activeElement)) return
    await page.keyboard.press('Tab')
  }
  throw new Error(`Tab never reached ${control}`)
}

/** Keeps a picture for whoever wants to look, in the folder HOLDFAST_SCREENSHOTS when it is set. */
export async function picture(page: Page, name: string): Promise<void> {
  const folder = process.env.HOLDFAST_SCREENSHOTS
  if (!folder) return
  mkdirSync(folder, { recursive: true })
  await page.screenshot({ path: join(folder, `${name}.png`), fullPage: true })
}
