// Made from migrations/ by npm run generate: do not edit.
import type { ColumnType } from 'kysely'

/** May be left out of an INSERT. */
export type Defaulted<T> =
  T extends ColumnType<infer Select, infer Insert, infer Update>
    ? ColumnType<Select, Insert | undefined, Update>
    : ColumnType<T, T | undefined, T>
/** Never written: the database makes it. */
export type Computed<T> =
  T extends ColumnType<infer Select, unknown, unknown>
    ? ColumnType<Select, never, never>
    : ColumnType<T, never, never>
/** Read as bigint; numbers are taken, too. */
export type Int8 = ColumnType<bigint, bigint | number, bigint | number>
export type Timestamp = ColumnType<Date, Date | string, Date | string>
/** Read parsed; written as JSON text, because the driver writes an array as a PostgreSQL array. */
export type Json = ColumnType<unknown, string, string>

export interface AccountKeyTable {
  public_key: Buffer
  sealed_private_key: Buffer
  created_at: Timestamp
}

export interface AdaptiveScopeTable {
  id: Computed<number>
  name: string
  query: Json
  created_by: string
  created_at: Timestamp
}

export interface AdaptiveScopeMemberTable {
  scope_id: number
  mailbox_id: number
  since: Timestamp
  until: Timestamp | null
}

export interface ApiTokenTable {
  id: Computed<number>
  user_id: number
  name: string
  token_sha256: Buffer
  roles: string[]
  created_at: Timestamp
  expires_at: Timestamp
  last_used_at: Timestamp | null
  revoked_at: Timestamp | null
}

export interface AppUserTable {
  id: Computed<number>
  username: string
  name: string
  email: string | null
  password_hash: string | null
  password_changed_at: Timestamp | null
  sealed_totp_secret: Buffer | null
  sealed_new_totp_secret: Buffer | null
  totp_last_step: Int8 | null
  oidc_issuer: string | null
  oidc_subject: string | null
  language: string | null
  time_zone: string | null
  theme: string | null
  disabled_at: Timestamp | null
  created_by: string
  created_at: Timestamp
  last_sign_in_at: Timestamp | null
}

export interface ApprovalTable {
  id: Computed<number>
  operation: string
  request: Json
  summary: string
  requested_by: number
  requested_at: Timestamp
  expires_at: Timestamp
  decided_by: number | null
  decided_at: Timestamp | null
  decision: string | null
  reason: string | null
  done_at: Timestamp | null
}

export interface ArchiveCandidateTable {
  kind: string
  id: Int8
}

export interface ArchiveMailboxTable {
  mailbox_id: number
  policy_id: number
  enabled_by: string
  enabled_at: Timestamp
}

export interface ArchivePolicyTable {
  id: Computed<number>
  name: string
  built_in: Defaulted<boolean>
  created_by: string
  created_at: Timestamp
}

export interface ArchiveRunTable {
  id: Computed<Int8>
  as_of: Timestamp
  requested_by: string
  started_at: Timestamp
  finished_at: Timestamp | null
  moved: Defaulted<Int8>
  cold_objects: Defaulted<Int8>
}

export interface ArchiveTagTable {
  id: Computed<number>
  policy_id: number
  name: string
  kind: string
  folder: number | null
  after_days: number | null
}

export interface AttachmentTable {
  id: Computed<Int8>
  sha256: Buffer
  bytes: Int8
  object_name: string
  wrapped_key: Buffer
  reference_count: Defaulted<number>
  staged_page_id: Int8 | null
  kept_for_exceptions: Defaulted<boolean>
  cold_at: Timestamp | null
}

export interface AttestationTable {
  id: Computed<Int8>
  feed_account_id: number
  day: string
  document: string
  made_at: Timestamp
}

export interface AuditEventTable {
  id: Computed<Int8>
  at: Timestamp
  actor: string
  operation: string
  target: string | null
  outcome: string
  details: Defaulted<Json>
  actor_type: Defaulted<string>
  client_ip: string | null
  session_id: string | null
  correlation_id: string | null
}

export interface AuditExpiredTable {
  id: Int8
  sha256: Buffer
  policy: string
  expired_at: Timestamp
}

export interface AuditRetentionPolicyTable {
  id: Computed<number>
  name: string
  priority: number
  keep_months: number
  actors: string[] | null
  operations: string[] | null
  created_by: string
  created_at: Timestamp
}

export interface BlockTable {
  id: Int8
  segment_id: Int8
  byte_offset: Int8
  bytes: number
  records: number
  wrapped_key: Buffer
}

export interface CaptureActivityTable {
  feed_account_id: number
  site_user_id: number
  source: string
  day: string
  records: Int8
  last_captured_at: Timestamp
}

export interface CaptureDayTable {
  feed_account_id: number
  day: string
  family: number
  first_sequence: Int8
  last_sequence: Int8
  captured: Int8
  transferred: Int8
}

export interface CaptureRouteTable {
  feed_account_id: number
  site_route_id: number
  source: string
  name: string
  enabled: boolean
  last_received_at: Timestamp | null
  last_pulled_at: Timestamp | null
  waiting_bodies: Int8
  oldest_waiting_at: Timestamp | null
  problem_code: string | null
  problem_message: string | null
  problem_since: Timestamp | null
}

export interface ConnectorTable {
  id: Computed<number>
  name: string
  type: string
  feed_account_id: number
  sealed_password: Buffer
  automatic_mapping: boolean
  catch_all_mailbox_id: number | null
  mapping_version: Defaulted<number>
  terms_version: string
  terms_accepted_by: string
  terms_accepted_at: Timestamp
  schedule_cron: string
  schedule_zone: string
  staged_sequence: Defaulted<Int8>
  imported_sequence: Defaulted<Int8>
  created_at: Timestamp
  version: Defaulted<number>
  paused_at: Timestamp | null
  removed_at: Timestamp | null
  draft_id: string | null
  run_on_arrival: Defaulted<boolean>
  region: Defaulted<string>
}

export interface ConnectorDestinationTable {
  connector_id: number
  destination_id: number
  added_at: Timestamp
}

export interface ConnectorDraftTable {
  id: string
  type: string
  step: string
  data: Defaulted<Json>
  sealed_password: Buffer | null
  version: Defaulted<number>
  created_by: string
  created_at: Timestamp
  updated_at: Timestamp
}

export interface ConnectorMappingTable {
  connector_id: number
  row_number: number
  phone: string
  mailbox_id: number
  valid_from: Timestamp | null
  valid_to: Timestamp | null
}

export interface ConversationTable {
  id: Computed<number>
  family: number
  vendor_id: string
  name: string | null
  type: number
  words: Defaulted<string>
}

export interface ConversationParticipantTable {
  conversation_id: number
  participant_id: number
}

export interface CoverageAccountTable {
  feed_account_id: number
  told_at: Timestamp | null
  problem_code: string | null
  problem_message: string | null
  problem_since: Timestamp | null
}

export interface CoverageAlertTable {
  id: Computed<Int8>
  feed_account_id: number
  kind: string
  subject: string
  facts: Json
  began_at: Timestamp
  ended_at: Timestamp | null
}

export interface CoverageHeartbeatTable {
  id: Computed<Int8>
  feed_account_id: number
  route: string
  nonce: string
  begun_at: Timestamp
  captured_at: Timestamp | null
  searchable_at: Timestamp | null
}

export interface CoverageNoticeTable {
  alert_id: Int8
  way: string
  told_at: Timestamp | null
  attempts: Defaulted<number>
  next_attempt_at: Timestamp
  problem: string | null
}

export interface CoverageSettingTable {
  id: number
  email_addresses: string[]
  webhook_url: string | null
  sealed_webhook_secret: Buffer | null
  lag_minutes: number
  version: Defaulted<number>
}

export interface DeadObjectTable {
  object_name: string
}

export interface DelayHoldTable {
  id: Computed<number>
  mailbox_id: number
  hold_id: number
  began_at: Defaulted<Timestamp>
  ended_at: Timestamp | null
  ended_by: string | null
  approved_by: string | null
  end_reason: string | null
}

export interface DeliveryTable {
  destination_id: number
  message_id: Int8
  mailbox_id: number
  folder: number
  state: Defaulted<number>
  tries: Defaulted<number>
  next_try_at: Timestamp | null
  reason: string | null
  message: string | null
  receipt: string | null
  left_out: Json | null
  updated_at: Timestamp
}

export interface DeliveryMailboxTable {
  destination_id: number
  mailbox_id: number
  reason: string
  message: string
  since: Timestamp
  tries: number
  next_try_at: Timestamp | null
}

export interface DestinationTable {
  id: Computed<number>
  name: string
  kind: string
  settings: Json
  sealed_secret: Buffer | null
  created_at: Timestamp
  paused_at: Timestamp | null
  removed_at: Timestamp | null
  version: Defaulted<number>
  problem_reason: string | null
  problem_message: string | null
  problem_since: Timestamp | null
  next_try_at: Timestamp | null
  tries: Defaulted<number>
  last_delivered_at: Timestamp | null
  reconciliation: Json | null
}

export interface DirectorySyncTable {
  source: string
  settings: Json | null
  sealed_secret: Buffer | null
  delta_link: string | null
  version: Defaulted<number>
  last_run_at: Timestamp | null
  last_success_at: Timestamp | null
  counts: Json | null
  problem_code: string | null
  problem_message: string | null
  problem_since: Timestamp | null
}

export interface DirectoryUserTable {
  id: Computed<number>
  source: string
  source_id: string
  mailbox_id: number | null
  record: Json
  gone_at: Timestamp | null
  retired: Defaulted<boolean>
  problem: string | null
  version: Defaulted<number>
  created_at: Timestamp
  changed_at: Timestamp
}

export interface DispositionItemTable {
  run_id: Int8
  message_id: Int8
  mailbox_id: number
  basis: Defaulted<Json>
  approvers: Defaulted<string[]>
  state: Defaulted<string>
  disposed_at: Timestamp | null
}

export interface DispositionReviewTable {
  message_id: Int8
  mailbox_id: number
  label_id: number
  stage: Defaulted<number>
  state: Defaulted<string>
  waiting_since: Timestamp
  not_before: Timestamp | null
  approvers: Defaulted<string[]>
}

export interface DispositionReviewDecisionTable {
  id: Computed<Int8>
  message_id: Int8
  mailbox_id: number
  stage: number
  act: string
  by: string
  at: Timestamp
  comment: Defaulted<string>
  details: Defaulted<Json>
}

export interface DispositionRunTable {
  id: Computed<Int8>
  reason: string
  requested_by: string
  as_of: Timestamp
  state: Defaulted<string>
  created_at: Defaulted<Timestamp>
  started_at: Timestamp | null
  finished_at: Timestamp | null
  final_at: Timestamp | null
  last_epoch: number | null
  batches: Defaulted<number>
  disposed: Defaulted<Int8>
  kept: Defaulted<Int8>
}

export interface EscrowCopyTable {
  id: Computed<Int8>
  name: string
  written_at: Timestamp | null
  locked_until: Timestamp | null
  held: Defaulted<boolean>
  retired_at: Timestamp | null
}

export interface EscrowKeyTable {
  copy_id: Int8
  kind: number
  key_id: Int8
  gone_after: Int8 | null
  gone_by: Int8 | null
}

export interface ExceptionCatalogueTable {
  id: Computed<Int8>
  first_block_id: Int8
  sealed_catalogue: Buffer
}

export interface FeedAccountTable {
  id: Computed<number>
  site_url: string
  username: string
  account: string | null
  public_key: Buffer | null
}

export interface GapTable {
  id: Computed<Int8>
  feed_account_id: number
  site_gap_id: Int8
  source: string
  route: string | null
  reason: string
  site_user_id: number | null
  found_at: Timestamp
  sealed_explanation: Buffer
  closed_at: Timestamp | null
  sealed_closing: Buffer | null
  accepted_at: Timestamp | null
  accepted_by: string | null
  accepted_reason: string | null
}

export interface HoldTable {
  id: Computed<number>
  name: string
  kind: string
  case_name: string | null
  query: string | null
  days: number | null
  note: string | null
  owner: string | null
  url: string | null
  confidential: Defaulted<boolean>
  readers: Defaulted<string[]>
  placed_by: string
  placed_at: Defaulted<Timestamp>
  released_at: Timestamp | null
  released_by: string | null
  release_reason: string | null
  counted_items: Int8 | null
  counted_bytes: Int8 | null
  counted_at: Timestamp | null
}

export interface HoldInForceTable {
  hold_id: number | null
  delay_id: number | null
  mailbox_id: number | null
  days: number | null
  held_until: Timestamp | null
  reach: string | null
}

export interface HoldItemTable {
  message_id: Int8
  mailbox_id: number
  hold_id: number
  held_until: Timestamp
}

export interface HoldMailboxTable {
  hold_id: number
  mailbox_id: number
  added_by: string
  added_at: Defaulted<Timestamp>
  evaluated_at: Timestamp | null
  removed_by: string | null
  removed_at: Timestamp | null
}

export interface HoldRequestTable {
  id: Computed<number>
  act: string
  hold_id: number | null
  input: Json
  reason: string
  asked_by: string
  asked_at: Defaulted<Timestamp>
  decided_by: string | null
  decided_at: Timestamp | null
  decision: string | null
}

export interface IdentityMailboxTable {
  identity_type: number | null
  identity_value: string | null
  mailbox_id: number | null
}

export interface ImportExceptionTable {
  id: Computed<Int8>
  connector_id: number
  run_id: Int8
  catalogue_id: Int8 | null
  sequence: Int8
  reason: string
  explanation: string
  channel: number
  sent_at: Timestamp | null
  captured_at: Timestamp
  block_id: Int8
  place: number
  found_at: Timestamp
  resolved_at: Timestamp | null
  resolved_by_run_id: Int8 | null
}

export interface ImportRunTable {
  id: Computed<Int8>
  connector_id: number
  kind: string
  state: string
  phase: string
  window_from: Timestamp | null
  window_to: Timestamp | null
  requested_by: string
  created_at: Timestamp
  started_at: Timestamp | null
  finished_at: Timestamp | null
  updated_at: Timestamp
  total: Defaulted<Int8>
  transferred: Defaulted<Int8>
  imported: Defaulted<Int8>
  duplicates: Defaulted<Int8>
  exceptions: Defaulted<Int8>
  exceptions_by_reason: Defaulted<Json>
  items: Defaulted<Int8>
  attachments: Defaulted<Int8>
  bytes: Defaulted<Int8>
  largest_item_bytes: Defaulted<Int8>
  failure_code: string | null
  failure_message: string | null
  cancel_requested_at: Timestamp | null
  cancel_requested_by: string | null
}

export interface ImportRunMailboxTable {
  run_id: Int8
  mailbox_id: number
  items: Int8
}

export interface ImportTallyTable {
  connector_id: number
  quarter: Timestamp
  imported: Int8
}

export interface InstallationTable {
  name: string
  value: string
}

export interface ItemTable {
  message_id: Int8
  mailbox_id: number
  participant_id: number | null
  explanation_id: number
  folder: number
  area: Defaulted<number>
  recoverable_folder: number | null
  recoverable_at: Timestamp | null
}

export interface ItemArchiveTagTable {
  message_id: Int8
  mailbox_id: number
  tag_id: number
}

export interface ItemLabelTable {
  message_id: Int8
  mailbox_id: number
  label_id: number
  origin: string
  applied_by: string
  applied_at: Timestamp
  event_at: Timestamp | null
}

export interface ItemTallyTable {
  mailbox_id: number
  folder: number
  area: number
  month: string
  items: Int8
}

export interface KnownCatchAllTable {
  mailbox_id: number
}

export interface KnownIdentityTable {
  identity_type: number
  identity_value: string
  mailbox_id: number | null
  address: string | null
}

export interface LeftoverBlockTable {
  block_id: Int8
  run_id: Int8
}

export interface LogAuditBatchTable {
  last_id: Int8
  first_id: Int8
  records: Int8
  sha256: Buffer
}

export interface LogBatchTable {
  first: Int8
  entries: Buffer
}

export interface LogCheckpointTable {
  size: Int8
  at: Timestamp
  root: Buffer
  note: string
  day: string | null
  timestamp_token: Buffer | null
  timestamp_problem: string | null
}

export interface LogDisposalTable {
  message_id: Int8
  mailbox_id: number
  leaf: Int8
}

export interface LogHeadTable {
  one: Defaulted<boolean>
  size: Defaulted<Int8>
  written: Defaulted<Int8>
}

export interface LogLeafTable {
  message_id: Int8
  mailbox_id: number
  leaf: Int8
  sequence: Int8
}

export interface LogPendingTable {
  id: Computed<Int8>
  at: Timestamp
  kind: string
  message_id: Int8 | null
  mailbox_id: number | null
  commitment: Buffer | null
  facts: Json | null
}

export interface LogStreamTable {
  mailbox_id: number
  last_sequence: Int8
}

export interface LongTextTable {
  message_id: Int8
  part: number
  words: string
}

export interface MailboxTable {
  id: Computed<number>
  address: string
  name: string
  mobile: string | null
  department: string | null
  active: Defaulted<boolean>
  active_from: Timestamp | null
  active_to: Timestamp | null
  created_at: Timestamp
  holds_placed: Defaulted<number>
  region: Defaulted<string>
}

export interface MailboxAddressTable {
  id: Computed<number>
  mailbox_id: number
  address: string
  valid_from: Timestamp | null
  valid_to: Timestamp | null
}

export interface MailboxPhoneTable {
  id: Computed<number>
  mailbox_id: number
  kind: string
  phone: string
  valid_from: Timestamp | null
  valid_to: Timestamp | null
}

export interface MappingExplanationTable {
  id: Computed<number>
  explanation: string
}

export interface MessageTable {
  id: Int8
  captured_at: Timestamp
  received_at: Timestamp
  block_id: Int8
  email_bytes: Int8
  sequence: Int8
  conversation_id: number
  sender_id: number | null
  custodian_id: number | null
  feed_account_id: number
  latest_minutes: number | null
  offset_minutes: number
  place: number
  channel: number
  kind: number
  event: number
  item_count: number
  parts: number
  has_attachments: boolean
  message_key: Buffer
  sha256: Buffer
  refers_to_key: Buffer | null
  link_key: Buffer | null
  recipient_ids: number[]
  subject: string
  words: string
}

export interface MessageAttachmentTable {
  message_id: Int8
  place: number
  name: string
  media_type: string
  bytes: Int8
  sha256: Buffer
  attachment_id: Int8 | null
}

export interface MessageLinkTable {
  message_id: Int8
  other_message_id: Int8
  score: number
  evidence: string
}

export interface ObservationTable {
  message_id: Int8
  feed_account_id: number
  sequence: Int8
  custodian_id: number | null
  captured_at: Timestamp
  block_id: Int8
  place: number
}

export interface OneTimeLinkTable {
  token_sha256: Buffer
  purpose: string
  user_id: number | null
  role_groups: Defaulted<string[]>
  created_by: string
  created_at: Timestamp
  expires_at: Timestamp
  used_at: Timestamp | null
}

export interface ParticipantTable {
  id: Computed<number>
  identity_type: number
  identity_value: string
  name: string | null
  words: Defaulted<string>
}

export interface ParticipantActivityTable {
  participant_id: number
  last_sent_at: Timestamp
}

export interface PasskeyTable {
  id: Computed<number>
  user_id: number
  credential_id: Buffer
  public_key: Buffer
  counter: Int8
  transports: Defaulted<string[]>
  name: string
  created_at: Timestamp
  last_used_at: Timestamp | null
}

export interface PersonalFlagTable {
  message_id: Int8
  mailbox_id: number
  reason: string
  flagged_by: string
  flagged_at: Timestamp
  proposed: string | null
  proposed_by: string | null
  proposed_reason: string | null
  proposed_at: Timestamp | null
  released_at: Timestamp | null
  deleted_at: Timestamp | null
  decided_by: string | null
}

export interface RegisteredUserTable {
  feed_account_id: number
  site_user_id: number
  name: string
  mobile: string
  email: string
  wecom_userid: string | null
  valid_from: Timestamp | null
  valid_to: Timestamp | null
}

export interface RetentionDefaultLabelTable {
  mailbox_id: number
  label_id: number
}

export interface RetentionLabelTable {
  id: Computed<number>
  name: string
  action: string | null
  period: number | null
  period_unit: string | null
  starts: string
  record: Defaulted<string>
  query: string | null
  review_stages: Defaulted<Json>
  early: Defaulted<boolean>
  created_by: string
  created_at: Timestamp
}

export interface RetentionPolicyTable {
  id: Computed<number>
  name: string
  action: string
  period: number | null
  period_unit: string | null
  starts: string
  scope: string
  adaptive_scope_id: number | null
  early: Defaulted<boolean>
  basis: Defaulted<string>
  state: Defaulted<string>
  simulated_at: Timestamp | null
  simulation: Json | null
  asked_by: string | null
  approved_by: string | null
  turned_on_at: Timestamp | null
  turned_off_at: Timestamp | null
  locked_by: string | null
  locked_at: Timestamp | null
  created_by: string
  created_at: Timestamp
}

export interface RetentionPolicyMailboxTable {
  policy_id: number
  mailbox_id: number
}

export interface RoleGroupTable {
  id: Computed<number>
  name: string
  description: Defaulted<string>
  built_in: boolean
  roles: string[]
  oidc_groups: Defaulted<string[]>
  version: Defaulted<number>
  created_at: Timestamp
}

export interface RoleGroupMemberTable {
  role_group_id: number
  user_id: number
  origin: Defaulted<string>
  added_by: string
  added_at: Timestamp
}

export interface SchemaMigrationTable {
  number: number
  name: string
  sha256: string
  applied_at: Defaulted<Timestamp>
}

export interface SearchTable {
  id: string
  owner_id: number
  name: string | null
  query: string
  conditions: Defaulted<Json>
  time_zone: string
  mailbox_ids: number[] | null
  created_at: Timestamp
  last_run_at: Timestamp
}

export interface SearchFilterTable {
  id: Computed<number>
  name: string
  user_id: number | null
  role_group_id: number | null
  mailbox_ids: Defaulted<number[]>
  departments: Defaulted<string[]>
  created_by: string
  created_at: Timestamp
}

export interface SegmentTable {
  id: Computed<Int8>
  connector_id: number
  object_name: string
  bytes: Int8
  adopted_at: Timestamp | null
  created_at: Timestamp
  cold_at: Timestamp | null
}

export interface SettingTable {
  name: string
  value: Json
  changed_by: string
  changed_at: Timestamp
}

export interface SignInFailureTable {
  name_hmac: Buffer
  failures: number
  last_at: Timestamp
  locked_until: Timestamp | null
}

export interface SignInStepTable {
  token_sha256: Buffer
  purpose: string
  user_id: number | null
  sealed_data: Buffer | null
  created_at: Timestamp
  expires_at: Timestamp
}

export interface SiteAccountTable {
  id: Computed<number>
  name: string
  username: string
  password_hash: string
  public_key: Buffer
  last_sequence: Defaulted<Int8>
  acknowledged_sequence: Defaulted<Json>
  failed_sign_ins: Defaulted<number>
  locked_until: Timestamp | null
  created_at: Timestamp
  consent_required: Defaulted<boolean>
  activation: Defaulted<Json>
  kept_for_centre: Defaulted<boolean>
}

export interface SiteActivationTable {
  account_id: number
  registered_user_id: number
  source: string
  state: string
  since: Timestamp
}

export interface SiteActivityTable {
  account_id: number
  registered_user_id: number
  source: string
  day: string
  records: Int8
  last_captured_at: Timestamp
}

export interface SiteAttachmentTable {
  id: Computed<Int8>
  account_id: number
  sequence: Int8
  object_name: string
  sealed_bytes: Int8
}

export interface SiteBlockTable {
  account_id: number
  family: number
  last_sequence: Int8
  first_sequence: Int8
  segment_id: Int8
  byte_offset: Int8
  bytes: number
  records: number
  captured_at: Timestamp
}

export interface SiteCaptureTable {
  id: Computed<Int8>
  account_id: number
  source: string
  started_at: Timestamp
  finished_at: Timestamp | null
  captured: Defaulted<Int8>
  duplicates: Defaulted<Int8>
  attachments: Defaulted<Int8>
  route_id: number | null
  batches: Defaulted<number>
}

export interface SiteChatTable {
  account_id: number
  chat_tag: Buffer
  first_tag: Buffer
}

export interface SiteConsentTable {
  id: Computed<Int8>
  account_id: number
  registered_user_id: number
  kind: string
  answer: string
  notice_version: number
  language: string
  answered_at: Timestamp
  answered_by: string
}

export interface SiteExclusionTable {
  id: Computed<number>
  account_id: number
  conversation_tag: Buffer
  registered_user_id: number | null
  proposed_by: string
  proposed_at: Timestamp
  reason: string
  decided_by: string | null
  decided_at: Timestamp | null
  approved: boolean | null
  ended_by: string | null
  ended_at: Timestamp | null
}

export interface SiteGapTable {
  id: Computed<Int8>
  account_id: number
  gap_key: Buffer
  source: string
  reason: string
  sealed_explanation: Buffer
  found_at: Timestamp
  route_id: number | null
  registered_user_id: number | null
  message_tag: Buffer | null
  closed_at: Timestamp | null
  sealed_closing: Buffer | null
  accepted_at: Timestamp | null
  accepted_by: string | null
  accepted_reason: string | null
}

export interface SiteInvitationTable {
  id: Computed<number>
  account_id: number
  registered_user_id: number
  token_sha256: Buffer
  language: string
  invited_by: string
  invited_at: Timestamp
  expires_at: Timestamp
  mailed_at: Timestamp | null
  completed_at: Timestamp | null
  ended_at: Timestamp | null
}

export interface SiteKeptBodyTable {
  id: Computed<Int8>
  route_id: number
  sealed_body: Buffer
  received_at: Timestamp
  attempts: Defaulted<number>
  next_attempt_at: Timestamp
  problem_code: string | null
}

export interface SiteNoticeTable {
  account_id: number
  version: number
  texts: Json
  published_by: string
  published_at: Timestamp
}

export interface SitePersonalReportTable {
  id: Computed<number>
  account_id: number
  registered_user_id: number
  from_at: Timestamp
  to_at: Timestamp
  reported_at: Timestamp
}

export interface SiteRecordTable {
  account_id: number
  record_key: Buffer
  sequence: Int8
  attachments: Defaulted<number>
  authorless_key: Buffer | null
  author_tag: Buffer | null
  chat_tag: Buffer | null
  chatless_key: Buffer | null
  vendor_id_tag: Buffer | null
  fingerprint_tag: Buffer | null
  shared_id_tag: Buffer | null
}

export interface SiteRefusedDayTable {
  account_id: number
  registered_user_id: number | null
  exclusion_id: number | null
  reason: string
  day: string
  records: Int8
}

export interface SiteRegisteredUserTable {
  id: Computed<number>
  account_id: number
  name: string
  mobile: string
  email: string
  wecom_userid: string | null
  valid_from: Timestamp | null
  valid_to: Timestamp | null
  language: string | null
  left_at: Timestamp | null
}

export interface SiteRouteTable {
  id: Computed<number>
  account_id: number
  source: string
  name: string
  address: string
  settings: Json
  sealed_secret: Buffer | null
  enabled: Defaulted<boolean>
  risk_text: string | null
  risk_accepted_by: string | null
  risk_accepted_at: Timestamp | null
  cursor: Json | null
  version: Defaulted<number>
  created_at: Timestamp
  removed_at: Timestamp | null
  last_received_at: Timestamp | null
  last_pulled_at: Timestamp | null
  refused_calls: Defaulted<Int8>
  last_refused_at: Timestamp | null
  problem_code: string | null
  problem_message: string | null
  problem_since: Timestamp | null
  session_generation: Defaulted<Int8>
  session_request_sha256: Buffer | null
}

export interface SiteRouteSessionTable {
  route_id: number
  name_tag: Buffer
  sealed_entry: Buffer
}

export interface SiteSegmentTable {
  id: Computed<Int8>
  account_id: number
  object_name: string
  bytes: Int8
  sealed_key: Buffer | null
  created_at: Timestamp
  acknowledged_at: Timestamp | null
  destroyed_at: Timestamp | null
}

export interface SiteSessionTable {
  token_sha256: Buffer
  account_id: number
  created_at: Timestamp
  expires_at: Timestamp
}

export interface StagedPageTable {
  id: Computed<Int8>
  connector_id: number
  run_id: Int8
  segment_id: Int8
  first_sequence: Int8
  last_sequence: Int8
  first_block_id: Int8
  messages: number
  catalogue_object: string
  catalogue_wrapped_key: Buffer
  late_sha256: Defaulted<Json>
  moves_cursor: boolean
}

export interface SupervisionAlertTable {
  id: Computed<Int8>
  policy_id: number
  message_id: Int8
  origin: string
  severity: number | null
  rules: Defaulted<string[]>
  group_id: Int8 | null
  sample_id: Int8 | null
  state: string
  tag: string | null
  raised_at: Timestamp
  resolved_at: Timestamp | null
  second_tag: string | null
}

export interface SupervisionBackTestTable {
  id: Computed<Int8>
  policy_id: number
  version: number
  requested_by: string
  started_at: Timestamp
  finished_at: Timestamp
  result: Json
}

export interface SupervisionDecisionTable {
  id: Computed<Int8>
  alert_id: Int8
  at: Timestamp
  by: string
  act: string
  tag: string | null
  comment: Defaulted<string>
  details: Defaulted<Json>
}

export interface SupervisionDictionaryTable {
  name: string
  version: number
  terms: string[]
  made_by: string
  made_at: Timestamp
}

export interface SupervisionMatchTable {
  id: Computed<Int8>
  message_id: Int8
  policy_id: number
  version: number
  rule: string
  severity: number
  directions: number
  mailbox_ids: number[]
  spans: Defaulted<Json>
  facts: Defaulted<Json>
  fingerprint: Int8 | null
  matched_at: Timestamp
}

export interface SupervisionNoticeTable {
  id: Computed<Int8>
  policy_id: number
  at: Timestamp
  alerts: number
  severity: number
  told: string[]
}

export interface SupervisionPendingTable {
  id: Computed<Int8>
  policy_id: number | null
  message_ids: bigint[]
  noted_at: Timestamp
}

export interface SupervisionPolicyTable {
  id: Computed<number>
  name: string
  state: Defaulted<string>
  active_version: number | null
  problem: string | null
  created_by: string
  created_at: Timestamp
}

export interface SupervisionPolicyVersionTable {
  policy_id: number
  version: number
  document: Json
  sha256: string
  dictionaries: Defaulted<Json>
  made_by: string
  made_at: Timestamp
}

export interface SupervisionRelationTable {
  mailbox_id: number
  other_mailbox_id: number
  relation: string
}

export interface SupervisionSampleTable {
  id: Computed<Int8>
  policy_id: number
  sent_from: Timestamp
  sent_to: Timestamp
  percent: string
  strata: string[]
  seed_sha256: Buffer
  sealed_seed: Buffer | null
  seed: Buffer | null
  committed_by: string
  committed_at: Timestamp
  drawn_at: Timestamp | null
  result: Json | null
}

export interface SupervisionTallyTable {
  policy_id: number
  day: string
  looked: Defaulted<Int8>
  matched: Defaulted<Int8>
  unreadable: Defaulted<Int8>
}

export interface SupervisionUnraisedTable {
  policy_id: number
  message_id: Int8
}

export interface TransferBasisTable {
  id: Computed<number>
  from_region: string
  to_region: string
  basis: string
  recorded_by: string
  recorded_at: Timestamp
  ended_by: string | null
  ended_at: Timestamp | null
  law: string | null
  document: string | null
  valid_from: Timestamp
}

export interface UserSessionTable {
  id: string
  token_sha256: Buffer
  user_id: number
  method: string
  client_ip: string | null
  user_agent: string | null
  csrf_token: string
  created_at: Timestamp
  last_seen_at: Timestamp
  confirmed_at: Timestamp
  expires_at: Timestamp
}

export interface Database {
  account_key: AccountKeyTable
  adaptive_scope: AdaptiveScopeTable
  adaptive_scope_member: AdaptiveScopeMemberTable
  api_token: ApiTokenTable
  app_user: AppUserTable
  approval: ApprovalTable
  archive_candidate: ArchiveCandidateTable
  archive_mailbox: ArchiveMailboxTable
  archive_policy: ArchivePolicyTable
  archive_run: ArchiveRunTable
  archive_tag: ArchiveTagTable
  attachment: AttachmentTable
  attestation: AttestationTable
  audit_event: AuditEventTable
  audit_expired: AuditExpiredTable
  audit_retention_policy: AuditRetentionPolicyTable
  block: BlockTable
  capture_activity: CaptureActivityTable
  capture_day: CaptureDayTable
  capture_route: CaptureRouteTable
  connector: ConnectorTable
  connector_destination: ConnectorDestinationTable
  connector_draft: ConnectorDraftTable
  connector_mapping: ConnectorMappingTable
  conversation: ConversationTable
  conversation_participant: ConversationParticipantTable
  coverage_account: CoverageAccountTable
  coverage_alert: CoverageAlertTable
  coverage_heartbeat: CoverageHeartbeatTable
  coverage_notice: CoverageNoticeTable
  coverage_setting: CoverageSettingTable
  dead_object: DeadObjectTable
  delay_hold: DelayHoldTable
  delivery: DeliveryTable
  delivery_mailbox: DeliveryMailboxTable
  destination: DestinationTable
  directory_sync: DirectorySyncTable
  directory_user: DirectoryUserTable
  disposition_item: DispositionItemTable
  disposition_review: DispositionReviewTable
  disposition_review_decision: DispositionReviewDecisionTable
  disposition_run: DispositionRunTable
  escrow_copy: EscrowCopyTable
  escrow_key: EscrowKeyTable
  exception_catalogue: ExceptionCatalogueTable
  feed_account: FeedAccountTable
  gap: GapTable
  hold: HoldTable
  hold_in_force: HoldInForceTable
  hold_item: HoldItemTable
  hold_mailbox: HoldMailboxTable
  hold_request: HoldRequestTable
  identity_mailbox: IdentityMailboxTable
  import_exception: ImportExceptionTable
  import_run: ImportRunTable
  import_run_mailbox: ImportRunMailboxTable
  import_tally: ImportTallyTable
  installation: InstallationTable
  item: ItemTable
  item_archive_tag: ItemArchiveTagTable
  item_label: ItemLabelTable
  item_tally: ItemTallyTable
  known_catch_all: KnownCatchAllTable
  known_identity: KnownIdentityTable
  leftover_block: LeftoverBlockTable
  log_audit_batch: LogAuditBatchTable
  log_batch: LogBatchTable
  log_checkpoint: LogCheckpointTable
  log_disposal: LogDisposalTable
  log_head: LogHeadTable
  log_leaf: LogLeafTable
  log_pending: LogPendingTable
  log_stream: LogStreamTable
  long_text: LongTextTable
  mailbox: MailboxTable
  mailbox_address: MailboxAddressTable
  mailbox_phone: MailboxPhoneTable
  mapping_explanation: MappingExplanationTable
  message: MessageTable
  message_attachment: MessageAttachmentTable
  message_link: MessageLinkTable
  observation: ObservationTable
  one_time_link: OneTimeLinkTable
  participant: ParticipantTable
  participant_activity: ParticipantActivityTable
  passkey: PasskeyTable
  personal_flag: PersonalFlagTable
  registered_user: RegisteredUserTable
  retention_default_label: RetentionDefaultLabelTable
  retention_label: RetentionLabelTable
  retention_policy: RetentionPolicyTable
  retention_policy_mailbox: RetentionPolicyMailboxTable
  role_group: RoleGroupTable
  role_group_member: RoleGroupMemberTable
  schema_migration: SchemaMigrationTable
  search: SearchTable
  search_filter: SearchFilterTable
  segment: SegmentTable
  setting: SettingTable
  sign_in_failure: SignInFailureTable
  sign_in_step: SignInStepTable
  site_account: SiteAccountTable
  site_activation: SiteActivationTable
  site_activity: SiteActivityTable
  site_attachment: SiteAttachmentTable
  site_block: SiteBlockTable
  site_capture: SiteCaptureTable
  site_chat: SiteChatTable
  site_consent: SiteConsentTable
  site_exclusion: SiteExclusionTable
  site_gap: SiteGapTable
  site_invitation: SiteInvitationTable
  site_kept_body: SiteKeptBodyTable
  site_notice: SiteNoticeTable
  site_personal_report: SitePersonalReportTable
  site_record: SiteRecordTable
  site_refused_day: SiteRefusedDayTable
  site_registered_user: SiteRegisteredUserTable
  site_route: SiteRouteTable
  site_route_session: SiteRouteSessionTable
  site_segment: SiteSegmentTable
  site_session: SiteSessionTable
  staged_page: StagedPageTable
  supervision_alert: SupervisionAlertTable
  supervision_back_test: SupervisionBackTestTable
  supervision_decision: SupervisionDecisionTable
  supervision_dictionary: SupervisionDictionaryTable
  supervision_match: SupervisionMatchTable
  supervision_notice: SupervisionNoticeTable
  supervision_pending: SupervisionPendingTable
  supervision_policy: SupervisionPolicyTable
  supervision_policy_version: SupervisionPolicyVersionTable
  supervision_relation: SupervisionRelationTable
  supervision_sample: SupervisionSampleTable
  supervision_tally: SupervisionTallyTable
  supervision_unraised: SupervisionUnraisedTable
  transfer_basis: TransferBasisTable
  user_session: UserSessionTable
}
