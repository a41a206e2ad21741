import { expect, it } from 'vitest'
import { withFirm } from '../../test/journey/firm.ts'
import { changeDestination, createDestination } from './index.ts'

const server = {
  ...{ host: 'imap.firm.example', port: 993, tls: 'tls', login: 'master-user', masterUser: 'archiver' },
}

it('a kept secret is sent to no other server, and for no other name, than it was given for', async () => {
  await withFirm(async ({ centre }) => {
    const secret = { password: 'correct-horse' }
    const made = await createDestination(centre, { name: 'mail', kind: 'imap', settings: server, secret })
    for (const other of [{ host: 'imap.stranger.example' }, { tls: 'starttls' }, { masterUser: 'root' }])
      await expect(
        changeDestination(centre, made, made.version, { settings: { ...server, ...other } }),
      ).rejects.toMatchObject({ code: 'bad-settings', message: expect.stringContaining('give it again') })
    const moved = { settings: { ...server, host: 'imap.new.example' }, secret }
    const changed = await changeDestination(centre, made, made.version, moved)
    expect(changed.settings).toMatchObject({ host: 'imap.new.example' })
    const same = { settings: { ...server, host: 'imap.new.example', connections: 2 } }
    expect((await changeDestination(centre, changed, changed.version, same)).settings).toMatchObject({
      connections: 2,
    })
  })
})

it('a client secret stays while tokens are fetched where they were', async () => {
  await withFirm(async ({ centre }) => {
    const oauth = { tokenAddress: 'https://login.firm.example/token', clientId: 'archive', scope: 'mail' }
    const settings = { host: 'imap.firm.example', port: 993, tls: 'tls', login: 'oauth', oauth }
    const secret = { clientSecret: 'correct-horse' }
    const made = await createDestination(centre, { name: 'mail', kind: 'imap', settings, secret })
    const same = { settings: { ...settings, oauth: { ...oauth }, connections: 2 } }
    const changed = await changeDestination(centre, made, made.version, same)
    expect(changed.settings).toMatchObject({ connections: 2, oauth })
    const stranger = { ...oauth, tokenAddress: 'https://stranger.example/token' }
    await expect(
      changeDestination(centre, changed, changed.version, { settings: { ...settings, oauth: stranger } }),
    ).rejects.toMatchObject({ code: 'bad-settings' })
  })
})

it('a destination at Microsoft is in the installation’s cloud unless it names another', async () => {
  await withFirm(async ({ centre }) => {
    const parts = { ...centre, cloud: 'china' as const }
    const application = { tenantId: 'firm.example', clientId: '11111111-2222-4333-8444-555555555555' }
    const make = (name: string, more: object) =>
      createDestination(parts, {
        ...{ name, kind: 'exchange-online', secret: { clientSecret: 'correct-horse' } },
        settings: { ...application, credential: 'secret', ...more },
      })
    expect((await make('own', {})).settings).toMatchObject({ cloud: 'china' })
    expect((await make('other', { cloud: 'dod' })).settings).toMatchObject({ cloud: 'dod' })
  })
})
