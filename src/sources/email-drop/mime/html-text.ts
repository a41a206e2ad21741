/** The text of HTML, in one pass: HTML of strangers is looked at, never run. */

const skipped: ReadonlySet<string> = new Set(['script', 'style', 'head', 'title', 'template', 'noscript'])
const breaking: ReadonlySet<string> = new Set(
  'address article aside blockquote br dd div dl dt figure footer form h1 h2 h3 h4 h5 h6 header hr li main nav ol p pre section table tr ul'.split(
    ' ',
  ),
)

export function htmlToText(html: string): string {
  const pieces: string[] = []
  const find = createFinder(html)
  let at = 0
  while (at < html.length) {
    const open = html.indexOf('<', at)
    const end = open === -1 ? html.length : open
    if (end > at) pieces.push(html.slice(at, end).replace(/\s+/g, ' '))
    if (open === -1) break
    at = pastTag(html, open, pieces, find)
  }
  return decodeEntities(pieces.join(''))
    .replace(/[ \t\u00a0]+/g, ' ')
    .replace(/ ?\n ?/g, '\n')
    .replace(/\n{3,}/g, '\n\n')
    .trim()
}

/** Where the text goes on after the tag, comment or skipped element that begins at `open`. */
function pastTag(html: string, open: number, pieces: string[], find: Finder): number {
  const isComment = html.startsWith('<!--', open)
  const tag = /^<\/?([a-zA-Z][a-zA-Z0-9:-]{0,40})|^<[!?/]/.exec(html.slice(open, open + 48))
  const end = isComment ? find('-->', open + 4) : tag ? find('>', open) : null
  // What is never closed hides nothing: it is text.
  if (end === null) {
    pieces.push('<')
    return open + 1
  }
  const name = (tag?.[1] ?? '').toLowerCase()
  if (breaking.has(name)) pieces.push('\n')
  else if (name === 'td' || name === 'th') pieces.push(' ')
  if (!skipped.has(name) || html[open + 1] === '/') return end
  const closing = find(`</${name}`, end)
  return closing === null ? end : (find('>', closing) ?? end)
}

/** Gives where the mark ends, or null. A mark that is not there any more is looked for once only. */
type Finder = (mark: string, from: number) => number | null

function createFinder(html: string): Finder {
  const lower = html.toLowerCase()
  // A few characters change their length with their case; then closing tags are looked for as they are written.
  const searched = lower.length === html.length ? lower : html
  const absent = new Set<string>()
  return (mark, from) => {
    if (absent.has(mark)) return null
    const at = searched.indexOf(mark, from)
    if (at !== -1) return at + mark.length
    absent.add(mark)
    return null
  }
}

const entities: Readonly<Record<string, string>> = {
  amp: '&',
  lt: '<',
  gt: '>',
  quot: '"',
  apos: "'",
  nbsp: ' ',
  ndash: '–',
  mdash: '—',
  hellip: '…',
  lsquo: '‘',
  rsquo: '’',
  ldquo: '“',
  rdquo: '”',
  euro: '€',
  pound: '£',
  yen: '¥',
  copy: '©',
  reg: '®',
  trade: '™',
  bull: '•',
  middot: '·',
  laquo: '«',
  raquo: '»',
  auml: 'ä',
  ouml: 'ö',
  uuml: 'ü',
  Auml: 'Ä',
  Ouml: 'Ö',
  Uuml: 'Ü',
  szlig: 'ß',
  eacute: 'é',
  egrave: 'è',
  agrave: 'à',
  ccedil: 'ç',
  ntilde: 'ñ',
}

function decodeEntities(text: string): string {
  return text.replace(/&(#\d{1,7}|#[xX][\da-fA-F]{1,6}|[a-zA-Z]{2,8});/g, (whole, name: string) => {
    if (!name.startsWith('#')) return entities[name] ?? whole
    const code = /^#x/i.test(name) ? Number.parseInt(name.slice(2), 16) : Number(name.slice(1))
    const isCharacter = code > 0 && code <= 0x10ffff && (code < 0xd800 || code > 0xdfff)
    return isCharacter ? String.fromCodePoint(code) : '\ufffd'
  })
}
