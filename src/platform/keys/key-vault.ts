/**
 * Holds the keys that everything else is wrapped under, outside the database and its backups. The archiver
 * site and the compliance centre each have a vault of their own: neither can open what the other wrapped.
 */
export interface KeyVault {
  /** Wraps 32-byte keys under the current epoch key; the epoch is named inside each answer (at most 64 bytes each). */
  wrap(keys: readonly Uint8Array[]): Promise<Uint8Array[]>
  /** Opens what `wrap` made, whatever its epoch. Throws AppError `key-refused` (altered) or `key-missing` (epoch destroyed). */
  unwrap(wrapped: readonly Uint8Array[]): Promise<Uint8Array[]>
  /**
   * Seals a secret of any length (a password, a private key) under the current epoch; `purpose` is bound to
   * it as associated data. It is lost with its epoch, as wrapped keys are.
   */
  seal(purpose: string, secret: Uint8Array): Promise<Uint8Array>
  /** Throws AppError `key-refused` (altered, or sealed for another purpose) or `key-missing` (epoch destroyed). */
  open(purpose: string, sealed: Uint8Array): Promise<Uint8Array>
  /** 32 bytes derived for `purpose`, the same for ever (HMAC keys). */
  derive(purpose: string): Promise<Uint8Array>
  /** Whether the operator has confirmed a backup of the keys as they are now; the program reminds until then. */
  backedUp(): Promise<boolean>
}

export interface Epoch {
  readonly id: number
  readonly createdAt: Date
  /** When another took its place; null for the current one. */
  readonly retiredAt: Date | null
  readonly destroyedAt: Date | null
}

/**
 * The life of epoch keys. Destroying one makes everything wrapped or sealed under it unreadable for ever,
 * in old backups of the database too: this is what makes a disposition final. What must live on is opened
 * and wrapped again under the current epoch first (`epochOf` finds what that is).
 */
export interface KeyCustody {
  /** Oldest first, destroyed ones included. */
  epochs(): Promise<readonly Epoch[]>
  /** Makes a new epoch key the current one; answers its id. */
  rotateEpoch(): Promise<number>
  /**
   * Throws AppError `key-refused` for the current epoch and for one retired less than an hour ago (a
   * transaction somewhere may still be about to commit keys wrapped under it), `key-missing` for one that
   * never was. Destroying a destroyed one again is no error.
   */
  destroyEpoch(id: number): Promise<void>
}
