/** Numbers that some writers of the protocol's JSON give by name. */
import { numberOf, type Raw, textOf } from '../formats/raw-json.ts'

type Names = Readonly<Record<string, number>>

export const protocolTypes: Names = { REVOKE: 0, EPHEMERAL_SETTING: 3, MESSAGE_EDIT: 14 }
export const stubTypes: Names = {
  ...{ REVOKE: 1, CIPHERTEXT: 2, GROUP_CREATE: 20, GROUP_CHANGE_SUBJECT: 21, GROUP_CHANGE_ICON: 22 },
  ...{ GROUP_CHANGE_DESCRIPTION: 24, GROUP_CHANGE_RESTRICT: 25, GROUP_CHANGE_ANNOUNCE: 26 },
  ...{ GROUP_PARTICIPANT_ADD: 27, GROUP_PARTICIPANT_REMOVE: 28, GROUP_PARTICIPANT_PROMOTE: 29 },
  ...{ GROUP_PARTICIPANT_DEMOTE: 30, GROUP_PARTICIPANT_INVITE: 31, GROUP_PARTICIPANT_LEAVE: 32 },
  ...{ GROUP_PARTICIPANT_CHANGE_NUMBER: 33, CALL_MISSED_VOICE: 40, CALL_MISSED_VIDEO: 41 },
  ...{ CALL_MISSED_GROUP_VOICE: 45, CALL_MISSED_GROUP_VIDEO: 46 },
}
export const callOutcomes: Names = {
  ...{ CONNECTED: 0, MISSED: 1, FAILED: 2, REJECTED: 3, ACCEPTED_ELSEWHERE: 4, ONGOING: 5 },
  ...{ SILENCED_BY_DND: 6, SILENCED_UNKNOWN_CALLER: 7 },
}
export const messageStatuses: Names = {
  ERROR: 0,
  PENDING: 1,
  SERVER_ACK: 2,
  DELIVERY_ACK: 3,
  READ: 4,
  PLAYED: 5,
}

/** The number, by whichever it is written; undefined for a name that is not in the list. */
export function enumOf(raw: Raw, key: string, names: Names): number | undefined {
  return numberOf(raw, key) ?? names[textOf(raw, key)]
}
