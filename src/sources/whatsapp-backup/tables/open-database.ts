/** A stranger's database: nothing in it may run, and nothing of it may be larger than foreseen. */
import { constants, DatabaseSync } from 'node:sqlite'
import { pathToFileURL } from 'node:url'

/** A larger value or row is refused by SQLite itself. Texts of WhatsApp end at 64 Ki characters, thumbnails at some 100 KiB. */
export const valueBytesMax = 8 * 1024 * 1024

const allowed: ReadonlySet<number> = new Set([
  constants.SQLITE_SELECT,
  constants.SQLITE_READ,
  constants.SQLITE_FUNCTION,
])

/**
 * `alone`: no write-ahead log lies beside it, so the file is read as it is and nothing is created next to it. After the
 * settings only SELECT and reading columns are allowed. Throws what SQLite throws.
 */
export function openDatabase(path: string, alone: boolean): DatabaseSync {
  const url = pathToFileURL(path)
  if (alone) url.searchParams.set('immutable', '1')
  const db = new DatabaseSync(url, {
    readOnly: true,
    defensive: true,
    allowExtension: false,
    enableForeignKeyConstraints: false,
    timeout: 5_000,
    limits: { length: valueBytesMax, attach: 0, triggerDepth: 1, exprDepth: 100, compoundSelect: 10 },
  })
  db.exec(
    'PRAGMA trusted_schema = OFF; PRAGMA cell_size_check = ON; PRAGMA mmap_size = 0; PRAGMA query_only = ON',
  )
  db.exec('PRAGMA cache_size = -16000')
  let visits = 0
  db.function('within_bounds', () => {
    visits += 1
    if (visits > visitsMax) throw new Error('its tables give more rows than a file can hold')
    return 1
  })
  return db
}

/** No phone has so many rows. Pages that point to each other give rows without end, and SQLite would count them for ever. */
const visitsMax = 200_000_000

/** A condition for questions that go over a whole table. */
export const withinBounds = 'within_bounds()'

/** From now on only reading; called when the tables are known, which takes a PRAGMA. */
export function allowReadingOnly(db: DatabaseSync): void {
  db.setAuthorizer((action) => (allowed.has(action) ? constants.SQLITE_OK : constants.SQLITE_DENY))
}

/** `SQLITE_CORRUPT` and its kin: the file, not the question, is wrong. */
export function isDamage(error: unknown): boolean {
  const code = (error as { errcode?: number }).errcode
  return code !== undefined && [1, 10, 11, 18, 26].includes(code & 0xff)
}
