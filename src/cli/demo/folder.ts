/** The demo's data folder: fresh each time, and never somebody's archive. */
import { existsSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { AppError, isAppError } from '../../domain/errors.ts'
import { type DataFolder, openDataFolder } from '../../platform/data-folder.ts'
import { openEmbeddedServer } from '../../platform/postgres/embedded.ts'
import { systemRandom } from '../../platform/random.ts'
import { claimParts } from '../running.ts'

/** Says that a folder is a demo's and may be emptied. */
const markName = 'demo.json'

/** Throws `demo-folder-refused` for a folder that holds anything else, `data-folder-in-use` for a running demo. */
export async function freshDemoFolder(path: string): Promise<DataFolder> {
  const absolute = resolve(path)
  if (existsSync(absolute) && readdirSync(absolute).length > 0) await removeEarlierDemo(absolute)
  const folder = openDataFolder(absolute)
  writeFileSync(join(folder.path, markName), '{"demo":true}\n')
  return folder
}

async function removeEarlierDemo(path: string): Promise<void> {
  if (!existsSync(join(path, markName))) {
    throw new AppError(
      'demo-folder-refused',
      `${path} holds something that is no demo, and is left alone; name another folder with --data.`,
    )
  }
  const folder = openDataFolder(path)
  const claim = await claimParts(folder, ['site', 'centre'])
  await stopDatabase(folder)
  claim.release()
  rmSync(folder.path, { recursive: true, force: true })
}

/** A killed demo leaves its server running: adopted and closed, it ends. */
async function stopDatabase(folder: DataFolder): Promise<void> {
  if (!existsSync(folder.postgres)) return
  try {
    await (await openEmbeddedServer({ folder, random: systemRandom })).close()
  } catch (error) {
    // A cluster that does not start any more has no server, and goes with the folder.
    if (!isAppError(error, 'database-start-failed')) throw error
  }
}
