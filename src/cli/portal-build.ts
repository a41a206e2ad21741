import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/**
 * In a clone, builds the portal when its sources changed since the last time; does nothing in the published package,
 * which carries it built. A build that fails is told by the script and by the portal's page; the server starts.
 */
export async function keepPortalBuilt(): Promise<void> {
  const script = fileURLToPath(new URL('../../scripts/build-portal.js', import.meta.url))
  if (!existsSync(script)) return
  await once(spawn(process.execPath, [script], { stdio: ['ignore', 'ignore', 'inherit'] }), 'exit')
}
