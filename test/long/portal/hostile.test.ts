/** Messages that want to be more than text; and afterwards, what the log, the addresses and the errors have told. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium, openChromium, overflowOf, picture, type Visit, visit, whyNot } from './chromium.ts'
import { type Demo, startDemo } from './demo.ts'
import { administrator, callAs, comeInByLink, signIn } from './people.ts'
import { textsOf } from './texts.ts'

const t = textsOf('en')
const custodian = '+447700900101'
const canary = 'cormorantine-lantern'
const attacker = '<img src=x onerror=window.pwned=1>'
const attacks = [
  `<script>window.pwned=1</script> ${canary}`,
  `"><svg onload=window.pwned=1><iframe src="javascript:window.pwned=1"></iframe>`,
  '[click](javascript:window.pwned=1) https://evil.example/?q="><script>',
  'invoice\u202Ecod.exe and zero\u200Bwidth\u200B',
  `=HYPERLINK("https://evil.example","${'W'.repeat(3_000)}")`,
  `${'汉字 words 🎣 '.repeat(80_000)}end`,
]

let demo: Demo
let browser: Browser
let visited: Visit

beforeAll(async () => {
  if (!hasChromium) return
  demo = await startDemo()
  browser = await openChromium()
  await comeInByLink(browser, demo)
  visited = await visit(browser, { width: 390 })
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await demo?.stop()
})

const harmed = () => visited.page.evaluate('typeof window.pwned !== "undefined"')

describe.skipIf(!hasChromium)(`hostile messages${whyNot}`, () => {
  it('are captured by hand, imported, found, and shown as the text they are', async () => {
    const { page, troubles } = visited
    await signIn(page, demo, t)
    const lines = attacks.map((text, minute) => `18/03/2026, 09:0${minute} - ${attacker}: ${text}`)
    await page.goto(`${demo.url}/archiver-site/1`)
    await page.getByRole('button', { name: t('site:capture.file') }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(t('site:setting.custodian')).fill(custodian)
    await dialog.getByLabel(t('site:setting.timezone')).fill('Europe/London')
    await dialog.getByLabel(t('site:setting.dateOrder')).selectOption('dmy')
    const [chooser] = await Promise.all([
      page.waitForEvent('filechooser'),
      dialog.getByRole('button', { name: t('site:capture.choose') }).click(),
    ])
    const name = `WhatsApp Chat with ${custodian}.txt`
    await chooser.setFiles({ name, mimeType: 'text/plain', buffer: Buffer.from(`${lines.join('\n')}\n`) })
    await dialog.getByRole('button', { name: t('site:capture.submit') }).click()
    await dialog.getByText(/Captured: 6/).waitFor()
    await page.goto(`${demo.url}/connectors/1`)
    await page.getByRole('button', { name: t('connectors:act.runNow') }).click()
    expect(await harmed()).toBe(false)
    expect(troubles).toEqual([])
  })

  it('do nothing in any of the pages that show them', async () => {
    const { page, troubles } = visited
    const api = await callAs(page)
    const search = await api<{ id: string }>('POST', '/api/searches', { query: canary })
    await expect
      .poll(async () => (await api<{ count: number }>('GET', `/api/searches/${search.id}/count`)).count, {
        timeout: 60_000,
      })
      .toBe(1)
    const { items } = await api<{ items: { id: string }[] }>('GET', `/api/searches/${search.id}/results`)
    const item = items[0]!.id
    const tabs = ['conversation', 'details', 'email', 'headers', 'record']
    const paths = [
      `/search/${search.id}`,
      '/mailboxes/1',
      ...tabs.map((tab) => `/items/${item}?tab=${tab}&search=${search.id}`),
      '/audit',
    ]
    for (const path of paths) {
      await page.goto(demo.url + path)
      await page.getByRole('heading', { level: 1 }).waitFor()
      await page.waitForTimeout(1_000)
      expect(await harmed(), path).toBe(false)
      expect(await overflowOf(page), path).toBe(0)
      await picture(page, `hostile-${path.replaceAll(/[^a-z]+/g, '-')}`)
    }
    await page.goto(`${demo.url}/items/${item}`)
    await page.getByText('<script>window.pwned=1</script>').first().waitFor()
    const shown = await page.locator('main').textContent()
    expect(shown).toContain('<script>window.pwned=1</script>')
    expect(shown).toContain('U+202E')
    expect(
      await page.locator('main iframe, main script, main svg[onload], main a[href^="javascript"]').count(),
    ).toBe(0)
    expect(troubles).toEqual([])
  })

  it('leave no name, number, text, token or secret in the log, an address or an error', async () => {
    const { page, addresses } = visited
    const api = await callAs(page)
    await page.getByRole('searchbox').first().fill(`${canary} ${custodian}`)
    await page.keyboard.press('Enter')
    await page.waitForURL(/\/search\/[0-9a-f-]{36}/)
    const refused: string[] = []
    for (const path of [
      '/api/items/none',
      '/api/items/s9evdi9ee4gi-1/attachments/9',
      '/api/mailboxes/99999',
    ]) {
      await api('GET', path).catch((error: Error) => refused.push(error.message))
    }
    await page.goto(`${demo.url}/items/none`)
    await page.getByRole('alert').waitFor()
    refused.push((await page.locator('body').textContent()) ?? '')
    const { csrfToken } = await api<{ csrfToken: string }>('GET', '/api/session')
    const cookies = (await visited.context.cookies()).map(({ value }) => value)
    const token = new URL(demo.link).hash.slice(1)
    const secrets = [canary, administrator.password, csrfToken, token, ...cookies, attacker, 'pwned']
    const numbers = [custodian, custodian.slice(1), 'Amelia', '内幕']
    const told = {
      log: demo.logged(),
      errors: refused.join('\n'),
      addresses: decodeURIComponent(addresses.join('\n')),
    }
    expect(told.log.length).toBeGreaterThan(0)
    for (const [where, text] of Object.entries(told)) {
      for (const secret of [...secrets, ...numbers]) {
        expect(text.includes(secret) ? `${where} holds ${secret}` : 'nothing').toBe('nothing')
      }
    }
    expect(demo.printed().split(token)).toHaveLength(2)
  })
})
