/** The filters that are answered: one attribute that tells users apart, equal to a value. */
import type { UserSearch } from '../../directory/index.ts'
import { ScimRefusal } from './scim-failure.ts'
import { userSchema } from './scim-user.ts'

const attributes = { username: 'userName', externalid: 'externalId', id: 'id' } as const

const comparison = /^\s*([\w:.]+)\s+eq\s+("(?:[^"\\]|\\.)*")\s*$/i

/** Throws `invalidFilter` for every other filter: to answer with too many would have a provider change the wrong one. */
export function searchOf(filter: string | undefined): UserSearch['by'] {
  if (filter === undefined || filter.trim() === '') return null
  const [, path = '', quoted = ''] = comparison.exec(filter) ?? []
  const name = path.toLowerCase().replace(`${userSchema.toLowerCase()}:`, '')
  const attribute = attributes[name as keyof typeof attributes]
  const value = literalOf(quoted)
  if (attribute !== undefined && value !== null) return { attribute, value }
  throw new ScimRefusal(
    400,
    'invalidFilter',
    'Only these filters are answered: userName eq "…", externalId eq "…", id eq "…".',
  )
}

function literalOf(quoted: string): string | null {
  try {
    const value: unknown = JSON.parse(quoted)
    // No name of the directory holds a zero, and the database takes none.
    return typeof value === 'string' && !value.includes('\0') ? value : null
  } catch {
    return null
  }
}
