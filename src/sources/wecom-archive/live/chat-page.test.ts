import { describe, expect, test } from 'vitest'
import { readChatPage } from './chat-page.ts'

const row = (seq: string, more = '') =>
  `{"seq":${seq},"msgid":"m${seq}","publickey_ver":3,"encrypt_random_key":"a2V5","encrypt_chat_msg":"bXNn"${more}}`
const page = (...rows: readonly string[]) =>
  Buffer.from(`{"errcode":0,"errmsg":"ok","chatdata":[${rows.join(',')}]}`)
const rowsOf = (content: Uint8Array) => {
  const read = readChatPage(content)
  if (!('rows' in read)) throw new Error(JSON.stringify(read))
  return read.rows
}

describe('a page of the archive', () => {
  test('has its numbers exactly, up to 64 bits', () => {
    expect(rowsOf(page(row('196'), row('18446744073709551615'))).map(({ seq }) => seq)).toEqual([
      196n,
      18_446_744_073_709_551_615n,
    ])
  })

  test('hands out the exact bytes of a row', () => {
    const written = [row('1'), row('11101571002822706744', ', "later": 1.50'), row('3')]
    expect(rowsOf(page(...written)).map((one) => Buffer.from(one.exact()).toString())).toEqual(written)
  })

  test('that was cut off is none, and neither is one without a list', () => {
    const whole = page(row('1'), row('2'))
    for (const cut of [whole.length - 1, whole.length >> 1, 1, 0])
      expect(readChatPage(whole.subarray(0, cut))).toHaveProperty('problem')
    expect(readChatPage(Buffer.from('{"errcode":0}'))).toHaveProperty('problem')
    expect(readChatPage(Buffer.from('[]'))).toHaveProperty('problem')
  })

  test('that is an error of the service has its code and words', () => {
    const said = 'not allow to access from your ip, hint: [1], from ip: 203.0.113.7, more info at x'
    expect(
      readChatPage(Buffer.from(JSON.stringify({ errcode: 301042, errmsg: said, chatdata: [] }))),
    ).toEqual({
      code: 301042,
      said,
    })
  })

  test('keeps damaged rows', () => {
    const rows = rowsOf(page(row('1'), '{"odd":true}', 'null'))
    expect(rows.map(({ seq, messageId }) => [seq, messageId])).toEqual([
      [1n, 'm1'],
      [undefined, ''],
      [undefined, ''],
    ])
  })
})
