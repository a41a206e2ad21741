/** Other ways to talk that a message names: where a conversation may have gone on. */
import { normalise } from '../../domain/text/normalise.ts'
import { canonical } from './canonical.ts'
import { createTermSearch, type TermSearch } from './term-search.ts'

const names: readonly (readonly [channel: string, terms: readonly string[]])[] = [
  ['whatsapp', ['whatsapp', 'whats app']],
  ['wechat', ['wechat', 'weixin', '微信']],
  ['wecom', ['wecom', '企业微信']],
  ['telegram', ['telegram', '电报']],
  [
    'signal',
    [
      'on signal',
      'via signal',
      'use signal',
      'to signal',
      'signal app',
      '加我signal',
      '用signal',
      '上signal',
    ],
  ],
  ['qq', ['qq']],
  ['line', ['line app']],
  ['viber', ['viber']],
  ['snapchat', ['snapchat']],
  ['imessage', ['imessage']],
  ['dingtalk', ['dingtalk', '钉钉']],
  [
    'personal-phone',
    [
      ...[
        'personal phone',
        'personal mobile',
        'personal cell',
        'personal number',
        'private number',
        'private phone',
      ],
      ...[
        'my other phone',
        'my other number',
        'my cell',
        '私人手机',
        '私人电话',
        '私人号码',
        '个人手机',
        '另一个号',
        '小号',
      ],
    ],
  ],
  ['personal-email', ['gmail', 'hotmail', 'personal email', 'private email', '私人邮箱', '个人邮箱']],
]

const owners = names.flatMap(([channel, terms]) => terms.map(() => channel))
let search: TermSearch | undefined

/** In the order of the list; none named: empty. */
export function namedChannels(texts: readonly string[]): string[] {
  search ??= createTermSearch(names.flatMap(([, terms]) => terms))
  const found = new Set<string>()
  for (const text of texts) {
    const { units, length } = canonical(text)
    search.scan(units, length, (term) => found.add(owners[term]!))
  }
  // 企业微信 is WeCom, not WeChat beside it.
  if (found.has('wecom') && !texts.some((text) => /wechat|weixin|(?<!企业)微信/.test(normalise(text))))
    found.delete('wechat')
  return [...new Set(owners)].filter((channel) => found.has(channel))
}
