import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { type Firm, openFirm } from '../../../test/journey/firm.ts'
import { connectorAdministrator, openPortal, type Portal } from '../../../test/journey/portal.ts'

let firm: Firm
let portal: Portal
let params: { id: number }
const secret = { appSecret: 'f00dfeedf00dfeed', verifyToken: 'open-sesame' }

beforeAll(async () => {
  firm = await openFirm()
  portal = await openPortal(firm, { people: { erin: connectorAdministrator, reader: ['Preview'] } })
  params = { id: firm.account.id }
})
afterAll(async () => {
  await portal?.close()
  await firm?.close()
})

const erin = () => portal.as('erin')
const made = (name: string, more: object = {}) =>
  erin().createSiteRoute({ params, body: { source: 'whatsapp-cloud', name, settings: {}, secret, ...more } })

describe('routes', () => {
  it('are made from what their source asks for, which says what it needs', async () => {
    const forms = await erin().listRouteForms()
    const cloud = forms.find(({ source }) => source === 'whatsapp-cloud')!
    expect(cloud).toMatchObject({ isCalled: true, pulls: true, risk: null })
    expect(cloud.secret).toMatchObject({ properties: { appSecret: { type: 'string' } } })
    const route = await made('cloud', { settings: { phoneNumberIds: ['1000001'] } })
    expect(route.path).toMatch(/^\/hooks\/whatsapp-cloud\/[0-9a-f]{32}$/)
    expect(JSON.stringify(await erin().listSiteRoutes({ params }))).not.toContain(secret.appSecret)
    const audited = await firm.pool.query(
      "select details::text from audit_event where operation = 'create-route'",
    )
    expect(audited.rows.length).toBeGreaterThan(0)
    expect(JSON.stringify(audited.rows)).not.toContain(secret.appSecret)
  })

  it('are refused for what a source cannot use, and a secret is not repeated', async () => {
    await expect(made('short', { secret: { ...secret, appSecret: 'short' } })).rejects.toMatchObject({
      status: 400,
      code: 'bad-settings',
      message: expect.not.stringContaining('open-sesame'),
    })
    await expect(made('cloud')).rejects.toMatchObject({ status: 409 })
  })

  it('with a risk are made by who accepts it, and it is kept who did', async () => {
    const body = {
      ...{ source: 'whatsapp-linked-device', name: 'ada', settings: { custodian: '+447700900001' } },
      secret: { sharedKey: '0123456789abcdef0123456789abcdef' },
    }
    await expect(erin().createSiteRoute({ params, body })).rejects.toMatchObject({ status: 409 })
    const route = await erin().createSiteRoute({ params, body: { ...body, acceptRisk: true } })
    expect(route.riskAcceptedBy).toBe('erin')
  })

  it('take nothing from the portal that names what lies on the machine', async () => {
    const forms = await erin().listRouteForms()
    expect(JSON.stringify(forms.find(({ source }) => source === 'wecom-archive')!.settings)).not.toContain(
      '"library"',
    )
    for (const [source, settings] of [
      ['wecom-archive', { library: '/tmp/evil.so' }],
      ['email-drop', { way: 'folder', folder: '/etc' }],
      ['whatsapp-linked-device', { custodian: '+447700900001', mediaProtocol: 'http' }],
    ] as const)
      await expect(
        erin().createSiteRoute({ params, body: { source, name: `x ${source}`, settings, acceptRisk: true } }),
      ).rejects.toMatchObject({
        code: 'bad-settings',
        message: expect.stringContaining('on the machine'),
      })
  })

  it('are changed on the version one saw, keep their secret, and are gone when removed', async () => {
    const route = await made('other')
    const at = { ...params, route: route.id }
    const off = await erin().changeSiteRoute({ params: at, body: { version: route.version, enabled: false } })
    expect(off.enabled).toBe(false)
    await expect(
      erin().changeSiteRoute({ params: at, body: { version: route.version, name: 'late' } }),
    ).rejects.toMatchObject({ status: 409 })
    const settings = { phoneNumberIds: ['1000002'] }
    const changed = await erin().changeSiteRoute({ params: at, body: { version: off.version, settings } })
    expect(changed.settings).toMatchObject(settings)
    expect(await erin().testSiteRoute({ params: at })).toEqual([
      { check: 'access token', problem: expect.stringContaining('There is none'), result: null },
    ])
    expect(route.syncs).toBe(true)
    expect(await erin().syncSiteRoute({ params: at })).toEqual([
      { check: 'access token', problem: expect.stringContaining('There is none'), result: null },
      { check: 'what came of it', problem: null, result: 'no part that is known of is missing' },
    ])
    expect((await portal.audited('sync-route')).map(({ actor }) => actor)).toEqual(['erin'])
    await erin().removeSiteRoute({ params: at })
    expect((await erin().listSiteRoutes({ params })).map(({ name }) => name)).not.toContain('other')
    await expect(erin().removeSiteRoute({ params: at })).rejects.toMatchObject({ status: 404 })
  })

  it('are no business of who has no role for them', async () => {
    await expect(portal.as('reader').listSiteRoutes({ params })).rejects.toMatchObject({ status: 403 })
  })
})
