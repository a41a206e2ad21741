/** The portal of an empty firm in this process, and a tenant of Microsoft Graph that it can ask. */
import { firstAdministratorLink } from '../../../src/access/index.ts'
import { type DirectoryWorld, openDirectoryWorld } from '../../../src/directory/directory-world.fixture.ts'
import type { DirectoryHandlerParts } from '../../../src/http/handlers/directory.ts'
import type { PortalParts } from '../../../src/http/portal-parts.ts'
import { openFirm } from '../../journey/firm.ts'
import { openPortal } from '../../journey/portal.ts'
import { servePortal } from './served.ts'

export interface DirectoryPortal {
  readonly url: string
  /** The one-time link of the first administrator. */
  readonly link: string
  readonly tenant: DirectoryWorld['tenant']
  /** As if an hour had passed since anybody proved who he is. */
  forgetProofs(): Promise<void>
  close(): Promise<void>
}

export async function startDirectoryPortal(): Promise<DirectoryPortal> {
  const firm = await openFirm({ now: new Date().toISOString() })
  const world = await openDirectoryWorld()
  const { parts, close } = await openPortal(firm, { people: {} })
  const openGraph = world.parts.openGraph!
  const portal: PortalParts & Pick<DirectoryHandlerParts, 'openGraph'> = { ...parts, openGraph }
  const server = await servePortal(portal)
  const link = await firstAdministratorLink(parts.access, server.url)
  return {
    ...{ url: server.url, link: link!.url, tenant: world.tenant },
    async forgetProofs() {
      await parts.centre.pool.query(`update user_session set confirmed_at = confirmed_at - interval '1 hour'`)
    },
    async close() {
      await server.close()
      await close()
      await world.close()
      await firm.close()
    },
  }
}
