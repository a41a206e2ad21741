/** Every page, in every language, in light and dark, on a desk and on a phone: nothing cut, nothing that axe finds. */
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import {
  atRest,
  axeFindings,
  hasChromium,
  openChromium,
  overflowOf,
  picture,
  visit,
  whyNot,
} from './chromium.ts'
import { type Demo, startDemo } from './demo.ts'
import { keyForm } from './looks.ts'
import { callAs, comeInByLink, signIn } from './people.ts'
import { type Language, languages, textsOf } from './texts.ts'

let demo: Demo
let browser: Browser
let addresses: readonly (readonly [name: string, path: string])[]

beforeAll(async () => {
  if (!hasChromium) return
  demo = await startDemo()
  browser = await openChromium()
  await comeInByLink(browser, demo)
  addresses = await addressesOf(demo)
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await demo?.stop()
})

/** Every page behind the sign-in, the ones of single things by what the demo holds. */
async function addressesOf(firm: Demo): Promise<[string, string][]> {
  const { page, context } = await visit(browser)
  await signIn(page, firm, textsOf('en'))
  const api = await callAs(page)
  const search = await api<{ id: string }>('POST', '/api/searches', { query: 'berth OR 内幕 OR kind:image' })
  const results = await api<{ items: { id: string }[] }>('GET', `/api/searches/${search.id}/results`)
  const draft = await api<{ id: string }>('POST', '/api/connector-drafts', { type: 'wechat' })
  const item = results.items[0]!.id
  const destination = await unreachableDestination(api)
  await context.close()
  return [
    ['home', '/'],
    ['connectors', '/connectors'],
    ['catalogue', '/connectors/catalogue'],
    ['product', '/connectors/catalogue/wechat'],
    ['wizard', `/connectors/new/${draft.id}`],
    ['connector', '/connectors/1'],
    ['exceptions', '/connectors/2/exceptions'],
    ['destinations', '/connectors/destinations'],
    ['destination', `/connectors/destinations/${destination}`],
    ['regions', '/connectors/regions'],
    ['site', '/archiver-site'],
    ['account-of-the-site', '/archiver-site/1'],
    ['mailboxes', '/mailboxes'],
    ['directory', '/mailboxes/directory'],
    ['archives', '/mailboxes/archives'],
    ['mailbox', '/mailboxes/1'],
    ['conversation', `/items/${item}`],
    ['details', `/items/${item}?tab=details`],
    ['kept', `/items/${item}?tab=kept`],
    ['email', `/items/${item}?tab=email`],
    ['headers', `/items/${item}?tab=headers`],
    ['record', `/items/${item}?tab=record`],
    ['search', '/search'],
    ['results', `/search/${search.id}`],
    ['retention', '/retention'],
    ['retention-new', '/retention/policies/new'],
    ['retention-labels', '/retention/labels'],
    ['retention-label-new', '/retention/labels/new'],
    ['retention-scopes', '/retention/scopes'],
    ['disposition', '/disposition'],
    ['disposition-reviews', '/disposition/reviews'],
    ['disposed', '/disposition/disposed'],
    ['integrity-log', '/integrity-log'],
    ['reviews', '/supervision/review'],
    ['review-relations', '/supervision/review/relations'],
    ['audit', '/audit'],
    ['audit-retention', '/audit/retention'],
    ['people', '/people'],
    ['role-groups', '/people/role-groups'],
    ['search-filters', '/people/search-filters'],
    ['approvals', '/people/approvals'],
    ['settings', '/settings'],
    ['my-account', '/account'],
    ['no-such-page', '/nowhere'],
  ]
}

/** One that what was imported waits for: nobody listens at the first port of this machine. */
async function unreachableDestination(api: Awaited<ReturnType<typeof callAs>>): Promise<number> {
  const { id } = await api<{ id: number }>('POST', '/api/destinations', {
    name: 'Mail server of the head office in the old customs house',
    kind: 'imap',
    settings: {
      ...{ host: '127.0.0.1', port: 1, tls: 'none-loopback-only' },
      ...{ login: 'master-user', masterUser: 'archiver' },
    },
    secret: { password: 'not a password of anybody' },
  })
  await api('POST', `/api/destinations/${id}/connectors/1`, { history: true })
  const problem = async () =>
    (await api<{ problem: { reason: string } | null }>('GET', `/api/destinations/${id}`)).problem?.reason
  await vi.waitUntil(async () => (await problem()) === 'unreachable', { timeout: 60_000, interval: 200 })
  return id
}

/** Whoever wants the pictures gets all of them; otherwise each theme and each width once. */
const pictured = process.env.HOLDFAST_SCREENSHOTS !== undefined
const looks = [
  { theme: 'light', width: 1280 },
  { theme: 'dark', width: 390 },
  ...(pictured
    ? ([
        { theme: 'light', width: 390 },
        { theme: 'dark', width: 1280 },
      ] as const)
    : []),
] as const

async function settled(page: Page): Promise<void> {
  await page.getByRole('heading', { level: 1 }).first().waitFor()
  // What moves or waits is not what is looked at.
  const waiting = page.locator('[role=progressbar]:not([aria-valuenow])')
  await expect.poll(() => waiting.count(), { timeout: 20_000 }).toBe(0)
  await page.waitForTimeout(100)
  await atRest(page)
}

/** Texts that are missing or cut. */
async function textFindings(page: Page, name: string): Promise<string[]> {
  const key = keyForm.exec((await page.locator('body').textContent()) ?? '')?.[0]
  const overflow = await overflowOf(page)
  return [
    ...(key ? [`${name}: shows the key ${key}`] : []),
    ...(overflow > 0 ? [`${name}: wider than its window by ${overflow} pixels`] : []),
  ]
}

describe.skipIf(!hasChromium).each(looks)(
  `pages, $theme, $width pixels wide${whyNot}`,
  ({ theme, width }) => {
    it('axe finds nothing on them, and nothing is cut', async () => {
      const { page, context, troubles } = await visit(browser, { theme, width })
      await page.goto(`${demo.url}/sign-in`)
      await settled(page)
      const findings = (await axeFindings(page)).map((finding) => `sign-in: ${finding}`)
      await picture(page, `sign-in-${theme}-${width}`)
      await signIn(page, demo, textsOf('en'))
      for (const [name, path] of addresses) {
        await page.goto(demo.url + path)
        await settled(page)
        findings.push(...(await axeFindings(page)).map((finding) => `${name}: ${finding}`))
        findings.push(...(await textFindings(page, name)))
        await picture(page, `${name}-${theme}-${width}`)
      }
      expect(findings).toEqual([])
      expect(troubles).toEqual([])
      await context.close()
    })
  },
)

// In English they were looked at above.
const others = languages.filter((language) => language !== 'en')
describe.skipIf(!hasChromium).each(others)(`pages in %s${whyNot}`, (language: Language) => {
  it('say everything in that language, and nothing is cut', async () => {
    const findings: string[] = []
    for (const width of pictured ? [390, 1280] : [390]) {
      const { page, context, troubles } = await visit(browser, { language, width })
      await signIn(page, demo, textsOf(language))
      for (const [name, path] of addresses) {
        await page.goto(demo.url + path)
        await settled(page)
        findings.push(...(await textFindings(page, `${name} at ${width}`)))
        await picture(page, `${name}-${language}-${width}`)
      }
      findings.push(...troubles)
      await context.close()
    }
    expect(findings).toEqual([])
  })
})
