/** Sentences that several readers make. */

/** `1 h 2 min`, `1 min 12 s`, `9 s`; units that are zero are left out. */
export function durationText(seconds: number): string {
  const whole = Math.max(0, Math.round(seconds))
  const units = [
    [Math.floor(whole / 3600), 'h'],
    [Math.floor((whole % 3600) / 60), 'min'],
    [whole % 60, 's'],
  ] as const
  const shown = units.filter(([count]) => count > 0).map(([count, unit]) => `${count} ${unit}`)
  return shown.length === 0 ? '0 s' : shown.join(' ')
}

/** Names of vCards (`FN:`), or what the message itself says. */
export function contactText(text: string, cards: readonly string[]): string {
  const names = cards
    .map((card) => /^FN[^:\r\n]*:(.*)$/im.exec(card)?.[1]?.trim() ?? '')
    .filter((name) => name !== '')
  return names.length > 0 ? `Contact: ${names.join(', ')}` : text || 'Contact'
}
