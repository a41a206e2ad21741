/** Lists (RFC 7644 §3.4.2): which part is asked for, and how it is told. */
import { ScimRefusal } from './scim-failure.ts'

export const pageMax = 200
const pageDefault = 100

export interface ListPart {
  /** From 0. */
  readonly offset: number
  readonly limit: number
}

/** `startIndex` counts from 1 and what lies before is 1; a `count` below 0 is 0 and one over the limit the limit. */
export function partOf(query: { readonly startIndex?: string; readonly count?: string }): ListPart {
  const startIndex = Math.max(1, wholeNumber('startIndex', query.startIndex, 1))
  const count = wholeNumber('count', query.count, pageDefault)
  return { offset: startIndex - 1, limit: Math.min(pageMax, Math.max(0, count)) }
}

function wholeNumber(name: string, given: string | undefined, standard: number): number {
  if (given === undefined) return standard
  if (/^-?\d{1,9}$/.test(given)) return Number(given)
  throw new ScimRefusal(400, 'invalidValue', `${name} is to be a whole number.`)
}

export function listOf(resources: readonly unknown[], { offset }: Pick<ListPart, 'offset'>, total: number) {
  return {
    schemas: ['urn:ietf:params:scim:api:messages:2.0:ListResponse'],
    totalResults: total,
    startIndex: offset + 1,
    itemsPerPage: resources.length,
    Resources: resources,
  }
}
