/** The first administrator of the demo, by whom everything else is done. */
import type { Browser, Page } from 'playwright-core'
import { visit } from './chromium.ts'
import type { Demo } from './demo.ts'
import { type Text, textsOf } from './texts.ts'

export const administrator = {
  username: 'ada.admin',
  name: 'Ada Admin',
  password: 'four quiet lanterns swaying',
} as const

/** Opens the printed link and becomes the first administrator. */
export async function comeInByLink(browser: Browser, demo: Pick<Demo, 'link'>): Promise<void> {
  const t = textsOf('en')
  const { page, context } = await visit(browser)
  await page.goto(demo.link)
  await page.getByLabel(t('session:username')).fill(administrator.username)
  await page.getByLabel(t('session:name')).fill(administrator.name)
  await page.getByLabel(t('general:password.new')).fill(administrator.password)
  await page.getByLabel(t('general:password.repeat')).fill(administrator.password)
  await page.getByRole('button', { name: t('session:welcome.submit') }).click()
  await isIn(page, t)
  await context.close()
}

export async function signIn(page: Page, demo: Pick<Demo, 'url'>, t: Text): Promise<void> {
  await page.goto(`${demo.url}/sign-in`)
  await page.getByLabel(t('session:username')).fill(administrator.username)
  await page.getByLabel(t('session:password')).fill(administrator.password)
  await page.getByRole('button', { name: t('session:signIn'), exact: true }).click()
  await isIn(page, t)
}

export interface SiteAccount {
  readonly username: string
  readonly password: string
}

/** An account of the archiver site, made on its page, which shows the password this once. */
export async function makeAccount(page: Page, demo: Demo, t: Text, name: string): Promise<SiteAccount> {
  await page.goto(`${demo.url}/archiver-site`)
  await page.getByRole('button', { name: t('site:account.add') }).click()
  const dialog = page.getByRole('dialog')
  await dialog.getByLabel(t('site:account.name')).fill(name)
  await dialog.getByRole('button', { name: t('site:account.create') }).click()
  await page.getByText(t('site:made.title', { name })).waitFor()
  const [, username, password] = await page.locator('main code').allTextContents()
  return { username: username!, password: password! }
}

/** What the signed-in page may call, for what a test only needs to be there. */
export async function callAs(page: Page) {
  const session = (await (await page.request.get(new URL('/api/session', page.url()).href)).json()) as {
    csrfToken: string
  }
  return async <Answer>(method: 'GET' | 'POST', path: string, body?: unknown): Promise<Answer> => {
    const { origin } = new URL(page.url())
    const headers = { origin, 'x-holdfast-csrf': session.csrfToken }
    const answer = await page.request.fetch(origin + path, {
      method,
      headers,
      ...(body === undefined ? {} : { data: body }),
    })
    if (!answer.ok()) throw new Error(`${method} ${path}: ${answer.status()} ${await answer.text()}`)
    return (await answer.json()) as Answer
  }
}

/** Until the portal stands around the page, on a desk as on a phone. */
export function isIn(page: Page, t: Text): Promise<void> {
  return page.getByRole('button', { name: t('general:account.menu', { name: administrator.name }) }).waitFor()
}
