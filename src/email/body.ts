/** The two bodies of an e-mail, from the same blocks. Lines end in `\n` here; the transfer encoding makes CRLF of it. */
import type { Message } from '../domain/message.ts'
import { type Block, type Field, readingOf } from './reading.ts'

export interface Bodies {
  readonly text: string
  readonly html: string
}

export function bodiesOf(message: Message): Bodies {
  const blocks = readingOf(message)
  const only = blocks.length === 1 ? blocks[0]! : undefined
  if (only?.type === 'paragraph') return { text: only.text, html: paragraphs(only.text) }
  return { text: blocks.map(textBlock).join('\n\n'), html: htmlBlocks(blocks) }
}

/** Records nested deeper than this keep their content and order, but are not indented further. */
const indentMax = 20

function textBlock(block: Block): string {
  switch (block.type) {
    case 'paragraph':
      return block.text
    case 'quote':
      return block.text === '' ? block.heading : `${block.heading}\n${prefixed('> ', block.text)}`
    case 'fields':
      return block.fields.map((field) => `${field.label}: ${field.value}`).join('\n')
    case 'part':
      return prefixed('  '.repeat(Math.min(block.depth, indentMax)), headed(block.heading, block.text))
    case 'note':
      return `[${block.text}]`
  }
}

function headed(heading: string, text: string): string {
  return heading === '' ? text : `${heading}:\n${text}`
}

function prefixed(prefix: string, text: string): string {
  return prefix + text.replaceAll('\n', `\n${prefix}`)
}

function htmlBlocks(blocks: readonly Block[]): string {
  const out: string[] = []
  let depth = 0
  const goTo = (target: number) => {
    for (; depth < target; depth++) out.push('<blockquote>')
    for (; depth > target; depth--) out.push('</blockquote>')
  }
  for (const block of blocks) {
    goTo(block.type === 'part' ? Math.min(block.depth, indentMax) : 0)
    out.push(htmlBlock(block))
  }
  goTo(0)
  return out.join('\n')
}

function htmlBlock(block: Block): string {
  switch (block.type) {
    case 'paragraph':
      return paragraphs(block.text)
    case 'quote':
      return `<p>${inline(block.heading)}</p>${block.text === '' ? '' : `<blockquote>${paragraphs(block.text)}</blockquote>`}`
    case 'fields':
      return `<table>\n${block.fields.map(row).join('\n')}\n</table>`
    case 'part':
      return (block.heading === '' ? '' : `<p><b>${inline(block.heading)}</b></p>`) + paragraphs(block.text)
    case 'note':
      return `<p><i>[${inline(block.text)}]</i></p>`
  }
}

function row(field: Field): string {
  const value = inline(field.value)
  const shown = field.link ? `<a href="${value}">${value}</a>` : value
  return `<tr><th align="left">${inline(field.label)}</th><td>${shown}</td></tr>`
}

function paragraphs(text: string): string {
  if (!text.includes('\n\n')) return `<p>${inline(text)}</p>`
  return text
    .split(/\n{2,}/)
    .map((paragraph) => `<p>${inline(paragraph)}</p>`)
    .join('\n')
}

const needsEscape = /[&<>"\x00-\x08\x0b-\x1f\x7f]/
const escapes: Readonly<Record<string, string>> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function inline(text: string): string {
  let out = text
  if (needsEscape.test(out)) out = out.replace(/[&<>"\x00-\x08\x0b-\x1f\x7f]/g, escapeCharacter)
  if (out.includes('\n')) out = out.replaceAll('\n', '<br>\n')
  // HTML would show a run of blanks as one.
  return out.includes('  ') ? out.replaceAll('  ', ' &nbsp;') : out
}

/** Control characters may not stand in HTML in any form; their picture (U+2400 …) shows where they were. */
function escapeCharacter(character: string): string {
  const code = character.charCodeAt(0)
  return escapes[character] ?? String.fromCharCode(code === 0x7f ? 0x2421 : 0x2400 + code)
}
