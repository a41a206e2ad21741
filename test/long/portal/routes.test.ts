/** Routes of an account as an administrator sets them up: from the source's own form to the address for the vendor. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium, openChromium, visit, whyNot } from './chromium.ts'
import { type Demo, startDemo } from './demo.ts'
import { expectWhole } from './looks.ts'
import { comeInByLink, signIn } from './people.ts'
import { textsOf } from './texts.ts'

let demo: Demo
let browser: Browser

beforeAll(async () => {
  if (!hasChromium) return
  demo = await startDemo()
  browser = await openChromium()
  await comeInByLink(browser, demo)
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await demo?.stop()
})

describe.skipIf(!hasChromium)(`routes${whyNot}`, () => {
  it('are made with what the source asks for, called by the vendor, and told when they are in trouble', async () => {
    const t = textsOf('en')
    const { page, context, troubles } = await visit(browser)
    await signIn(page, demo, t)
    await page.goto(`${demo.url}/archiver-site/1`)
    await page.getByText(t('site:route.none')).waitFor()
    await page.getByRole('button', { name: t('site:route.add') }).click()
    const panel = page.getByRole('dialog')
    await panel.getByLabel(t('site:route.source')).selectOption('whatsapp-linked-device')
    await panel.getByText(t('site:route.risk'), { exact: true }).waitFor()
    await expectWhole(page, 'route-with-risk')
    await panel.getByLabel(t('site:route.source')).selectOption('whatsapp-cloud')
    await panel.getByLabel(t('site:route.name')).fill('Business number')
    const save = panel.getByRole('button', { name: t('site:route.save') })
    await panel.getByLabel('appSecret', { exact: true }).fill('f00dfeedf00dfeed')
    await panel.getByLabel('verifyToken').fill('open-sesame')
    await panel.getByLabel('phoneNumberIds').fill('1000001\n1000002')
    await expectWhole(page, 'route-form')
    await save.click()
    await panel.waitFor({ state: 'hidden' })
    await page.getByText(t('site:route.running'), { exact: true }).waitFor()
    const address = (await page.getByText(/\/site\/hooks\/whatsapp-cloud\/[0-9a-f]{32}/).textContent())!
    const challenge = new URLSearchParams({
      ...{ 'hub.mode': 'subscribe', 'hub.verify_token': 'open-sesame', 'hub.challenge': '42' },
    })
    expect(await (await fetch(`${address}?${challenge}`)).text()).toBe('42')
    await page.getByRole('button', { name: t('site:route.test') }).click()
    await page.getByText(/There is none: media cannot be fetched/).waitFor()
    await expectWhole(page, 'route-tested')
    await page.getByRole('button', { name: t('site:route.disable') }).click()
    await page.getByText(t('site:route.disabled'), { exact: true }).waitFor()
    expect(troubles).toEqual([])
    await context.close()
  })

  it('are read on a phone in Chinese, in the dark', async () => {
    const t = textsOf('zh-Hans')
    const { page, context, troubles } = await visit(browser, {
      language: 'zh-Hans',
      width: 390,
      theme: 'dark',
    })
    await signIn(page, demo, t)
    await page.goto(`${demo.url}/archiver-site/1`)
    await page.getByText(t('site:route.disabled'), { exact: true }).waitFor()
    await page.getByRole('heading', { name: t('site:route.title') }).scrollIntoViewIfNeeded()
    await expectWhole(page, 'routes-phone')
    expect(troubles).toEqual([])
    await context.close()
  })
})
