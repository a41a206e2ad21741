import { expect, it } from 'vitest'
import { endpoints } from './index.ts'
import { openApiDocument } from './open-api.ts'

const document = openApiDocument(endpoints, { version: '1.2.3' })

it('describes every endpoint, at an address from the origin', () => {
  const paths = document.paths as Record<string, Record<string, { operationId: string }>>
  const described = Object.values(paths).flatMap((methods) =>
    Object.values(methods).map(({ operationId }) => operationId),
  )
  expect(described.sort()).toEqual(Object.keys(endpoints).sort())
  for (const path of Object.keys(paths)) expect(path).toMatch(/^\/api\//)
})

it('refers to nothing that is not in it', () => {
  const references = JSON.stringify(document).matchAll(/"\$ref":"#\/([^"]+)"/g)
  const found = [...references].map(([, place]) => {
    const steps = place!.split('/')
    return steps.reduce<unknown>(
      (node, step) => (node as Record<string, unknown> | undefined)?.[step],
      document,
    )
  })
  expect(found.length).toBeGreaterThan(100)
  expect(found).not.toContain(undefined)
})
