import { openCentre, type Platform } from '../app.ts'
import { decidePersonal, flagPersonal, listPersonal, proposePersonal } from '../compliance/personal/index.ts'
import { localOperator } from '../platform/audit/audit.ts'
import { auditFailure, auditLook, type Context } from './context.ts'
import { tableText } from './output.ts'
import { shownTime } from './times.ts'

const operator = { username: localOperator, mailboxIds: null }

export async function flag(
  { output }: Context,
  platform: Platform,
  id: string,
  reason: string,
): Promise<void> {
  const centre = await openCentre(platform)
  await auditFailure(platform, { operation: 'flag-personal', target: id }, () =>
    flagPersonal(centre, id, reason, operator),
  )
  await output.document(
    { id, personal: true },
    () => `${id} is hidden until two people have decided about it.`,
  )
}

export async function list({ output }: Context, platform: Platform): Promise<void> {
  const centre = await openCentre(platform)
  await auditLook(platform, { operation: 'view-personal', target: 'personal messages' })
  await output.document(await listPersonal(centre, operator), (messages) =>
    messages.length === 0
      ? 'Nothing is marked as personal.'
      : tableText(messages, [
          { title: 'message', of: (row) => row.message },
          { title: 'mailbox', of: (row) => row.mailbox },
          { title: 'sent (UTC)', of: (row) => shownTime(row.sentAt) },
          { title: 'marked by', of: (row) => row.flaggedBy },
          { title: 'state', of: (row) => row.state },
          {
            title: 'proposed',
            of: (row) => (row.proposal === null ? '' : `${row.proposal.to} (${row.proposal.by})`),
          },
          { title: 'decided by', of: (row) => row.decidedBy ?? '' },
        ]),
  )
}

export async function propose(
  { output }: Context,
  platform: Platform,
  message: string,
  proposal: { readonly to: 'release' | 'delete'; readonly reason: string },
): Promise<void> {
  const centre = await openCentre(platform)
  await auditFailure(platform, { operation: 'propose-personal', target: `message ${message}` }, () =>
    proposePersonal(centre, message, proposal, operator),
  )
  await output.document({ message, ...proposal }, () => 'Proposed: another person decides.')
}

export async function decide(
  { output }: Context,
  platform: Platform,
  message: string,
  agreed: boolean,
): Promise<void> {
  const centre = await openCentre(platform)
  await auditFailure(platform, { operation: 'decide-personal', target: `message ${message}` }, () =>
    decidePersonal(centre, message, agreed, operator),
  )
  await output.document({ message, agreed }, () =>
    agreed ? 'Done as proposed.' : 'Declined; it stays hidden.',
  )
}
