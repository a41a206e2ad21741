/** In an mbox, lines that begin with `From ` (RFC 4155), or with such a quote, have a `>` before them. */

const quotedFrom = Buffer.from('>From ')

/** The e-mail as it was before it was put into an mbox. */
export function unquoteMbox(bytes: Buffer): Buffer {
  const pieces: Buffer[] = []
  let from = 0
  for (let at = bytes.indexOf(quotedFrom); at !== -1; at = bytes.indexOf(quotedFrom, at + 1)) {
    let start = at
    while (start > from && bytes[start - 1] === 62) start--
    if (start > 0 && bytes[start - 1] !== 10) continue
    pieces.push(bytes.subarray(from, at))
    from = at + 1
  }
  return from === 0 ? bytes : Buffer.concat([...pieces, bytes.subarray(from)])
}
