/** The portal of a firm in this process, as the product serves it. */
import { resolve } from 'node:path'
import type { Browser } from 'playwright-core'
import { firstAdministratorLink } from '../../../src/access/index.ts'
import type { PortalParts } from '../../../src/http/portal-parts.ts'
import { serveHttp } from '../../../src/http/serve.ts'
import type { RunningServer } from '../../../src/http/server.ts'
import { createLogger } from '../../../src/platform/log/logger.ts'
import { systemRandom } from '../../../src/platform/random.ts'
import { comeInByLink } from './people.ts'

export function servePortal(portal: PortalParts): Promise<RunningServer> {
  return serveHttp({
    http: { ...portal.config.http, port: 0 },
    log: createLogger({ level: 'silent' }),
    random: systemRandom,
    site: null,
    portal,
    portalFolder: resolve('dist/portal'),
  })
}

/** Somebody opens the first link and becomes the administrator. */
export async function comeInFirst(
  browser: Browser,
  { access }: PortalParts,
  { url }: RunningServer,
): Promise<void> {
  const link = await firstAdministratorLink(access, url)
  await comeInByLink(browser, { link: link!.url })
}
