/**
 * The XML WeChat puts into messages, which other people write: so it is read by a small reader of our own that knows
 * no documents, no definitions and no entities but the five of XML and character numbers, and that stops at limits.
 */

export interface XmlElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: readonly XmlElement[]
  /** The element's own text, CDATA included, trimmed. */
  readonly text: string
}

const charactersMax = 2 * 1024 * 1024
const depthMax = 64
const elementsMax = 20_000

interface OpenElement {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly children: XmlElement[]
  text: string
}

/**
 * The first element in the text, or null when there is none that is well formed within the limits (2 million
 * characters, 64 levels, 20,000 elements) or the text has a document type definition. Never throws; linear time.
 */
export function parseXml(source: string): XmlElement | null {
  if (source.length > charactersMax) return null
  const open: OpenElement[] = []
  let at = source.indexOf('<')
  for (let elements = 0; at !== -1; ) {
    if (source.startsWith('<![CDATA[', at)) {
      const end = source.indexOf(']]>', at)
      if (end === -1) return null
      appendText(open, source.slice(at + 9, end))
      at = nextMarkup(source, end + 3, open)
      continue
    }
    if (source.startsWith('<?', at) || source.startsWith('<!--', at)) {
      const end = source.indexOf(source[at + 1] === '?' ? '?>' : '-->', at + 2)
      if (end === -1) return null
      at = nextMarkup(source, end + (source[at + 1] === '?' ? 2 : 3), open)
      continue
    }
    if (source.startsWith('<!', at)) return null
    const tag = readTag(source, at)
    if (tag === null || elements++ > elementsMax * 2) return null
    if (tag.closes) {
      const closed = open.pop()
      if (closed === undefined || closed.name !== tag.name) return null
      const element = finish(closed)
      if (open.length === 0) return element
      open.at(-1)!.children.push(element)
    } else {
      const begun: OpenElement = { name: tag.name, attributes: tag.attributes, children: [], text: '' }
      if (!tag.empty) open.push(begun)
      else if (open.length === 0) return finish(begun)
      else open.at(-1)!.children.push(finish(begun))
      if (open.length > depthMax) return null
    }
    at = nextMarkup(source, tag.end, open)
  }
  return null
}

function finish({ name, attributes, children, text }: OpenElement): XmlElement {
  return { name, attributes, children, text: text.trim() }
}

/** Where the next `<` stands; the text before it goes to the open element. */
function nextMarkup(source: string, from: number, open: readonly OpenElement[]): number {
  const next = source.indexOf('<', from)
  if (next > from) appendText(open, resolveEntities(source.slice(from, next)))
  return next
}

function appendText(open: readonly OpenElement[], text: string): void {
  const element = open.at(-1)
  if (element !== undefined) element.text += text
}

interface Tag {
  readonly name: string
  readonly attributes: Readonly<Record<string, string>>
  readonly closes: boolean
  readonly empty: boolean
  readonly end: number
}

const tagName = /<(\/?)([A-Za-z_][\w.:-]{0,100})/y
const attribute = /\s+([A-Za-z_][\w.:-]{0,100})\s*=\s*(?:"([^"<]*)"|'([^'<]*)')/y
const tagEnd = /\s*(\/?)>/y

function readTag(source: string, at: number): Tag | null {
  const head = matchAt(tagName, source, at)
  if (head === null) return null
  const attributes: Record<string, string> = Object.create(null)
  let end = at + head[0].length
  for (let found = matchAt(attribute, source, end); found !== null; found = matchAt(attribute, source, end)) {
    attributes[found[1]!] = resolveEntities(found[2] ?? found[3] ?? '')
    end += found[0].length
  }
  const tail = matchAt(tagEnd, source, end)
  if (tail === null) return null
  return {
    name: head[2]!,
    attributes: { ...attributes },
    closes: head[1] === '/',
    empty: tail[1] === '/',
    end: end + tail[0].length,
  }
}

function matchAt(expression: RegExp, source: string, at: number): RegExpExecArray | null {
  expression.lastIndex = at
  return expression.exec(source)
}

const named: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" }

/** The five entities of XML and character numbers; any other `&…;` stays as it is written. */
function resolveEntities(text: string): string {
  if (!text.includes('&')) return text
  return text.replace(/&(?:#(\d{1,7})|#x([0-9a-fA-F]{1,6})|(amp|lt|gt|quot|apos));/g, (written, ...found) => {
    const [decimal, hexadecimal, name] = found as (string | undefined)[]
    if (name !== undefined) return named[name]!
    const code = decimal === undefined ? Number.parseInt(hexadecimal!, 16) : Number(decimal)
    return isCharacter(code) ? String.fromCodePoint(code) : written
  })
}

/** XML's own rule: no control characters but tab and line breaks, no halves of pairs. */
function isCharacter(code: number): boolean {
  if (code < 0x20) return code === 0x09 || code === 0x0a || code === 0x0d
  return code < 0xd800 || (code > 0xdfff && code <= 0x10ffff && code !== 0xfffe && code !== 0xffff)
}

/** The first child of that name (in any case: tools write `refermsg` and `referMsg`), or null. */
export function childOf(element: XmlElement | null, ...path: readonly string[]): XmlElement | null {
  let found = element
  for (const name of path) {
    const wanted = name.toLowerCase()
    found = found?.children.find((child) => child.name.toLowerCase() === wanted) ?? null
  }
  return found
}

/** The text of the element at that path, empty when there is none. */
export function textAt(element: XmlElement | null, ...path: readonly string[]): string {
  return childOf(element, ...path)?.text ?? ''
}

export function attributeOf(element: XmlElement | null, name: string): string {
  const attributes = element?.attributes ?? {}
  return Object.hasOwn(attributes, name) ? attributes[name]! : ''
}

export function childrenOf(element: XmlElement | null, name: string): readonly XmlElement[] {
  return element?.children.filter((child) => child.name.toLowerCase() === name.toLowerCase()) ?? []
}
