import { describe, expect, it } from 'vitest'
import { createDateOrderEvidence } from './date-order.ts'
import { compileGrammar, detectGrammar } from './grammar.ts'
import type { DateOrder } from './local-time.ts'

function decide(lines: readonly string[], given?: DateOrder): string {
  const grammar = detectGrammar(lines[0]!)!
  const readHeader = compileGrammar(grammar)
  const evidence = createDateOrderEvidence(grammar)
  for (const line of lines) evidence.add(readHeader(line)!, line)
  const { order, rule } = evidence.decide('chat.txt', given)
  return `${order} by ${rule}`
}

describe('date order', () => {
  it('is decided by a four-digit year in front', () => {
    expect(decide(['2024/05/06 09:00 - Ada: a'])).toBe('ymd by four-digit-year-first')
  })
  it('is decided by one field over 12, wherever it stands in the file', () => {
    expect(decide(['05/06/24, 09:00 - Ada: a', '05/13/24, 09:00 - Ada: b'])).toBe('mdy by field-over-12')
    expect(decide(['05/06/24, 09:00 - Ada: a', '13/06/24, 09:00 - Ada: b'])).toBe('dmy by field-over-12')
  })
  it('is decided by the order of the lines', () => {
    const lines = ['05/06/24, 09:00 - Ada: a', '06/05/24, 09:30 - Ben: b', '06/07/24, 10:00 - Ada: c']
    expect(decide(lines)).toBe('mdy by line-order')
  })
  it('is decided by the date in the name of a media file', () => {
    const android = '05/06/24, 09:00 - Ada: IMG-20240506-WA0001.jpg (file attached)'
    expect(decide([android])).toBe('mdy by media-file-name')
    const ios = '[05/06/24, 09:00:11] Ada: \u200e<attached: 00000002-PHOTO-2024-06-05-09-00-11.jpg>'
    expect(decide([ios])).toBe('dmy by media-file-name')
  })
  it('does not matter where day and month are the same number', () => {
    expect(decide(['05/05/24, 09:00 - Ada: a'])).toBe('dmy by same-either-way')
  })
  it('is day first where the separator is a dot', () => {
    expect(decide(['05.06.24, 09:00 - Ada: a'])).toBe('dmy by separator')
  })
  it('is asked for where nothing decides', () => {
    const lines = ['05/06/24, 09:00 - Ada: a', '05/07/24, 09:30 - Ben: b']
    expect(() => decide(lines)).toThrow(
      expect.objectContaining({
        code: 'ambiguous-date-order',
        message: expect.stringMatching(/chat\.txt.*--date-order/),
      }),
    )
    expect(decide(lines, 'mdy')).toBe('mdy by given')
  })
  it('refuses a given order that the file contradicts', () => {
    expect(() => decide(['05/13/2024, 09:00 - Ada: a'], 'ymd')).toThrow(
      expect.objectContaining({ code: 'bad-settings' }),
    )
  })
})
