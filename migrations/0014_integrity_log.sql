-- The integrity log: what waits to be entered, what was entered where, and the signed checkpoints.

-- One row becomes one leaf. Written in the transaction of what it tells of; the sequencer numbers and deletes them.
create table log_pending (
  id bigint generated always as identity primary key,
  at timestamptz not null,
  kind text not null,
  -- Of entries about one item.
  message_id bigint,
  mailbox_id int,
  -- SHA-256(salt ‖ SHA-256(e-mail)), 32 bytes.
  commitment bytea check (octet_length(commitment) = 32),
  -- What the entry says besides; no personal data, because a leaf is for ever.
  facts jsonb
);

-- How far the log reaches: numbered, and written to the object store. One row.
create table log_head (
  one boolean primary key default true check (one),
  size bigint not null default 0,
  written bigint not null default 0 check (written <= size)
);
insert into log_head default values;

-- Numbered entries that are not in the object store yet: written from here, so that whoever writes them again writes
-- the same bytes.
create table log_batch (
  first bigint primary key,
  entries bytea not null
);

-- The last sequence number of each mailbox's entries.
create table log_stream (
  mailbox_id int primary key,
  last_sequence bigint not null
);

-- Where the import of an item was entered. Kept after the item is gone: its disposal points at it.
create table log_leaf (
  message_id bigint not null,
  mailbox_id int not null,
  leaf bigint not null,
  sequence bigint not null,
  primary key (message_id, mailbox_id)
);

-- Where the disposal of an item was entered.
create table log_disposal (
  message_id bigint not null,
  mailbox_id int not null,
  leaf bigint not null,
  primary key (message_id, mailbox_id)
);

create table log_checkpoint (
  size bigint primary key,
  at timestamptz not null,
  root bytea not null check (octet_length(root) = 32),
  -- The signed note (C2SP signed-note, tlog-checkpoint).
  note text not null,
  -- Of the day's checkpoint: the answer of the timestamp authority (RFC 3161), DER.
  day date unique,
  timestamp_token bytea,
  timestamp_problem text
);

-- Which audit records a leaf counted. Never changed: what is missing between two rows shows.
create table log_audit_batch (
  last_id bigint primary key,
  first_id bigint not null,
  records bigint not null,
  sha256 bytea not null check (octet_length(sha256) = 32)
);

grant select, insert, delete on log_pending, log_batch to holdfast_app;
grant select, insert, update on log_head, log_stream, log_checkpoint to holdfast_app;
grant select, insert on log_leaf, log_disposal, log_audit_batch to holdfast_app;
