/** Messages that are words: text, with what it quotes, and the Markdown of robots. */
import type { Reference } from '../../../domain/message.ts'
import { textOf } from '../../formats/raw-json.ts'
import type { BodyType } from '../body.ts'

export const text: BodyType = {
  known: ['content'],
  read: (body) => ({ kind: 'text', text: textOf(body, 'content') || '(empty message)' }),
}

export const markdown: BodyType = {
  keys: ['info', 'markdown'],
  known: ['content'],
  read: (body) => ({ kind: 'text', text: textOf(body, 'content') || '(empty message)' }),
}

const wecomQuoteHeads = ['这是一条引用/回复消息：', 'This is a quote/reply:']
const wecomRule = '\n------\n'
const wechatRule = /」[ \t\r]*\n(?:- ){3,}-?[ \t\r]*\n/g

/**
 * What a text quotes, if it is a quoting reply: there is no structure for that, only wording (wener's notes on
 * the archive). WeCom writes a head line, `"NAME：`, the quote, `"`, a rule and the reply; WeChat writes
 * `「NAME：QUOTE」`, a rule of dashes and the reply. Quotes nest, so the last rule is the outer one.
 */
export function quotedIn(content: string): Reference | undefined {
  if (content.startsWith('「')) return wechatQuote(content)
  const head = wecomQuoteHeads.find((wording) => content.startsWith(wording))
  return head === undefined ? undefined : wecomQuote(content, head.length)
}

function wecomQuote(content: string, from: number): Reference | undefined {
  const closed = content.lastIndexOf(`"${wecomRule}`)
  const end = closed >= from ? closed : content.indexOf(wecomRule, from)
  if (end === -1) return undefined
  return referenceTo(content.slice(from, end).replace(/^\s*"?\s*/, ''))
}

function wechatQuote(content: string): Reference | undefined {
  const rules = [...content.matchAll(wechatRule)]
  const last = rules.at(-1)
  return last === undefined ? undefined : referenceTo(content.slice(1, last.index))
}

/** `NAME：QUOTE` or `NAME：` and the quote on the next line; a name is one short line. */
function referenceTo(quote: string): Reference {
  const named = /^([^\n：:]{1,64})[：:]\s*([\s\S]*)$/.exec(quote)
  if (named === null)
    return quote === '' ? { relation: 'replies-to' } : { relation: 'replies-to', quotedText: quote.trim() }
  const [, name = '', said = ''] = named
  return { relation: 'replies-to', quotedText: said.trim(), quotedSenderName: name.trim() }
}
