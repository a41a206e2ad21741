/** A firm whose imports are supervised as the product does it. */
import { type Firm, openFirm } from '../../../test/journey/firm.ts'
import { captureWecom, threeMailboxes, threePeople } from '../../../test/journey/wecom.ts'
import { type ConnectorParts, connectorByName, runConnector, runReport } from '../../connector/index.ts'
import { decodeRecord } from '../../pipeline-sources.ts'
import {
  createMatcher,
  type Matcher,
  notePending,
  type PolicyInput,
  parsePolicy,
  policyFormat,
  type SupervisionParts,
} from './index.ts'

export interface SupervisedFirm {
  readonly firm: Firm
  readonly parts: SupervisionParts
  readonly matcher: Matcher
  /** Captures these and imports them, looking at them as they come unless told not to. */
  bring(
    messages: readonly Record<string, unknown>[],
    options?: { readonly looking?: boolean /** A folder of attachments. */; readonly media?: string },
  ): Promise<void>
  matches(): Promise<readonly FoundMatch[]>
  close(): Promise<void>
}

export interface FoundMatch {
  readonly policy: string
  readonly version: number
  readonly rule: string
  readonly message_id: bigint
  readonly severity: number
  readonly directions: number
  readonly mailboxes: readonly string[]
  readonly spans: readonly { readonly at: string; readonly start: number; readonly end: number }[]
  readonly facts: Readonly<Record<string, unknown>>
  readonly fingerprint: bigint | null
}

const departments = ['Research', 'Sales', 'Sales']

export async function openSupervisedFirm(): Promise<SupervisedFirm> {
  const firm = await openFirm()
  await firm.addUsers(threePeople)
  const [header, ...rows] = threeMailboxes.split('\n')
  await firm.addMailboxes(
    [`${header},department`, ...rows.map((row, at) => `${row},${departments[at]}`)].join('\n'),
  )
  await firm.connect('wechat')
  const parts: SupervisionParts = {
    ...firm.centre,
    decode: (source, record) => {
      const result = decodeRecord(source, record)
      return result.decoded ? result.message : null
    },
  }
  const matcher = createMatcher(parts)
  let files = 0
  return {
    ...{ firm, parts, matcher },
    async bring(messages, { looking = true, media } = {}) {
      files += 1
      await captureWecom(firm, messages, media === undefined ? {} : { media }, `day-${files}.jsonl`)
      const centre: ConnectorParts = {
        ...firm.centre,
        onImport: (client, _connector, items) =>
          notePending(client, items.messageIds, new Date(parts.clock.now())),
        ...(looking ? { afterImport: async () => void (await matcher.matchPending()) } : {}),
      }
      const run = await runConnector(centre, 'wechat', { kind: 'run', requestedBy: 'test' })
      await runReport(firm.centre, await connectorByName(firm.centre, 'wechat'), run)
    },
    async matches() {
      const { rows } = await firm.pool.query<FoundMatch>(
        `select p.name as policy, version, rule, message_id, severity, directions, spans, facts, fingerprint,
                array(select split_part(address, '@', 1) from mailbox where id = any(mailbox_ids) order by 1) as mailboxes
           from supervision_match join supervision_policy p on p.id = policy_id order by message_id, rule`,
      )
      return rows
    },
    async close() {
      await matcher.close()
      await firm.close()
    },
  }
}

/** Everybody is supervised unless the rest says otherwise. */
export function policyOf(name: string, rules: PolicyInput['rules'], rest: Partial<PolicyInput> = {}) {
  return parsePolicy({ format: policyFormat, name, supervised: { everyone: true }, rules, ...rest })
}
