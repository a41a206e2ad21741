/** Takes small attachments out of the e-mails that `compose.ts` makes, where they lie as base64 between boundaries. */

/**
 * The content of the attachment at a place (from 0) in a skeleton, or null where the e-mail has none there. Of an
 * attachment that is stored apart the skeleton holds nothing: the answer is empty. What comes out is what was put in
 * only if its SHA-256 says so; the caller checks.
 */
export function inlineAttachment(skeleton: Uint8Array, place: number): Buffer | null {
  const bytes = Buffer.from(skeleton.buffer, skeleton.byteOffset, skeleton.byteLength)
  const boundary = mixedBoundary(bytes)
  if (boundary === null) return null
  // Before the first boundary is the head, after it the two bodies, then the attachments. What people write never
  // begins a line with two hyphens (see `transfer-encoding.ts`).
  let at = bytes.indexOf(boundary)
  for (let part = 0; part <= place && at >= 0; part++) at = bytes.indexOf(boundary, at + boundary.length)
  const head = at < 0 ? -1 : bytes.indexOf('\r\n\r\n', at)
  const end = head < 0 ? -1 : bytes.indexOf(boundary, head)
  return end < 0 ? null : Buffer.from(bytes.toString('latin1', head + 4, end), 'base64')
}

/** The line that begins a part, or null for an e-mail without attachments. */
function mixedBoundary(bytes: Buffer): Buffer | null {
  const head = bytes.toString('latin1', 0, bytes.indexOf('\r\n\r\n') + 4)
  const mixed = /\r\nContent-Type: multipart\/mixed; boundary=(\S+)\r\n/.exec(head)?.[1]
  return mixed === undefined ? null : Buffer.from(`\r\n--${mixed}`)
}
