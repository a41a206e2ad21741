import type { inPlaceArchiveEndpoints } from '../../api/endpoints/in-place-archive.ts'
import {
  createArchivePolicy,
  disableArchive,
  enableArchive,
  lastArchiveRun,
  listArchiveMailboxes,
  listArchivePolicies,
} from '../../compliance/in-place-archive/index.ts'
import type { Handlers } from '../handler.ts'
import type { PortalParts } from '../portal-parts.ts'

export function inPlaceArchiveHandlers({ centre }: PortalParts): Handlers<typeof inPlaceArchiveEndpoints> {
  return {
    async readArchives() {
      const [mailboxes, policies, lastRun] = await Promise.all([
        listArchiveMailboxes(centre),
        listArchivePolicies(centre),
        lastArchiveRun(centre),
      ])
      const shown = policies.map(({ tags, ...policy }) => ({ ...policy, tags: [...tags] }))
      return { mailboxes, policies: shown, lastRun }
    },
    async enableArchives({ body: { mailboxes, policy } }, { principal }) {
      return { changed: await enableArchive(centre, mailboxes, policy, principal.username) }
    },
    async disableArchives({ body: { mailboxes } }) {
      return { changed: await disableArchive(centre, mailboxes) }
    },
    async createArchivePolicy({ body }, { principal }) {
      await createArchivePolicy(centre, body, principal.username)
      return { done: true }
    },
  }
}
