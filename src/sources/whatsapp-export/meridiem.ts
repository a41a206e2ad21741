/** Words for the halves of the day as phones write them, in the languages that write them in exports. */

const morning = [
  '午前',
  '上午',
  '凌晨',
  '清晨',
  '早上',
  '오전',
  'ص',
  'ق\\.ظ\\.?',
  'לפנה״צ',
  'לפנה"צ',
  'पूर्वाह्न',
  'ก่อนเที่ยง',
  'π\\.?μ\\.?',
  'ÖÖ',
  'SA',
  'PG',
  'fm',
  'f\\.m\\.',
  'ap\\.?',
  'dop\\.',
  'de\\.',
  'vorm\\.?',
  'vm\\.?',
]
const afternoon = [
  '午後',
  '下午',
  '中午',
  '晚上',
  '오후',
  'م',
  'ب\\.ظ\\.?',
  'אחה״צ',
  'אחה"צ',
  'अपराह्न',
  'หลังเที่ยง',
  'μ\\.?μ\\.?',
  'ÖS',
  'CH',
  'PTG',
  'em',
  'e\\.m\\.',
  'ip\\.?',
  'odp\\.',
  'du\\.',
  'nachm\\.?',
  'nm\\.?',
]

const space = '[ \\u00a0\\u202f]?'

/** Matches one such word; `a. m.` and `p.m.` in all their spacings come first. */
export const meridiemPattern = `(?:[AaPp]\\.?${space}[Mm]\\.?|${[...morning, ...afternoon].join('|')})`

const isMorning = new RegExp(`^(?:[Aa]\\.?${space}[Mm]\\.?|${morning.join('|')})$`)
const known = new Map<string, boolean>()

/**
 * The hour of the 24-hour clock. `word` is what stands by the time, empty for a 24-hour clock; 中午 (noon)
 * reaches from 11 to 1, 晚上 (evening) ends at 12 midnight. Answers -1 for an hour the clock does not have.
 */
export function hourOfDay(hour: number, word: string): number {
  if (word === '') return hour <= 23 ? hour : -1
  if (hour > 12) return hour <= 23 ? hour : -1
  if (word === '中午') return hour >= 11 ? hour : hour + 12
  if (word === '晚上' && hour === 12) return 0
  const twelve = hour % 12
  return inMorning(word) ? twelve : twelve + 12
}

function inMorning(word: string): boolean {
  let answer = known.get(word)
  if (answer === undefined) {
    answer = isMorning.test(word)
    known.set(word, answer)
  }
  return answer
}
