export {
  type ActivationPage,
  activationPage,
  answerNotice,
  finishActivation,
  invitationOf,
  type NoticeAnswer,
  type OpenInvitation,
  type WaysShown,
} from './answer.ts'
export { withdrawConsent } from './consents.ts'
export {
  decideExclusion,
  type Exclusion,
  type ExclusionProposal,
  endExclusion,
  listExclusions,
  proposeExclusion,
} from './exclusions.ts'
export {
  type CaptureGate,
  createCaptureGate,
  type GateAnswer,
  type GateQuestion,
  noteRefused,
  type RefusedCount,
} from './gate.ts'
export { type Invited, type InviteRequest, inviteUsers } from './invite.ts'
export { leaveUser } from './leave.ts'
export { markBroken, markSilent, noteCaptured } from './note-capture.ts'
export { currentNotice, listNotices, type NoticeVersion, publishNotice } from './notices.ts'
export { type PersonalTime, personalReports, reportPersonal } from './report-personal.ts'
export { type AccountActivation, changeActivationSettings, readActivationSettings } from './settings.ts'
export { listActivations, type ShownAnswer, type UserActivation } from './status.ts'
