/** The pages of supervision policies: one is made of a template, tried on the archive, edited and switched on. */
import type { Browser } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import {
  openSupervisedFirm,
  type SupervisedFirm,
} from '../../../src/compliance/supervision/supervision-world.fixture.ts'
import type { RunningServer } from '../../../src/http/server.ts'
import { openPortal, type Portal } from '../../journey/portal.ts'
import { groupText } from '../../journey/wecom.ts'
import { hasChromium, openChromium, visit, whyNot } from './chromium.ts'
import { expectWhole, figure, lookAt } from './looks.ts'
import { signIn } from './people.ts'
import { comeInFirst, servePortal } from './served.ts'
import { textsOf } from './texts.ts'

const t = textsOf('en')

let world: SupervisedFirm
let portal: Portal
let server: RunningServer
let browser: Browser

beforeAll(async () => {
  if (!hasChromium) return
  world = await openSupervisedFirm()
  world.firm.setClock(new Date().toISOString())
  await world.bring([
    groupText('message me on Telegram'),
    groupText('lunch on Friday?'),
    groupText('加我微信'),
  ])
  portal = await openPortal(world.firm, { people: {}, parts: { decode: world.parts.decode } })
  server = await servePortal(portal.parts)
  browser = await openChromium()
  await comeInFirst(browser, portal.parts, server)
}, 180_000)
afterAll(async () => {
  await browser?.close()
  await server?.close()
  await portal?.close()
  await world?.close()
})

describe.skipIf(!hasChromium)(`the pages of supervision policies${whyNot}`, () => {
  it('make one of a template, try it, edit it and switch it on', async () => {
    const { page, context, troubles } = await visit(browser)
    await signIn(page, server, t)
    await page.goto(`${server.url}/supervision/policies`)
    await page.getByText(t('supervision:policies.none')).waitFor()
    await page.getByRole('button', { name: t('supervision:dictionaries.add') }).click()
    const lists = page.getByRole('dialog')
    await lists.getByLabel(t('supervision:field.name')).fill('codes')
    await lists.getByLabel(t('supervision:column.terms')).fill('tyop\n老地方')
    await expectWhole(page, 'supervision-dictionary-en-1280')
    await lists.getByRole('button', { name: t('general:action.save') }).click()
    await page.getByText('codes').waitFor()
    await page.getByRole('button', { name: t('supervision:policies.add') }).click()
    await page.getByRole('dialog').getByLabel(t('supervision:field.name')).fill('Radar')
    await expectWhole(page, 'supervision-new-en-1280')
    await page
      .getByRole('dialog')
      .getByRole('button', { name: t('general:action.save') })
      .click()
    await page.getByRole('button', { name: t('supervision:test.start', { version: '1' }) }).click()
    await page.getByText(t('supervision:test.perThousand')).waitFor()
    expect(await figure(page, t('supervision:test.inScope'))).toBe('3')
    await lookAt(browser, page, 'supervision-policy', (one) => one.getByText('switch-zh').first().waitFor())

    await page.getByRole('link', { name: t('supervision:action.edit') }).click()
    await page.getByRole('button', { name: t('supervision:editor.addRule') }).click()
    const rule = page.locator('fieldset', { has: page.getByText('rule-7', { exact: true }) }).last()
    await rule.getByLabel(t('supervision:column.condition')).selectOption('dictionary')
    await rule.getByLabel(t('supervision:field.dictionary')).fill('codes')
    await lookAt(browser, page, 'supervision-editor', (one) =>
      one.getByText(t('supervision:field.ruleId')).or(one.locator('fieldset')).first().waitFor(),
    )
    await page.getByRole('button', { name: t('supervision:editor.save') }).click()
    await page.getByRole('button', { name: t('supervision:action.activate', { version: '2' }) }).click()
    await page.getByText(t('supervision:state.active'), { exact: true }).waitFor()
    await world.bring([groupText('TYOP')])
    await page.reload()
    await page.getByText(t('supervision:versions.looks'), { exact: true }).waitFor()
    expect(await figure(page, t('supervision:column.looked'))).toBe('1')
    expect((await world.matches()).map(({ rule, version }) => [rule, version])).toEqual(
      ['rule-7', 'secrecy-en'].map((one) => [one, 2]),
    )
    await page.goto(`${server.url}/supervision/policies`)
    await lookAt(browser, page, 'supervision-policies', (one) =>
      one.getByRole('link', { name: 'Radar' }).waitFor(),
    )
    expect(troubles).toEqual([])
    await context.close()
  })
})
