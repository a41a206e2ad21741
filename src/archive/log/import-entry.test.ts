import { expect, it } from 'vitest'
import { canonicalJson } from '../../domain/canonical-json.ts'
import { importEntry } from './integrate.ts'

it.each([Buffer.alloc(32, 250).toString('base64'), undefined])(
  'an import’s leaf is canonical JSON, with commitment %s',
  (c) => {
    const entry = { at: 1_790_000_000_123, stream: '0123456789abcdef'.repeat(2), n: 17n, c }
    expect(importEntry(entry).toString()).toBe(
      canonicalJson({ ...entry, n: Number(entry.n), kind: 'import' }),
    )
  },
)
