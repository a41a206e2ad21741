import type { Readable } from 'node:stream'

/**
 * Where sealed content lies: a local folder or an Azure Blob container. Names are lower-case paths of
 * `[a-z0-9._-]` parts joined by `/`, at most 200 characters; no part begins or ends with a dot, and no name
 * is also the folder of another (a RangeError says so). A write is durable and visible as a whole when its
 * promise resolves, and never visible in part. Objects are never changed, only written and deleted. Every
 * method may throw AppError `disk-full`, `data-folder-read-only` (local), `object-store-unreachable` or
 * `object-store-refused` (Azure). A range may go past the end: it answers what there is.
 */
export interface ObjectStore {
  /** Writes the whole object; an object of that name is replaced by the same bytes only (names are deterministic or random). */
  put(name: string, bytes: Uint8Array): Promise<void>
  /** Streams an object of unknown length with flat memory; nothing stays behind when the stream fails. Answers its length in bytes. */
  putStream(name: string, chunks: AsyncIterable<Uint8Array>): Promise<number>
  /** The bytes from `offset` (default 0), at most `length` (default to the end). Throws AppError `object-not-found`. */
  get(name: string, range?: { readonly offset: number; readonly length?: number }): Promise<Uint8Array>
  /** The same as a stream. Throws AppError `object-not-found`. */
  getStream(name: string, range?: { readonly offset: number; readonly length?: number }): Promise<Readable>
  /** The length in bytes, or null where there is no such object. */
  size(name: string): Promise<number | null>
  /** Deletes; an absent object is no error. */
  delete(name: string): Promise<void>
  /**
   * Moves the object to the slower and cheaper tier, where it is read, measured, listed and deleted as before. An
   * object that is absent or there already is no error; one that is being read is read to its end.
   */
  makeCold(name: string): Promise<void>
  /** All objects whose name starts with `prefix`, in name order. */
  list(prefix: string): AsyncIterable<{ readonly name: string; readonly bytes: number }>
}
