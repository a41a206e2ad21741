/** What time does to sessions, for tests that cannot wait for it. */
import { openDataFolder } from '../../../src/platform/data-folder.ts'
import { openEmbeddedServer } from '../../../src/platform/postgres/embedded.ts'
import { createPool } from '../../../src/platform/postgres/index.ts'
import { systemRandom } from '../../../src/platform/random.ts'
import type { Demo } from './demo.ts'

/** As if an hour had passed since anybody proved who he is: the next dangerous act asks again. */
export async function forgetProofs(demo: Demo): Promise<void> {
  const server = await openEmbeddedServer({ folder: openDataFolder(demo.data), random: systemRandom })
  const pool = createPool({ url: server.appUrl, connectionsMax: 1 })
  try {
    await pool.query(`update user_session set confirmed_at = confirmed_at - interval '1 hour'`)
  } finally {
    await pool.end()
    await server.close()
  }
}
