/**
 * The XML of callbacks, read by a small reader of our own that knows no definitions, no attributes and no entities but
 * the five of XML and character numbers: strangers can send it.
 */
export interface CallbackElement {
  readonly name: string
  /** Its own text, CDATA included, trimmed. */
  readonly text: string
  readonly children: readonly CallbackElement[]
}

const charactersMax = 1024 * 1024
const elementsMax = 10_000
const depthMax = 16

const token = /<!\[CDATA\[([\s\S]*?)\]\]>|<(\/?)([A-Za-z_][\w.-]{0,99})[ \t\r\n]{0,20}(\/?)>|([^<]+)/y

const entities: Readonly<Record<string, string>> = { lt: '<', gt: '>', amp: '&', quot: '"', apos: "'" }

interface Open {
  readonly name: string
  readonly children: CallbackElement[]
  text: string
}

/** The one element of the document; null for what is not of this simple kind. Never throws; linear time. */
export function readCallbackXml(source: string): CallbackElement | null {
  const text = source.replace(/^\ufeff?\s*(?:<\?xml[^<>]{0,200}\?>)?/, '')
  if (text.length > charactersMax) return null
  const root: Open = { name: '', children: [], text: '' }
  const open: Open[] = [root]
  token.lastIndex = 0
  for (let count = 0, at = 0; at < text.length; count++) {
    token.lastIndex = at
    const found = token.exec(text)
    if (found === null || count > elementsMax * 3 || open.length > depthMax || !take(found, open)) return null
    at = token.lastIndex
  }
  return open.length === 1 && root.children.length === 1 && root.text.trim() === '' ? root.children[0]! : null
}

/** False where the token does not fit. */
function take(found: RegExpExecArray, open: Open[]): boolean {
  const [, cdata, closes, name, empty, plain] = found
  const innermost = open.at(-1)!
  if (name === undefined) {
    innermost.text += cdata ?? decoded(plain!)
    return true
  }
  if (closes === '/') {
    if (open.length < 2 || innermost.name !== name || empty === '/') return false
    open.pop()
    open.at(-1)!.children.push({ ...innermost, text: innermost.text.trim() })
  } else if (empty === '/') innermost.children.push({ name, text: '', children: [] })
  else open.push({ name, children: [], text: '' })
  return true
}

function decoded(text: string): string {
  return text.replace(
    /&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|([a-z]{2,4}));/g,
    (written, decimal, hex, name) => {
      if (name !== undefined) return entities[name] ?? written
      const code = decimal === undefined ? Number.parseInt(hex, 16) : Number(decimal)
      return code > 0 && code <= 0x10ffff && !(code >= 0xd800 && code <= 0xdfff)
        ? String.fromCodePoint(code)
        : written
    },
  )
}

/** The text of a child by its name; empty where there is none. */
export function childText({ children }: CallbackElement, name: string): string {
  return children.find((child) => child.name === name)?.text ?? ''
}
