/** The sentences by which the server says why somebody maps to nobody, taken apart so that each language can say them. */

export interface ExplanationPart {
  /** As the server names the participant: `Ada, phone +44 7700 900123`; empty where it is about one person alone. */
  readonly who: string
  readonly texts: readonly ExplanationText[]
}

export interface ExplanationText {
  readonly key: string
  readonly values: Readonly<Record<string, string>>
}

const patterns: readonly (readonly [RegExp, string])[] = [
  [/^no CSV row names it$/, 'connectors:why.noRow'],
  [/^no CSV row was valid when the message was sent$/, 'connectors:why.noValidRow'],
  [/^the number was no registered user’s when the message was sent$/, 'connectors:why.numberNotRegistered'],
  [
    /^the WeCom userid was no registered user’s when the message was sent$/,
    'connectors:why.useridNotRegistered',
  ],
  [/^a display name maps only as a confirmed alias$/, 'connectors:why.displayName'],
  [/^it belongs to no registered user$/, 'connectors:why.notRegistered'],
  [/^automatic mapping is off$/, 'connectors:why.automaticOff'],
  [
    /^its e-mail address is (?<address>\S+), which is not a mailbox of the directory$/,
    'connectors:why.emailNoMailbox',
  ],
  [
    /^its e-mail address is (?<address>\S+), a mailbox that was not active when the message was sent$/,
    'connectors:why.emailInactive',
  ],
  [
    /^CSV row (?<row>\d+) names (?<address>\S+), which is not a mailbox of the directory$/,
    'connectors:why.rowNoMailbox',
  ],
  [
    /^CSV row (?<row>\d+) names (?<address>\S+), a mailbox that was not active when the message was sent$/,
    'connectors:why.rowInactive',
  ],
]

const whole: readonly (readonly [RegExp, string])[] = [
  [/^the message names no participant$/, 'connectors:why.nobodyNamed'],
  [
    /^An attachment of (?<bytes>\d+) bytes is over the configured ceiling of (?<most>\d+);/,
    'connectors:why.attachmentTooLarge',
  ],
]

/** Null for what is said in another way than these: it is then shown as the server has it. */
export function explanationParts(explanation: string): readonly ExplanationPart[] | null {
  const one = textOf(explanation, whole)
  if (one) return [{ who: '', texts: [one] }]
  const parts: ExplanationPart[] = []
  // Names may hold semicolons too: what is no whole part yet goes on in the next piece.
  let begun: string | null = null
  for (const piece of explanation.split('; ')) {
    const text: string = begun === null ? piece : `${begun}; ${piece}`
    const part = partOf(text)
    begun = part === null ? text : null
    if (part !== null) parts.push(part)
  }
  return begun === null ? parts : null
}

function partOf(text: string): ExplanationPart | null {
  const found = /^(?:(?<who>.*): )?(?:by confirmed alias, )?no match because (?<reason>.*)$/s.exec(
    text,
  )?.groups
  if (!found) return null
  const texts = (found.reason ?? '').split(' and ').map((reason) => textOf(reason, patterns))
  return texts.every((one) => one !== null) ? { who: found.who ?? '', texts } : null
}

function textOf(text: string, known: typeof patterns): ExplanationText | null {
  for (const [pattern, key] of known) {
    const match = pattern.exec(text)
    if (match) return { key, values: { ...match.groups } }
  }
  return null
}

/** The numbers an explanation names as mapped to nobody, each once. */
export function unmappedNumbers(explanation: string): readonly string[] {
  const found = explanation.matchAll(
    /(?:^|, |; )phone (\+\d{6,15}): (?:by confirmed alias, )?no match because /g,
  )
  return [...new Set([...found].map(([, number]) => number!))]
}
