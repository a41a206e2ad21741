import { createReadStream } from 'node:fs'
import type { integrityLogEndpoints } from '../../api/endpoints/integrity-log.ts'
import { readableItem } from '../../archive/index.ts'
import {
  describeLog,
  lastCheckpoint,
  lastTimestamp,
  proveItem,
  verifierPath,
} from '../../archive/log/index.ts'
import { AppError } from '../../domain/errors.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'
import { auditLook } from './reading.ts'

const note = 'text/plain; charset=utf-8'
const verifiers = { page: 'holdfast-verify.html', script: 'holdfast-verify.mjs' } as const

export function integrityLogHandlers(parts: PortalParts): Handlers<typeof integrityLogEndpoints> {
  const { centre, lookups } = parts
  const timestamp = async () => {
    const found = await lastTimestamp(centre)
    if (!found) throw new AppError('not-found', 'No authority has timestamped a day of this log.')
    return found
  }
  return {
    async readIntegrityLog() {
      const { written: _written, ...log } = await describeLog(centre)
      return log
    },
    async downloadCheckpoint() {
      const checkpoint = await lastCheckpoint(centre)
      if (!checkpoint) throw new AppError('not-found', 'This log was not signed yet; a worker does it soon.')
      return { name: `checkpoint-${checkpoint.size}.txt`, type: note, content: checkpoint.note }
    },
    async downloadTimestamp() {
      const { day, token } = await timestamp()
      return { name: `checkpoint-${day}.tsr`, type: 'application/timestamp-reply', content: token }
    },
    async downloadDayCheckpoint() {
      const { day, note: content } = await timestamp()
      return { name: `checkpoint-${day}.txt`, type: note, content }
    },
    async downloadVerifier({ params: { form } }) {
      const name = verifiers[form]
      return {
        name,
        type: 'application/octet-stream',
        content: createReadStream(verifierPath(name)) as AsyncIterable<Uint8Array>,
      }
    },
    async downloadItemProof({ params }, { principal }) {
      await readableItem(lookups.pool, params.id, principal.mailboxIds)
      const { proof } = await proveItem(centre, params.id)
      await auditLook(parts, 'prove-item', { target: params.id })
      return { name: `${params.id}.tlog-proof`, type: note, content: proof }
    },
  }
}
