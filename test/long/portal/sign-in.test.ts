/** The ways in, with a real browser: link, password, code, passkey; and the ways out: lock and revocation. */
import { generate } from 'otplib'
import type { Browser, Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { hasChromium, openChromium, visit, whyNot } from './chromium.ts'
import { type Demo, startDemo } from './demo.ts'
import { administrator, comeInByLink, isIn, signIn } from './people.ts'
import { textsOf } from './texts.ts'

const t = textsOf('en')
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

async function give(page: Page, username: string, password: string): Promise<void> {
  await page.goto(`${demo.url}/sign-in`)
  await page.getByLabel(t('session:username')).fill(username)
  await page.getByLabel(t('session:password')).fill(password)
  await page.getByRole('button', { name: t('session:signIn'), exact: true }).click()
}

describe.skipIf(!hasChromium)(`signing in${whyNot}`, () => {
  it('lets nobody in by a link that was used, and says so', async () => {
    const { page, context } = await visit(browser)
    await page.goto(demo.link)
    await page.getByRole('alert').waitFor()
    expect(page.url()).not.toContain('#')
    await context.close()
  })

  it('leads whoever is not signed in to the sign-in, and from there to where he wanted', async () => {
    const { page, context } = await visit(browser)
    await page.goto(`${demo.url}/mailboxes`)
    await page.getByLabel(t('session:username')).fill(administrator.username)
    await page.getByLabel(t('session:password')).fill(administrator.password)
    await page.getByRole('button', { name: t('session:signIn'), exact: true }).click()
    await page.getByRole('heading', { name: t('general:area.mailboxes'), level: 1 }).waitFor()
    await context.close()
  })

  it('takes a passkey made in the portal', async () => {
    const { page, context, troubles } = await visit(browser)
    const devices = await context.newCDPSession(page)
    await devices.send('WebAuthn.enable')
    await devices.send('WebAuthn.addVirtualAuthenticator', {
      options: {
        protocol: 'ctap2',
        transport: 'internal',
        hasResidentKey: true,
        hasUserVerification: true,
        isUserVerified: true,
        automaticPresenceSimulation: true,
      },
    })
    await signIn(page, demo, t)
    await page.goto(`${demo.url}/account`)
    await page.getByRole('button', { name: t('account:passkeys.add') }).click()
    await page.getByRole('dialog').getByLabel(t('account:passkeys.name')).fill('Laptop')
    await page.getByRole('button', { name: t('account:passkeys.make') }).click()
    await page.getByRole('cell', { name: 'Laptop' }).waitFor()
    await context.clearCookies()
    await page.goto(`${demo.url}/sign-in`)
    await page.getByRole('button', { name: t('session:passkey') }).click()
    await isIn(page, t)
    expect(troubles).toEqual([])
    await context.close()
  })

  it('ends a session that is revoked, and keeps what was being typed', async () => {
    const [here, there] = [await visit(browser), await visit(browser)]
    await signIn(there.page, demo, t)
    await there.page.goto(`${demo.url}/mailboxes`)
    await there.page.getByRole('button', { name: t('mailboxes:add') }).click()
    const dialog = there.page.getByRole('dialog', { name: t('mailboxes:add') })
    await dialog.getByLabel(t('mailboxes:address')).fill('typed@lanternquay.example')
    await dialog.getByLabel(t('mailboxes:name')).fill('Typed before')
    await signIn(here.page, demo, t)
    await here.page.goto(`${demo.url}/account`)
    const sessions = here.page.getByRole('table', { name: t('account:sessions.title') })
    await sessions.getByRole('row').nth(2).waitFor()
    const ends = sessions.getByRole('button', { name: t('account:sessions.end') })
    for (let left = await ends.count(); left > 0; left--) {
      await ends.first().click()
      await expect.poll(() => ends.count()).toBe(left - 1)
    }
    await dialog.getByRole('button', { name: t('general:action.save') }).click()
    const again = there.page.getByRole('alertdialog', { name: t('session:again.title') })
    await again.getByLabel(t('session:password')).fill(administrator.password)
    await again.getByRole('button', { name: t('session:signIn'), exact: true }).click()
    await there.page.getByRole('link', { name: 'Typed before' }).waitFor()
    await here.context.close()
    await there.context.close()
  })

  it('asks for the code of an authenticator app once one is set up, and takes none twice', async () => {
    const { page, context } = await visit(browser)
    await signIn(page, demo, t)
    await page.goto(`${demo.url}/account`)
    await page.getByRole('button', { name: t('account:totp.add') }).click()
    const dialog = page.getByRole('dialog')
    const secret = (await dialog.locator('code').textContent()) ?? ''
    const first = await generate({ secret })
    await dialog.getByLabel(t('general:code.label')).fill(first)
    await dialog.getByRole('button', { name: t('account:totp.confirm') }).click()
    await page.getByRole('button', { name: t('account:totp.remove') }).waitFor()
    await context.clearCookies()
    await give(page, administrator.username, administrator.password)
    await page.getByLabel(t('general:code.label')).fill(first)
    await page.getByRole('button', { name: t('session:signIn'), exact: true }).click()
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('code-refused')
    // The next step of thirty seconds; the clock of the phone may be that much ahead.
    const next = await generate({ secret, epoch: Math.floor(Date.now() / 1000) + 30 })
    await page.getByLabel(t('general:code.label')).fill(next)
    await page.getByRole('button', { name: t('session:signIn'), exact: true }).click()
    await isIn(page, t)
    await context.close()
  })

  it('locks a name after five wrong passwords, whoever bears it, and says until when', async () => {
    const { page, context } = await visit(browser)
    for (let times = 0; times < 5; times++) {
      await give(page, 'nobody.here', `wrong ${times}`)
      await page.getByRole('alert').waitFor()
    }
    await give(page, 'nobody.here', 'wrong again')
    await expect.poll(() => page.getByRole('alert').textContent()).toContain('sign-in-throttled')
    await context.close()
  })
})
