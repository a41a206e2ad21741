/** Where a message plausibly begins in bytes that could not be read as one. */

/**
 * A brace and a key only messages begin with, not as the value of another key on the same line. Within a well-formed string
 * the quote would be escaped, so this cannot be somebody's words.
 */
const messageStart =
  /(?<!:[ \t]{0,8})\{\s{0,64}"(?:msgid|msgtype|action|from|tolist|roomid|seq|publickey_ver)"\s{0,8}:/

/** Bytes looked at first: the next message is nearly always near. */
const nearBytes = 64 * 1024

/** Offset of the next such place at or after `from`, before `to`; -1 if none. */
export function nextMessageStart(buffer: Buffer, from: number, to: number): number {
  for (let reach = nearBytes; ; reach *= 16) {
    const end = Math.min(to, from + reach)
    const found = messageStart.exec(buffer.toString('latin1', from, end))
    if (found !== null) return from + found.index
    if (end === to) return -1
  }
}
