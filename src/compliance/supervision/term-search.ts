/** Any number of terms looked for in one walk over a text (Aho and Corasick, 1975). */
import { canonicalTerm, isWordUnit } from './canonical.ts'

export interface TermSearch {
  /** Calls `found` with each hit: the term's number, where it begins and ends (in units of the text). */
  scan(units: Uint16Array, length: number, found: (term: number, start: number, end: number) => void): void
  readonly terms: number
}

interface Trie {
  readonly children: Map<number, number>[]
  /** Of each node: the numbers of the terms that end there. */
  readonly ending: (number[] | undefined)[]
}

/** Whether a term means anything: whether a letter, a digit or a sign of its own is left of it. */
export function isUsableTerm(term: string): boolean {
  return canonicalTerm(stem(term)).length > 0
}

/**
 * `terms` as people write them: words, phrases, beginnings of words (`merg*`). Latin words are found only whole, Han
 * anywhere. A term's number is its place.
 */
export function createTermSearch(terms: readonly string[]): TermSearch {
  const folded = terms.map((term) => canonicalTerm(stem(term)))
  const open = terms.map((term) => term.endsWith('*'))
  const trie = trieOf(folded)
  const lengths = Uint32Array.from(folded, (term) => term.length)
  const wholeStart = folded.map((term) => isWordUnit(term.charCodeAt(0)))
  const wholeEnd = folded.map((term, place) => !open[place] && isWordUnit(term.charCodeAt(term.length - 1)))
  const { edges, fail, report } = automatonOf(trie)
  return {
    terms: terms.length,
    scan(units, length, found) {
      let node = 0
      for (let at = 0; at < length; at++) {
        const unit = units[at]!
        let next = edges.get(node, unit)
        while (next < 0 && node !== 0) {
          node = fail[node]!
          next = edges.get(node, unit)
        }
        node = Math.max(next, 0)
        for (let hit = report[node]!; hit > 0; hit = report[fail[hit]!]!) {
          for (const term of trie.ending[hit]!) {
            const start = at + 1 - lengths[term]!
            if (wholeStart[term] && start > 0 && isWordUnit(units[start - 1]!)) continue
            if (wholeEnd[term] && at + 1 < length && isWordUnit(units[at + 1]!)) continue
            found(term, start, at + 1)
          }
        }
      }
    },
  }
}

function stem(term: string): string {
  return term.endsWith('*') ? term.slice(0, -1) : term
}

function trieOf(terms: readonly string[]): Trie {
  const children: Map<number, number>[] = [new Map()]
  const ending: (number[] | undefined)[] = [undefined]
  for (const [number, term] of terms.entries()) {
    if (term.length === 0) continue
    let node = 0
    for (let at = 0; at < term.length; at++) {
      const unit = term.charCodeAt(at)
      let next = children[node]!.get(unit)
      if (next === undefined) {
        next = children.push(new Map()) - 1
        ending.push(undefined)
        children[node]!.set(unit, next)
      }
      node = next
    }
    const there = ending[node]
    if (there) there.push(number)
    else ending[node] = [number]
  }
  return { children, ending }
}

/** `report[n]`: the nearest node of n and its failures at which terms end; 0 for none. */
function automatonOf({ children, ending }: Trie) {
  const fail = new Int32Array(children.length)
  const report = new Int32Array(children.length)
  const edges = createEdges(children)
  const queue: number[] = [0]
  for (let at = 0; at < queue.length; at++) {
    const node = queue[at]!
    report[node] = ending[node] ? node : report[fail[node]!]!
    for (const [unit, child] of children[node]!) {
      queue.push(child)
      if (node === 0) continue
      let back = fail[node]!
      while (back !== 0 && edges.get(back, unit) < 0) back = fail[back]!
      fail[child] = Math.max(edges.get(back, unit), 0)
    }
  }
  return { edges, fail, report }
}

interface Edges {
  /** The child of a node by a unit; -1 for none. */
  get(node: number, unit: number): number
}

/** The first step by a table, the others by open addressing: a text mostly stands at the root. */
function createEdges(children: readonly Map<number, number>[]): Edges {
  const root = new Int32Array(65536).fill(-1)
  for (const [unit, child] of children[0]!) root[unit] = child
  const bits = Math.max(4, Math.ceil(Math.log2(children.length * 2 + 1)))
  const mask = 2 ** bits - 1
  const nodes = new Int32Array(mask + 1).fill(-1)
  const units = new Uint16Array(mask + 1)
  const targets = new Int32Array(mask + 1)
  const slotOf = (node: number, unit: number) => {
    let slot = (Math.imul(node, 0x9e3779b1) ^ Math.imul(unit, 0x85ebca6b)) >>> 7
    for (slot &= mask; nodes[slot] !== -1; slot = (slot + 1) & mask) {
      if (nodes[slot] === node && units[slot] === unit) break
    }
    return slot
  }
  for (let node = 1; node < children.length; node++) {
    for (const [unit, child] of children[node]!) {
      const slot = slotOf(node, unit)
      nodes[slot] = node
      units[slot] = unit
      targets[slot] = child
    }
  }
  return {
    get(node, unit) {
      if (node === 0) return root[unit]!
      const slot = slotOf(node, unit)
      return nodes[slot] === -1 ? -1 : targets[slot]!
    },
  }
}
