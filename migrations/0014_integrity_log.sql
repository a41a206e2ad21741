-- The integrity log: what waits to be entered, written in the transaction of what it tells of.

-- One row becomes one leaf. The sequencer numbers them in the order of their ids and deletes the rows.
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
  facts jsonb not null default '{}'
);

grant select, insert, delete on log_pending to holdfast_app;
