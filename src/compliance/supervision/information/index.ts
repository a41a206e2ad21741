import type { InformationTypeName } from '../../../domain/supervision-policy.ts'
import { contextShapeOf, contextUnits, typeOf } from './types.ts'

export interface FoundInformation {
  /** In the folded text. */
  readonly start: number
  readonly end: number
  readonly confidence: 75 | 85
}

/** Fewer digits than any type has. */
export const informationDigitsMin = 6

/** Finds numbers of a type in a folded text (see domain/text/normalise.ts); each once, in order. */
export function findInformation(folded: string, name: InformationTypeName): FoundInformation[] {
  const type = typeOf[name]
  const found: FoundInformation[] = []
  for (const match of folded.matchAll(type.shape)) {
    const shaped = match[1] ?? match[0]
    const written = type.cut ? type.cut(shaped) : shaped
    if (type.cut && /^[a-z0-9]/.test(shaped.slice(written.length))) continue
    if (!type.check(type.squeezed ? written.replace(/[ -]/g, '') : written)) continue
    const from = match.index
    const to = from + written.length
    const near = folded.slice(Math.max(0, from - contextUnits), from)
    const after = folded.slice(to, to + contextUnits)
    const hasContext = type.telling?.test(written) || contextShapeOf(name).test(`${near}\u0000${after}`)
    if (type.needsContext && !hasContext) continue
    found.push({ start: from, end: to, confidence: hasContext ? 85 : 75 })
  }
  return found
}
