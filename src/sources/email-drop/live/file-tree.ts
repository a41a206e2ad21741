/** A folder that a vendor lays files into, here or on its server. */

export interface TreeFile {
  /** Relative to the folder, with forward slashes. */
  readonly name: string
  readonly bytes: number
  readonly modifiedMs: number
}

export interface TreeListing {
  readonly files: readonly TreeFile[]
  /** Links and what else is no file, by name. */
  readonly others: readonly string[]
}

export interface FileTree {
  list(): Promise<TreeListing>
  /** The file at a path of this machine, until `done`; null where it is gone or has changed since it was listed. */
  take(file: TreeFile): Promise<{ readonly path: string; done(): Promise<void> } | null>
  close(): Promise<void>
}
