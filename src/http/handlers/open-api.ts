import type { documentEndpoints } from '../../api/endpoints/document.ts'
import { endpoints } from '../../api/index.ts'
import { openApiDocument } from '../../api/open-api.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'

export function openApiHandlers({ version }: PortalParts): Handlers<typeof documentEndpoints> {
  let document: Record<string, unknown> | undefined
  return {
    readOpenApi: async () => {
      document ??= openApiDocument(endpoints, { version })
      return document
    },
  }
}
