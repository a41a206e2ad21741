/** Letters, digits and the marks people use; letters of any script, since mailboxes may have them. */
const addressPattern =
  /^[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+(?:\.[\p{L}\p{N}!#$%&'*+/=?^_`{|}~-]+)*@(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.)+[\p{L}\p{N}-]{2,63}$/u

/**
 * An e-mail address in lower case, or null when the text is none. Quoted local parts and addresses over
 * 254 characters (RFC 5321) are refused: no directory uses them and each is likelier a slip.
 */
export function normaliseEmail(text: string): string | null {
  const address = text.trim().toLowerCase()
  return address.length <= 254 && addressPattern.test(address) ? address : null
}
