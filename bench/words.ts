/** Invented vocabularies, most frequent word first: short words are the frequent ones, as in real languages. */
import { createNumbers, type Numbers } from './numbers.ts'

const englishCount = 30_000
const chineseCount = 8_000

const onsets = 'b c d f g h j k l m n p r s t v w br cl dr fl gr pl pr sh st th tr'.split(' ')
const vowels = 'a e i o u ai ea oo'.split(' ')
const codas = ['', '', 'n', 'r', 's', 't', 'l', 'nd', 'st', 'ck']

let english: readonly string[] | undefined
let chinese: readonly string[] | undefined

/** 30,000 words of Latin letters. */
export function englishWords(): readonly string[] {
  english ??= distinct(englishCount, 7, (numbers, rank) => {
    const syllables = rank < 60 ? 1 : 1 + (numbers.integer() % (rank < 3_000 ? 2 : 3)) + (rank < 600 ? 0 : 1)
    return Array.from({ length: syllables }, () => syllable(numbers)).join('')
  })
  return english
}

function syllable(numbers: Numbers): string {
  const pick = (list: readonly string[]) => list[numbers.integer() % list.length]!
  return pick(onsets) + pick(vowels) + pick(codas)
}

/** 8,000 words of one to four Han characters, mostly two, of 3,000 characters. */
export function chineseWords(): readonly string[] {
  chinese ??= distinct(chineseCount, 11, (numbers, rank) => {
    const draw = numbers.integer() % 10
    const length = rank < 60 ? 1 + (draw & 1) : draw < 7 ? 2 : draw < 9 ? 3 : 4
    return Array.from({ length }, () => character(numbers)).join('')
  })
  return chinese
}

const firstCharacter = 0x4e00
const characterStep = 6
const characters = 3_000

/** Frequent characters are frequent in many words. */
function character(numbers: Numbers): string {
  const rank = Math.floor(numbers.fraction() ** 2 * characters)
  return String.fromCharCode(firstCharacter + rank * characterStep)
}

function distinct(
  count: number,
  seed: number,
  make: (numbers: Numbers, rank: number) => string,
): readonly string[] {
  const numbers = createNumbers(seed)
  const words = new Set<string>()
  while (words.size < count) words.add(make(numbers, words.size))
  return [...words]
}
