export { copyRows } from './copy.ts'
export { type OpenDatabaseOptions, type OpenedDatabase, openDatabase } from './database.ts'
export { createKysely, type Database, type Queries } from './kysely.ts'
export { type Client, createPool, type Pool, type Queryable } from './pool.ts'
export {
  heldSessionLocks,
  isSessionLockHeld,
  type SessionLock,
  takeSessionLock,
  withSessionLock,
} from './session-lock.ts'
export { inTransaction } from './transaction.ts'
