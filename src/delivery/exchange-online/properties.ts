/** Extended properties of a copy (MS-OXPROPS), as Graph writes their ids. */

/** PidTagMessageFlags; without "unsent" (8) a message is no draft. It can be set only as the message is made. */
export const flagsProperty = 'Integer 0x0E07'
/** "Read", so that nobody's count of unread e-mails grows. */
export const readFlag = '1'
/** PidTagMessageDeliveryTime. */
export const deliveredProperty = 'SystemTime 0x0E06'
/** PidTagClientSubmitTime. */
export const sentProperty = 'SystemTime 0x0039'
/** PidTagMessageClass. */
export const classProperty = 'String 0x001A'
/** Holds the item's id: by it a copy is known as ours. */
export const itemProperty = 'String {fe474f0e-d260-49a4-81b3-f518c0e6238d} Name HoldfastItem'
/** PS_INTERNET_HEADERS (MS-OXPROPS 1.3.2): where Exchange keeps the header lines of an e-mail. */
export const headerProperty = (name: string) =>
  `String {00020386-0000-0000-c000-000000000046} Name ${name.toLowerCase()}`

export interface ExtendedProperty {
  readonly id: string
  readonly value: string
}

/** The value of a property among those that Graph answers; it shortens tags (`String 0x1a` for `String 0x001A`). */
export function propertyValue(
  properties: readonly ExtendedProperty[] | undefined,
  id: string,
): string | undefined {
  const wanted = spelt(id)
  return properties?.find((property) => spelt(property.id) === wanted)?.value
}

function spelt(id: string): string {
  return id.toLowerCase().replace(/ 0x0*/, ' 0x')
}
