/** How the portal may show an attachment. Everything that is not known to be safe is a download. */
export type ShownAs = 'image' | 'audio' | 'video' | 'file'

/**
 * Types that browsers draw or play without running anything. Never SVG (it carries scripts), HTML or PDF. What a
 * file says it is may be wrong; it is served with `nosniff`, so a wrong one does not show.
 */
const safeTypes: ReadonlyMap<string, Exclude<ShownAs, 'file'>> = new Map([
  ['image/png', 'image'],
  ['image/jpeg', 'image'],
  ['image/gif', 'image'],
  ['image/webp', 'image'],
  ['image/avif', 'image'],
  ['audio/mpeg', 'audio'],
  ['audio/mp4', 'audio'],
  ['audio/ogg', 'audio'],
  ['audio/opus', 'audio'],
  ['audio/aac', 'audio'],
  ['audio/wav', 'audio'],
  ['audio/x-wav', 'audio'],
  ['audio/webm', 'audio'],
  ['video/mp4', 'video'],
  ['video/webm', 'video'],
])

export function shownAs(mediaType: string): ShownAs {
  return safeTypes.get(bareType(mediaType)) ?? 'file'
}

/** Without parameters, lower case. */
export function bareType(mediaType: string): string {
  return mediaType.split(';', 1)[0]!.trim().toLowerCase()
}
