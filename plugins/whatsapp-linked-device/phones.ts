/** Numbers of those whom an event names by LID, where the session knows them: told beside the event, which stays as it is. */

/** By LID (`9876@lid`), the phone's jid. */
export type Phones = Readonly<Record<string, string>>

const lidForm = /(\d{5,20})(?::\d+)?@lid/g

/** `numberOf` answers a LID's number from the session, null for one it does not know. */
export function phonesIn(data: unknown, numberOf: (lidUser: string) => string | null): Phones {
  // Names stand in the bytes of a history as they are.
  const text =
    data instanceof Uint8Array ? Buffer.from(data).toString('latin1') : (JSON.stringify(data) ?? '')
  const found: Record<string, string> = {}
  for (const [, user] of text.matchAll(lidForm)) {
    const number = found[`${user}@lid`] === undefined ? numberOf(user ?? '') : null
    if (number !== null) found[`${user}@lid`] = `${number}@s.whatsapp.net`
  }
  return found
}
