/**
 * A data folder that has only ever been a site must not come to hold the keys that open what it captures. This
 * note keeps commands there from making them.
 */
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import type { Platform } from '../app.ts'

const rowName = 'site-alone'

/** Notes what this folder is: `alone` where a site starts without a centre. */
export async function noteSiteAlone({ queries, config, folder }: Platform, alone: boolean): Promise<void> {
  if (!alone) {
    await queries.deleteFrom('installation').where('name', '=', rowName).execute()
    return
  }
  if (existsSync(config.centreKeyFile ?? join(folder.keys, 'centre.key'))) return
  await queries
    .insertInto('installation')
    .values({ name: rowName, value: 'yes' })
    .onConflict((conflict) => conflict.doNothing())
    .execute()
}

export async function isSiteAlone({ queries }: Platform): Promise<boolean> {
  const row = await queries
    .selectFrom('installation')
    .select('value')
    .where('name', '=', rowName)
    .executeTakeFirst()
  return row !== undefined
}
