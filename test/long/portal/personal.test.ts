/** The page of hidden messages, as two people who decide about one meet it. */
import { resolve } from 'node:path'
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { firstAdministratorLink } from '../../../src/access/index.ts'
import { flagPersonal } from '../../../src/compliance/personal/index.ts'
import { type CoverageWorld, openCoverageWorld } from '../../../src/coverage/coverage-world.fixture.ts'
import { serveHttp } from '../../../src/http/serve.ts'
import type { RunningServer } from '../../../src/http/server.ts'
import { createLogger } from '../../../src/platform/log/logger.ts'
import { systemRandom } from '../../../src/platform/random.ts'
import { openPortal, type Portal } from '../../journey/portal.ts'
import { hasChromium, openChromium, type VisitOptions, visit, whyNot } from './chromium.ts'
import { expectWhole } from './looks.ts'
import { comeInByLink, signIn } from './people.ts'
import { type Language, languages, textsOf } from './texts.ts'

const t = textsOf('en')
let world: CoverageWorld
let portal: Portal
let server: RunningServer
let browser: Browser

beforeAll(async () => {
  if (!hasChromium) return
  world = await openCoverageWorld()
  await world.capture('the doctor called', 'price is 95')
  await world.firm.run('whatsapp')
  portal = await openPortal(world.firm, { people: {} })
  server = await serveHttp({
    http: { ...portal.parts.config.http, port: 0 },
    log: createLogger({ level: 'silent' }),
    random: systemRandom,
    site: null,
    portal: portal.parts,
    portalFolder: resolve('dist/portal'),
  })
  browser = await openChromium()
  const link = await firstAdministratorLink(portal.parts.access, server.url)
  await comeInByLink(browser, { link: link!.url })
  await world.firm.pool.query(
    `update role_group set roles = array_append(roles, 'Disposition Management') where name = 'Organization Management'`,
  )
  const [item] = await world.firm.search('doctor')
  await flagPersonal(world.firm.centre, item!.id, 'Her health.', { username: 'rita' })
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await server?.close()
  await portal?.close()
  await world?.close()
})

async function openPage(options: VisitOptions = {}) {
  const seen = await visit(browser, options)
  await signIn(seen.page, server, textsOf((options.language ?? 'en') as Language))
  await seen.page.goto(`${server.url}/personal`)
  await seen.page.getByText('Her health.').waitFor({ timeout: 10_000 })
  return seen
}

describe.skipIf(!hasChromium)(`the page of personal messages${whyNot}`, () => {
  it.each(languages)('is whole in %s, wide and narrow', async (language) => {
    const own = textsOf(language)
    for (const width of language === 'en' ? ([1280, 390] as const) : ([390] as const)) {
      const { page, context, troubles } = await openPage({
        language,
        width,
        theme: width === 390 ? 'dark' : 'light',
      })
      await page.getByRole('heading', { name: own('personal:list.title') }).waitFor()
      await expectWhole(page, `personal-${language}-${width}`)
      expect(troubles).toEqual([])
      await context.close()
    }
  })

  it('lets one propose, who cannot agree to it himself', async () => {
    const { page, context, troubles } = await openPage()
    await page.getByRole('button', { name: t('personal:propose.action') }).click()
    const dialog = page.getByRole('dialog')
    await dialog.getByLabel(t('personal:column.reason')).fill('It is about the deal.')
    await expectWhole(page, 'personal-propose')
    await dialog.getByRole('button', { name: t('personal:propose.action') }).click()
    await page.getByText(/It is about the deal/).waitFor()
    await page.getByRole('button', { name: t('personal:act.decline') }).click()
    await page.getByText(/approval-refused/).waitFor()
    await expectWhole(page, 'personal-refused')
    expect(await world.firm.search('doctor')).toEqual([])
    expect(troubles).toEqual([])
    await context.close()
  })
})
