import type { personalEndpoints } from '../../api/endpoints/personal.ts'
import { readableItem } from '../../archive/index.ts'
import {
  decidePersonal,
  flagPersonal,
  listPersonal,
  openPersonal,
  proposePersonal,
} from '../../compliance/personal/index.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'
import { auditLook } from './reading.ts'

const done = { done: true } as const

export function personalHandlers(parts: PortalParts): Handlers<typeof personalEndpoints> {
  const { centre, lookups } = parts
  return {
    async listPersonal(_input, { principal }) {
      const messages = [...(await listPersonal(centre, principal))]
      await auditLook(parts, 'view-personal', { details: { messages: messages.length } })
      return messages
    },
    async flagPersonal({ params, body }, { principal }) {
      await readableItem(lookups.pool, params.id, principal.mailboxIds)
      await flagPersonal(centre, params.id, body.reason, principal)
      return done
    },
    async downloadPersonal({ params }, { principal }) {
      const { stream, bytes } = await openPersonal(centre, params.message, principal)
      await auditLook(parts, 'export-item', { target: `message ${params.message}`, details: { form: 'eml' } })
      return { name: `${params.message}.eml`, type: 'message/rfc822', content: stream, bytes }
    },
    async proposePersonal({ params, body }, { principal }) {
      await proposePersonal(centre, params.message, body, principal)
      return done
    },
    async decidePersonal({ params, body }, { principal }) {
      await decidePersonal(centre, params.message, body.agreed, principal)
      return done
    },
  }
}
