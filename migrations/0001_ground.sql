-- The archiver site (tables site_*), the compliance centre and the archive.
-- Application code connects as holdfast_app, which owns nothing: every right it has is granted at the end.

-- ───────────────────────────── archiver site ─────────────────────────────

create table site_account (
  id int generated always as identity primary key,
  name text not null unique,
  username text not null unique,
  password_hash text not null,
  -- X25519; what is captured for the account is sealed to it. The private half is the centre's.
  public_key bytea not null check (octet_length(public_key) = 32),
  last_sequence bigint not null default 0,
  acknowledged_sequence jsonb not null default '{}',
  failed_sign_ins int not null default 0,
  locked_until timestamptz,
  created_at timestamptz not null
);

create table site_session (
  token_sha256 bytea primary key,
  account_id int not null references site_account,
  created_at timestamptz not null,
  expires_at timestamptz not null
);

create table site_registered_user (
  id int generated always as identity primary key,
  account_id int not null references site_account,
  name text not null,
  mobile text not null,
  email text not null,
  wecom_userid text,
  -- Null bounds are open. A number that passes to another person closes one row and opens the next.
  valid_from timestamptz,
  valid_to timestamptz
);
create unique index site_registered_user_current on site_registered_user (account_id, mobile) where valid_to is null;

-- One call of `capture`. An unfinished one names what a crash may have left in the object store.
create table site_capture (
  id bigint generated always as identity primary key,
  account_id int not null references site_account,
  source text not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  captured bigint not null default 0,
  duplicates bigint not null default 0,
  attachments bigint not null default 0
);
create index site_capture_unfinished on site_capture (account_id) where finished_at is null;

-- One sealed object of the journal. Its data key exists in clear only while it is being written.
create table site_segment (
  id bigint generated always as identity primary key,
  account_id int not null references site_account,
  object_name text not null unique,
  bytes bigint not null,
  sealed_key bytea not null,
  created_at timestamptz not null
);

create table site_block (
  account_id int not null references site_account,
  family smallint not null,
  last_sequence bigint not null,
  first_sequence bigint not null,
  segment_id bigint not null references site_segment,
  byte_offset bigint not null,
  bytes int not null,
  records int not null,
  captured_at timestamptz not null,
  primary key (account_id, family, last_sequence)
);

-- One row a record: what makes capture idempotent. Nothing here can be read back: the keys are HMACs under
-- the account's key, truncated to 128 bits.
create table site_record (
  account_id int not null references site_account,
  record_key bytea not null,
  sequence bigint not null,
  -- How many were captured with it: the same record with more of them is captured once more.
  attachments smallint not null default 0,
  -- Exports only: the key without its author, the author and the chat, to align a re-export in which a
  -- contact was renamed.
  authorless_key bytea,
  author_tag bytea,
  chat_tag bytea,
  chatless_key bytea,
  -- Vendors' ids only: the id, and what the message said, to notice an id that was given twice.
  vendor_id_tag bytea,
  fingerprint_tag bytea,
  primary key (account_id, record_key)
);
-- Not unique: a line whose author was renamed has a second key for the same record.
create index site_record_sequence on site_record (account_id, sequence);
create index site_record_authorless on site_record (account_id, authorless_key) where authorless_key is not null;
create index site_record_chatless on site_record (account_id, chatless_key) where chatless_key is not null;
create index site_record_vendor_id on site_record (account_id, vendor_id_tag, sequence) where vendor_id_tag is not null;
create index site_record_author on site_record (account_id, chat_tag, author_tag) where chat_tag is not null;

-- Chats of exports: the name (as an HMAC) and the first name the chat was captured under.
create table site_chat (
  account_id int not null references site_account,
  chat_tag bytea not null,
  first_tag bytea not null,
  primary key (account_id, chat_tag)
);

create table site_attachment (
  id bigint generated always as identity primary key,
  account_id int not null references site_account,
  sequence bigint not null,
  object_name text not null unique,
  sealed_bytes bigint not null
);
create index site_attachment_sequence on site_attachment (account_id, sequence);

create table site_gap (
  id bigint generated always as identity primary key,
  account_id int not null references site_account,
  gap_key bytea not null,
  source text not null,
  reason text not null,
  -- The sentence may name files, so it is sealed to the account like a record.
  sealed_explanation bytea not null,
  found_at timestamptz not null,
  unique (account_id, gap_key)
);

-- ───────────────────────────── directories ─────────────────────────────

create table mailbox (
  id int generated always as identity primary key,
  address text not null unique check (address = lower(address)),
  name text not null,
  mobile text,
  department text,
  active boolean not null default true,
  active_from timestamptz,
  active_to timestamptz,
  created_at timestamptz not null
);

-- The private halves of the accounts' keys, sealed by the centre's key vault.
create table account_key (
  public_key bytea primary key,
  sealed_private_key bytea not null,
  created_at timestamptz not null
);

-- An account at a site as the centre knows it; connectors of both types may share it.
create table feed_account (
  id int generated always as identity primary key,
  site_url text not null,
  username text not null,
  unique (site_url, username)
);

-- The site's registered users as last fetched.
create table registered_user (
  feed_account_id int not null references feed_account,
  site_user_id int not null,
  name text not null,
  mobile text not null,
  email text not null,
  wecom_userid text,
  valid_from timestamptz,
  valid_to timestamptz,
  primary key (feed_account_id, site_user_id)
);

create table participant (
  id int generated always as identity primary key,
  identity_type smallint not null,
  identity_value text not null,
  name text,
  words tsvector not null default ''
);
create unique index participant_identity on participant (identity_type, md5(identity_value));
create index participant_words on participant using gin (words);

create table conversation (
  id int generated always as identity primary key,
  family smallint not null,
  vendor_id text not null,
  name text,
  type smallint not null,
  words tsvector not null default ''
);
create unique index conversation_identity on conversation (family, md5(vendor_id));
create index conversation_words on conversation using gin (words);

create table conversation_participant (
  conversation_id int not null references conversation,
  participant_id int not null references participant,
  primary key (participant_id, conversation_id)
);

-- ───────────────────────────── connectors ─────────────────────────────

create table connector (
  id int generated always as identity primary key,
  name text not null unique,
  type text not null check (type in ('whatsapp', 'wechat')),
  feed_account_id int not null references feed_account,
  sealed_password bytea not null,
  automatic_mapping boolean not null,
  catch_all_mailbox_id int references mailbox,
  mapping_version int not null default 1,
  terms_version text not null,
  terms_accepted_by text not null,
  terms_accepted_at timestamptz not null,
  schedule_cron text not null,
  schedule_zone text not null,
  -- Cursors over the account's journal; each moves only together with what it stands for.
  staged_sequence bigint not null default 0,
  imported_sequence bigint not null default 0,
  created_at timestamptz not null
);

create table connector_mapping (
  connector_id int not null references connector,
  row_number int not null,
  -- E.164 with +; the CSV's External User ID.
  phone text not null,
  mailbox_id int not null references mailbox,
  valid_from timestamptz,
  valid_to timestamptz,
  primary key (connector_id, row_number)
);

create table import_run (
  id bigint generated always as identity primary key,
  connector_id int not null references connector,
  kind text not null check (kind in ('run', 'window', 'reprocess')),
  state text not null check (state in ('queued', 'running', 'succeeded', 'failed')),
  phase text not null,
  window_from timestamptz,
  window_to timestamptz,
  requested_by text not null,
  created_at timestamptz not null,
  started_at timestamptz,
  finished_at timestamptz,
  updated_at timestamptz not null,
  total bigint not null default 0,
  transferred bigint not null default 0,
  imported bigint not null default 0,
  duplicates bigint not null default 0,
  exceptions bigint not null default 0,
  exceptions_by_reason jsonb not null default '{}',
  items bigint not null default 0,
  attachments bigint not null default 0,
  bytes bigint not null default 0,
  largest_item_bytes bigint not null default 0,
  failure_code text,
  failure_message text
);
create index import_run_connector on import_run (connector_id, id);

create table import_run_mailbox (
  run_id bigint not null references import_run,
  mailbox_id int not null references mailbox,
  items bigint not null,
  primary key (run_id, mailbox_id)
);

-- ───────────────────────────── content ─────────────────────────────

create table segment (
  id bigint generated always as identity primary key,
  connector_id int not null references connector,
  object_name text not null unique,
  bytes bigint not null,
  -- Null while the page waits for import.
  adopted_at timestamptz,
  created_at timestamptz not null
);

create table block (
  -- segment_id * 2^13 + place in the segment: the blocks of a segment are numbered in a row.
  id bigint primary key,
  segment_id bigint not null references segment,
  byte_offset bigint not null,
  bytes int not null,
  records smallint not null,
  wrapped_key bytea not null
);
create index block_segment on block (segment_id);

-- Objects that no row needs any more: deleted after the commit that says so, or by the next run.
create table dead_object (
  object_name text primary key
);

-- A page that was transferred and waits for import.
create table staged_page (
  id bigint generated always as identity primary key,
  connector_id int not null references connector,
  run_id bigint not null references import_run,
  segment_id bigint not null references segment,
  first_sequence bigint not null,
  last_sequence bigint not null,
  first_block_id bigint not null,
  messages int not null,
  catalogue_object text not null,
  -- Wrapped like a block's key; opens the catalogue object, which is deleted after import.
  catalogue_wrapped_key bytea not null,
  -- SHA-256 (hex) of e-mails with large attachments, by their place in the catalogue: known after streaming.
  late_sha256 jsonb not null default '{}',
  -- False for a window that is read again: it moves no cursor.
  moves_cursor boolean not null
);
create index staged_page_connector on staged_page (connector_id, id);

create table attachment (
  id bigint generated always as identity primary key,
  sha256 bytea not null unique,
  bytes bigint not null,
  object_name text not null unique,
  wrapped_key bytea not null,
  reference_count int not null default 0,
  staged_page_id bigint
);
create index attachment_staged on attachment (staged_page_id) where staged_page_id is not null;

-- ───────────────────────────── catalogue ─────────────────────────────

-- Hands out counters for message ids, 4,096 at a time; wraps after 2^21.
create sequence message_counter_block minvalue 0 maxvalue 511 cycle;

-- id = (sent, in ms since 1970 UTC) * 2^21 + counter: newest first is id descending, a range of sent times
-- is a range of ids, and a month is a partition. The month of a message never changes, so a unique index on
-- (message_key) in each partition makes the key unique as a whole (see ensure_month).
create table message (
  id bigint not null,
  captured_at timestamptz not null,
  received_at timestamptz not null,
  block_id bigint not null,
  email_bytes bigint not null,
  sequence bigint not null,
  conversation_id int not null,
  sender_id int,
  custodian_id int,
  feed_account_id int not null,
  latest_minutes smallint,
  offset_minutes smallint not null,
  place smallint not null,
  channel smallint not null,
  kind smallint not null,
  event smallint not null,
  item_count smallint not null,
  parts smallint not null,
  has_attachments boolean not null,
  message_key bytea not null,
  sha256 bytea not null,
  refers_to_key bytea,
  link_key bytea,
  recipient_ids int[] not null,
  subject text not null,
  words tsvector not null,
  primary key (id)
) partition by range (id);
create index message_words on message using gin (words) with (fastupdate = on, gin_pending_list_limit = 4096);
create index message_refers_to on message (refers_to_key) where refers_to_key is not null;
create index message_link_key on message (link_key) where link_key is not null;

create table item (
  message_id bigint not null,
  mailbox_id int not null,
  -- Because of whom the mailbox has it; null for the catch-all.
  participant_id int,
  explanation_id int not null,
  folder smallint not null,
  area smallint not null default 0,
  primary key (message_id, mailbox_id)
) partition by range (message_id);

-- Why an item is in its mailbox, each sentence once.
create table mapping_explanation (
  id int generated always as identity primary key,
  explanation text not null
);
create unique index mapping_explanation_text on mapping_explanation (md5(explanation));

-- Parts 2 and later of texts longer than one tsvector can hold.
create table long_text (
  message_id bigint not null,
  part smallint not null,
  words tsvector not null,
  primary key (message_id, part)
);
create index long_text_words on long_text using gin (words);

create table message_attachment (
  message_id bigint not null,
  place smallint not null,
  name text not null,
  media_type text not null,
  bytes bigint not null,
  sha256 bytea not null,
  -- Null for attachments that lie inside the block.
  attachment_id bigint references attachment,
  primary key (message_id, place)
);
create index message_attachment_object on message_attachment (attachment_id) where attachment_id is not null;

-- Further observations of a message; the first is in its own row.
create table observation (
  message_id bigint not null,
  feed_account_id int not null,
  sequence bigint not null,
  custodian_id int,
  captured_at timestamptz not null,
  block_id bigint not null,
  place smallint not null,
  primary key (message_id, feed_account_id, sequence)
);

-- Probable matches between exports of one chat. Never merged.
create table message_link (
  message_id bigint not null,
  other_message_id bigint not null,
  score real not null,
  evidence text not null,
  primary key (message_id, other_message_id)
);
create index message_link_other on message_link (other_message_id);

-- The catalogue entries of one page's exceptions, sealed by the key vault, so that they can be imported later.
create table exception_catalogue (
  id bigint generated always as identity primary key,
  first_block_id bigint not null,
  sealed_catalogue bytea not null
);

create table import_exception (
  id bigint generated always as identity primary key,
  connector_id int not null references connector,
  run_id bigint not null references import_run,
  catalogue_id bigint references exception_catalogue,
  sequence bigint not null,
  reason text not null check (reason in (
    'undecodable', 'participant-unmapped', 'participant-partly-unmapped',
    'attachment-too-large', 'attachment-damaged')),
  explanation text not null,
  channel smallint not null,
  sent_at timestamptz,
  captured_at timestamptz not null,
  block_id bigint not null,
  place smallint not null,
  found_at timestamptz not null,
  resolved_at timestamptz,
  resolved_by_run_id bigint references import_run,
  unique (connector_id, sequence, reason)
);
create index import_exception_open on import_exception (connector_id, id) where resolved_at is null;

-- Append-only: the application may insert and read, nothing else.
create table audit_event (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  actor text not null,
  operation text not null,
  target text,
  outcome text not null check (outcome in ('succeeded', 'refused', 'failed')),
  details jsonb not null default '{}'
);
create index audit_event_at on audit_event (at);

-- What this installation is: the centre's checkpoints, the clock's last reading, reminders.
create table installation (
  name text primary key,
  value text not null
);

-- Makes the partitions of one month (1..12) where they are missing. The only way partitions come to be: the
-- application role has no right to create tables.
create function ensure_month(year int, month int) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  suffix text := to_char(make_date(year, month, 1), 'YYYY_MM');
  low bigint := (extract(epoch from make_date(year, month, 1)) * 1000)::bigint << 21;
  high bigint := (extract(epoch from (make_date(year, month, 1) + interval '1 month')) * 1000)::bigint << 21;
begin
  if year < 1970 or year > 2108 then
    raise exception 'month %-% lies outside the archive''s calendar (1970 to 2108)', year, month;
  end if;
  if to_regclass('public.item_' || suffix) is not null then
    return;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('holdfast.ensure_month', 0));
  if to_regclass('public.item_' || suffix) is not null then
    return;
  end if;
  execute format('create table public.%I partition of public.message for values from (%s) to (%s)', 'message_' || suffix, low, high);
  execute format('create unique index %I on public.%I (message_key)', 'message_key_' || suffix, 'message_' || suffix);
  -- No query's plan depends on how these are spread, and looking took half the time of analysing a month.
  execute format('alter table public.%I alter subject set statistics 0, alter sha256 set statistics 0, alter message_key set statistics 0', 'message_' || suffix);
  execute format('create table public.%I partition of public.item for values from (%s) to (%s)', 'item_' || suffix, low, high);
end $$;

-- Clears the search index's pending entries and refreshes the planner's statistics of one month; owners only
-- may do either.
create function settle_month(year int, month int) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  suffix text := to_char(make_date(year, month, 1), 'YYYY_MM');
  index_name regclass;
begin
  if to_regclass('public.message_' || suffix) is null then
    return;
  end if;
  select indexrelid::regclass into index_name
    from pg_index join pg_class on pg_class.oid = indexrelid join pg_am on pg_am.oid = relam
   where indrelid = to_regclass('public.message_' || suffix) and amname = 'gin';
  perform gin_clean_pending_list(index_name);
  execute format('analyze public.%I', 'message_' || suffix);
  execute format('analyze public.%I', 'item_' || suffix);
end $$;

revoke all on function ensure_month(int, int) from public;
revoke all on function settle_month(int, int) from public;
grant execute on function ensure_month(int, int) to holdfast_app;
grant execute on function settle_month(int, int) to holdfast_app;

grant usage on schema public to holdfast_app;
grant select on all tables in schema public to holdfast_app;
grant insert on all tables in schema public to holdfast_app;
grant update on
  site_account, site_registered_user, site_capture, mailbox, registered_user, participant, conversation, connector,
  import_run, import_run_mailbox, segment, feed_account, attachment, import_exception, installation
  to holdfast_app;
-- Of a catalogued message only what follows from its items and observations may change; an item may only change its area.
grant update (item_count, words, has_attachments) on message to holdfast_app;
grant update (area) on item to holdfast_app;
grant delete on
  site_session, registered_user, connector_mapping, staged_page, segment, block, attachment, dead_object,
  installation
  to holdfast_app;
grant usage on sequence message_counter_block to holdfast_app;
