import { describe, expect, it } from 'vitest'
import { compileGrammar, detectGrammar } from './grammar.ts'
import { type DateOrder, isoLocal, localMillis } from './local-time.ts'

const N = '\u202f'
const R = '\u200f'

/** Header as written, date order, the wall time it means. */
const headers: readonly (readonly [string, string, DateOrder, string])[] = [
  ['Android, United States', `12/31/23, 8:03${N}PM - Ada: hi`, 'mdy', '2023-12-31T20:03:00'],
  ['Android, midnight', `1/1/24, 12:05${N}AM - Ada: hi`, 'mdy', '2024-01-01T00:05:00'],
  ['Android, plain space', '12/31/23, 8:03 PM - Ada: hi', 'mdy', '2023-12-31T20:03:00'],
  ['Android, India', '26/01/2020, 4:19 pm - Ada: hi', 'dmy', '2020-01-26T16:19:00'],
  ['Android, Britain', '18/03/2022, 14:56 - Ada: hi', 'dmy', '2022-03-18T14:56:00'],
  ['Android, Germany', '03.10.23, 19:22 - Ada: hi', 'dmy', '2023-10-03T19:22:00'],
  ['Android, Russia', '23.03.2022, 13:31 - Ada: hi', 'dmy', '2022-03-23T13:31:00'],
  ['Android, Czechia', '23.03.22 13:31 - Ada: hi', 'dmy', '2022-03-23T13:31:00'],
  ['Android, Brazil', '24/12/23 20:15 - Ada: hi', 'dmy', '2023-12-24T20:15:00'],
  ['Android, Mexico', `31/12/23, 11:40${N}p.\u00a0m. - Ada: hi`, 'dmy', '2023-12-31T23:40:00'],
  ['Android, Netherlands', '20-10-19 10:16 - Ada: hi', 'dmy', '2019-10-20T10:16:00'],
  ['Android, Sweden', '2019-10-20, 10:16 - Ada: hi', 'ymd', '2019-10-20T10:16:00'],
  ['Android, Quebec', '2022-03-27 21 h 41 - Ada: hi', 'ymd', '2022-03-27T21:41:00'],
  ['Android, China', '2023年12月31日 下午8:01 - Ada: hi', 'ymd', '2023-12-31T20:01:00'],
  ['Android, Arabic digits', `١٨${R}/٣${R}/٢٠٢٢، ٢:٥٦ م - Ada: hi`, 'dmy', '2022-03-18T14:56:00'],
  ['iOS, United States', '[3/18/22, 14:56:01] Ada: hi', 'mdy', '2022-03-18T14:56:01'],
  ['iOS, 12 hours', '[1/2/22, 9:15:03 AM] Ada: hi', 'mdy', '2022-01-02T09:15:03'],
  ['iOS, Britain', '[30/08/2024, 10:12:45] Ada: hi', 'dmy', '2024-08-30T10:12:45'],
  ['iOS, France', '[27/03/2022 21:41:35] Ada: hi', 'dmy', '2022-03-27T21:41:35'],
  ['iOS, Japan', '[2023/12/31 23:50:12] Ada: hi', 'ymd', '2023-12-31T23:50:12'],
  ['iOS, Indonesia', '[27/03/22 21.41.35] Ada: hi', 'dmy', '2022-03-27T21:41:35'],
  ['iOS, Finland', '[12.3.2022 klo 14.08.18] Ada: hi', 'dmy', '2022-03-12T14:08:18'],
  ['iOS, Vietnam, time first', '[21:41:35, 27/3/22] Ada: hi', 'dmy', '2022-03-27T21:41:35'],
  ['iOS, Vietnam, 12 hours', '[9:41:35 CH, 27/3/22] Ada: hi', 'dmy', '2022-03-27T21:41:35'],
  ['iOS, Korea', '[2023. 12. 31. 오후 11:58:02] Ada: hi', 'ymd', '2023-12-31T23:58:02'],
  ['iOS, Korea, midnight', '[2024. 1. 1. 오전 12:01:11] Ada: hi', 'ymd', '2024-01-01T00:01:11'],
  ['iOS, Taiwan', '[2024/2/9 下午8:01:15] Ada: hi', 'ymd', '2024-02-09T20:01:15'],
  ['iOS, China, noon', '[2024/2/9 中午12:01:15] Ada: hi', 'ymd', '2024-02-09T12:01:15'],
  ['iOS, China, small hours', '[2024/2/9 凌晨1:01:15] Ada: hi', 'ymd', '2024-02-09T01:01:15'],
  ['iOS, Arabic marks', `${R}[${R}18${R}/3${R}/2022، 14:56:01] Ada: hi`, 'dmy', '2022-03-18T14:56:01'],
  ['iOS, Arabic, evening', '[15/03/2024, 9:12:05 م] Ada: hi', 'dmy', '2024-03-15T21:12:05'],
  ['iOS, Germany, 12 hours', '[29.01.18, 11:55:04 nachm.] Ada: hi', 'dmy', '2018-01-29T23:55:04'],
  ['iOS, Buddhist year', '[18/3/2565 BE, 14:56:01] Ada: hi', 'dmy', '2022-03-18T14:56:01'],
  ['iOS, Buddhist year unmarked', '[18/3/2565 14:56:01] Ada: hi', 'dmy', '2022-03-18T14:56:01'],
  ['iOS, Japanese era', '[3/18/R4, 14:56:01] Ada: hi', 'mdy', '2022-03-18T14:56:01'],
  ['mark inside the bracket', '[\ufeff18.03.22, 14:56:01] Ada: hi', 'dmy', '2022-03-18T14:56:01'],
  [
    'mark before the bracket',
    '\u200e[18/03/22, 14:56:01] Ada: \u200eimage omitted',
    'dmy',
    '2022-03-18T14:56:01',
  ],
  ['mark before the file', '\ufeff18/03/2022, 14:56 - Ada: hi', 'dmy', '2022-03-18T14:56:00'],
  ['iOS before 2018', '12/31/17, 8:03:12 PM: Ada: hi', 'mdy', '2017-12-31T20:03:12'],
]

describe('header grammar', () => {
  it.each(headers)('reads %s', (_, line, order, expected) => {
    const grammar = detectGrammar(line)
    expect(grammar).not.toBeNull()
    const fields = compileGrammar(grammar!)(line)!
    expect(isoLocal(localMillis(fields, order)!)).toBe(expected)
    expect(line.slice(fields.end).replace('\u200e', '')).toMatch(/^Ada: /)
    expect(line).toContain(fields.text)
  })

  it.each([
    'hello world',
    '1/2 of it - Ada: no',
    '12:30 - Ada: lunch?',
    '2024-01-01 is a holiday - Ada: yes',
    '[note] Ada: x',
    '',
  ])('takes "%s" for text', (line) => {
    expect(detectGrammar(line)).toBeNull()
  })

  it('is fixed by the first header: other shapes are text', () => {
    const readHeader = compileGrammar(detectGrammar('03.10.23, 19:22 - Ada: hi')!)
    expect(readHeader('04.10.23, 19:22 - Ben: hi')).not.toBeNull()
    for (const pasted of [
      '04/10/23, 19:22 - Ben: hi',
      '04.10.2023, 19:22 - Ben: hi',
      '04.10.23 19:22 - Ben: hi',
      '04.10.23, 19:22:05 - Ben: hi',
      '[04.10.23, 19:22] Ben: hi',
      '04.10.23, 7:22 PM - Ben: hi',
      '> 04.10.23, 19:22 - Ben: hi',
    ]) {
      expect(readHeader(pasted), pasted).toBeNull()
    }
  })

  it('knows no 31 April, no 25 o’clock, no year before WhatsApp', () => {
    const fields = (line: string) => compileGrammar(detectGrammar(line)!)(line)!
    expect(localMillis(fields('31/04/2022, 14:56 - Ada: x'), 'dmy')).toBeNull()
    expect(localMillis(fields('30/04/2022, 25:56 - Ada: x'), 'dmy')).toBeNull()
    expect(localMillis(fields('29/02/2023, 14:56 - Ada: x'), 'dmy')).toBeNull()
    expect(localMillis(fields('01/01/1999, 14:56 - Ada: x'), 'dmy')).toBeNull()
  })
})
