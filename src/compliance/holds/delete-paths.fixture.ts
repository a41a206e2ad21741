/**
 * What may vanish or change by the application's hand, and why that takes nothing of a held item away. Whoever adds a table,
 * a column or a function with its owner's rights says here what it does, after trying it against a hold.
 */

/** Tables whose rows make up a record, or protect one. */
export const contentTables: readonly string[] = [
  ...['message', 'item', 'long_text', 'message_attachment', 'observation', 'block', 'segment', 'attachment'],
  ...[
    'import_exception',
    'exception_catalogue',
    'staged_page',
    'account_key',
    'mailbox',
    'participant',
    'connector',
  ],
  ...['hold', 'hold_mailbox', 'hold_item', 'delay_hold', 'hold_request', 'known_identity', 'known_catch_all'],
]

/** `guarded`: triggers and foreign keys refuse what is held. `may go`: nothing of an item is in it. */
export const deletableTables: Readonly<Record<string, 'guarded' | 'may go'>> = {
  block: 'guarded',
  segment: 'guarded',
  attachment: 'guarded',
  staged_page: 'guarded',
  item: 'guarded',
  message: 'guarded',
  long_text: 'guarded',
  message_attachment: 'guarded',
  observation: 'guarded',
  // The list of objects to delete; a living one cannot be put on it.
  dead_object: 'may go',
  // What a mapping said is kept in known_identity for ever.
  connector_mapping: 'may go',
  registered_user: 'may go',
  site_session: 'may go',
  // Checkpoints and reminders.
  installation: 'may go',
  sign_in_failure: 'may go',
  passkey: 'may go',
  user_session: 'may go',
  sign_in_step: 'may go',
  role_group: 'may go',
  role_group_member: 'may go',
  search_filter: 'may go',
  connector_draft: 'may go',
  search: 'may go',
  connector_destination: 'may go',
  delivery_mailbox: 'may go',
  site_kept_body: 'may go',
  // Keys of a linked device, not what was said.
  site_route_session: 'may go',
  capture_route: 'may go',
  log_pending: 'may go',
  audit_retention_policy: 'may go',
  // Rules of retention: what holds keep does not depend on them. Locked ones refuse by triggers of their own.
  retention_policy: 'may go',
  retention_policy_mailbox: 'may go',
  retention_label: 'may go',
  retention_default_label: 'may go',
  item_label: 'may go',
  disposition_review: 'may go',
  // What is to be entered, until it is; the entries themselves stay.
  log_batch: 'may go',
  // Where keys lie besides; the keys themselves stay in block and attachment.
  escrow_copy: 'may go',
  escrow_key: 'may go',
  supervision_pending: 'may go',
  supervision_unraised: 'may go',
  supervision_relation: 'may go',
  // Which items move to the archive area, and when; they stay items.
  archive_candidate: 'may go',
  archive_mailbox: 'may go',
  archive_policy: 'may go',
  archive_tag: 'may go',
  item_archive_tag: 'may go',
}

export const changeableColumns: readonly string[] = [
  // The search index, and what follows from items and observations.
  ...['message.item_count', 'message.words', 'message.has_attachments'],
  // Only the area: an item that a user deletes is still there.
  ...['item.area', 'item.recoverable_folder', 'item.recoverable_at'],
  'segment.adopted_at',
  ...['attachment.reference_count', 'attachment.staged_page_id'],
  ...['import_exception.explanation', 'import_exception.resolved_at', 'import_exception.resolved_by_run_id'],
  // To a cheaper tier of the same storage.
  ...['segment.cold_at', 'attachment.cold_at'],
  // What tells a row apart is kept by a trigger (keeps_key); who mapped where is in known_identity for ever.
  ...['mailbox.*', 'participant.*', 'connector.*'],
  ...['hold_request.decided_by', 'hold_request.decided_at', 'hold_request.decision'],
]

export const cascades: readonly string[] = ['role_group_member to role_group', 'search_filter to role_group']

/** With their owner's rights, and why none of them takes away what is held. */
export const definerFunctions: Readonly<Record<string, string>> = {
  ensure_month: 'makes partitions',
  settle_month: 'sums tallies',
  drop_month: 'refuses a month with items',
  expire_audit_events: 'audit records only',
  retained_items: 'reads',
  retention_of: 'reads',
  retention_settings: 'reads',
  held_feed_accounts: 'reads',
  hold_relatives: 'reads',
  holds_of: 'reads',
  held_items: 'reads',
  items_in_holds: 'reads',
  // Disposition: each deletes rows under the triggers of holds, after asking what is held itself.
  dispose_items: 'guarded',
  keep_from_disposal: 'takes held items out of a run',
  clear_leftover_blocks: 'guarded',
  drop_unused_attachments: 'guarded',
  refuse_personal_items: 'a trigger',
  feed_accounts_kept: 'reads',
  sweep_journal: 'guarded: the journal of whoever is held stays',
  lock_hold_mailboxes: 'locks',
  add_hold_mailboxes: 'adds; forgets only what a removed mailbox had',
  place_hold: 'adds',
  release_hold: 'begins the 30 days',
  end_delay_hold: 'asks two names and leaves an audit record',
  hold_items: 'adds, and lengthens',
  hold_new_events: 'adds',
  hold_new_originals: 'adds',
  finish_hold_mailbox: 'ends the time in which the whole mailbox is held',
  note_hold_statistics: 'figures only',
  give_hold: 'readers only',
}
