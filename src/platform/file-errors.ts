import { AppError, isAppError } from '../domain/errors.ts'

/**
 * Turns what the file system or PostgreSQL said about a full or read-only disk into a sentence with a code
 * (`disk-full`, `data-folder-read-only`); any other error comes back as it is.
 */
export function explainStorageError(error: unknown, path: string): unknown {
  if (isAppError(error)) return error
  const code = (error as { code?: unknown } | null)?.code
  // 53100 is PostgreSQL's disk_full.
  if (code === 'ENOSPC' || code === 'EDQUOT' || code === '53100') return diskFull(path, error)
  if (code === 'EROFS' || code === 'EACCES' || code === 'EPERM') return readOnly(path, error)
  return error
}

/** AppError `disk-full` for the disk that holds `path`. */
export function diskFull(path: string, cause?: unknown): AppError {
  const message = `The disk that holds ${path} is full: free some space and run the command again; nothing half-written is kept.`
  return new AppError('disk-full', message, { cause, details: { path } })
}

/** AppError `data-folder-read-only` for `path`. */
export function readOnly(path: string, cause?: unknown): AppError {
  const message = `The data folder ${path} cannot be written: make it writable for this user, or name another with --data or HOLDFAST_DATA.`
  return new AppError('data-folder-read-only', message, { cause, details: { path } })
}
