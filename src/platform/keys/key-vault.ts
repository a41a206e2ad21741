/**
 * Holds the keys that everything else is wrapped under, outside the database and its backups. The archiver
 * site and the compliance centre each have a vault of their own: neither can open what the other wrapped.
 */
export interface KeyVault {
  /** Wraps 32-byte keys under the current epoch key; the epoch is named inside each answer (at most 64 bytes each). */
  wrap(keys: readonly Uint8Array[]): Promise<Uint8Array[]>
  /** Opens what `wrap` made, whatever its epoch. Throws AppError `key-refused` (altered) or `key-missing` (epoch destroyed). */
  unwrap(wrapped: readonly Uint8Array[]): Promise<Uint8Array[]>
  /** Seals a secret of any length (a password, a private key); `purpose` is bound to it as associated data. */
  seal(purpose: string, secret: Uint8Array): Promise<Uint8Array>
  open(purpose: string, sealed: Uint8Array): Promise<Uint8Array>
  /** 32 bytes derived for `purpose`, the same for ever (HMAC keys). */
  derive(purpose: string): Promise<Uint8Array>
  /** Whether the operator has confirmed a backup of the key file; the program reminds until then. */
  backedUp(): Promise<boolean>
}
