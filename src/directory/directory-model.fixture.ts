/** A directory in memory: what the rules decide is made true without a database. */
import type { DirectoryState, KnownMailbox, SyncPlan } from './plan.ts'
import { planSync } from './plan-sync.ts'
import { type DirectoryRecord, type DirectorySource, directoryRecord, type Said } from './record.ts'

export const empty: DirectoryState = { users: [], mailboxes: [] }

export type Fields = Partial<DirectoryRecord>

/** `ada` is ada@firm.example unless told otherwise. */
export function person(id: string, fields: Fields = {}): Said['users'][number] {
  const mail = `${id}@firm.example`
  return { sourceId: id, record: { userName: mail, mail, name: id, licensed: true, ...fields } }
}

export function everybody(...users: Said['users']): Said {
  return { complete: true, users, removed: [] }
}

export function changes(...users: Said['users']): Said {
  return { complete: false, users, removed: [] }
}

export function gone(...removed: string[]): Said {
  return { complete: false, users: [], removed }
}

/** A mailbox that was added by hand. */
export function byHand(id: number, address: string, fields: Partial<KnownMailbox> = {}): KnownMailbox {
  const facts = { address, name: address, mobile: null, department: null, active: true }
  return { id, ...facts, addresses: [], phones: [], owner: null, ...fields }
}

export function apply(state: DirectoryState, plan: SyncPlan): DirectoryState {
  const changed = new Map(plan.changes.map((change) => [change.mailboxId, change]))
  const last = Math.max(0, ...state.mailboxes.map(({ id }) => id))
  const added = plan.changes
    .filter(({ mailboxId }) => mailboxId === null)
    .map(({ facts }, place) => ({ ...facts, id: last + 1 + place, owner: plan.source }))
  const mailboxes = state.mailboxes.map((mailbox) => {
    const change = changed.get(mailbox.id)
    return change ? { ...mailbox, ...change.facts, owner: plan.source } : mailbox
  })
  const users = new Map(state.users.map((user) => [user.sourceId, user]))
  for (const { mailbox, ...user } of plan.users) {
    const made =
      mailbox && 'address' in mailbox ? added.find((one) => one.address === mailbox.address)! : mailbox
    users.set(user.sourceId, { ...user, mailboxId: made?.id ?? null })
  }
  return { users: [...users.values()], mailboxes: [...mailboxes, ...added] }
}

/** Syncs one after the other; answers the last plan and what the directory then is. */
export function afterSyncs(start: DirectoryState, said: readonly Said[], source: DirectorySource = 'graph') {
  let state = start
  let plan = planSync(source, state, { complete: false, users: [], removed: [] })
  for (const one of said) {
    plan = planSync(source, state, one)
    state = apply(state, plan)
  }
  const mailboxOf = (address: string) => state.mailboxes.find((mailbox) => mailbox.address === address)
  return { plan, state, mailboxOf }
}

export function recordOf(fields: Fields & Pick<DirectoryRecord, 'userName' | 'name'>): DirectoryRecord {
  return directoryRecord.parse(fields)
}
