-- Delivery: copies of items in mailboxes elsewhere, each exactly once, with a receipt.

create table destination (
  id int generated always as identity primary key,
  name text not null,
  kind text not null check (kind in ('exchange-online', 'imap', 'smtp-journal')),
  -- What an administrator may read.
  settings jsonb not null,
  -- A password, client secret or private key; null where the machine's own identity signs in.
  sealed_secret bytea,
  created_at timestamptz not null,
  paused_at timestamptz,
  removed_at timestamptz,
  -- Counts the changes of it, for the later of two administrators to be told.
  version int not null default 1,
  -- Why nothing can be delivered now; null while it can.
  problem_reason text,
  problem_message text,
  problem_since timestamptz,
  next_try_at timestamptz,
  tries smallint not null default 0,
  last_delivered_at timestamptz,
  -- The last comparison of folders and ledger.
  reconciliation jsonb
);
create unique index destination_name on destination (name) where removed_at is null;

create table connector_destination (
  connector_id int not null references connector,
  destination_id int not null references destination,
  added_at timestamptz not null,
  primary key (connector_id, destination_id)
);

-- One row for each item and destination, from the import on (states: see src/delivery/ledger.ts). An attempt is
-- written before it is made and closed by what was read back.
create table delivery (
  destination_id int not null references destination,
  message_id bigint not null,
  mailbox_id int not null references mailbox,
  folder smallint not null,
  state smallint not null default 0,
  tries smallint not null default 0,
  next_try_at timestamptz,
  reason text,
  message text,
  receipt text,
  -- Attachments over the destination's limit, which stayed here.
  left_out jsonb,
  updated_at timestamptz not null,
  primary key (destination_id, message_id, mailbox_id)
);
create index delivery_open on delivery (destination_id, mailbox_id, folder, message_id) where state < 2;
create index delivery_refused on delivery (destination_id, message_id) where state > 2;

-- A mailbox that does not take items now; its items wait, those of the others go on.
create table delivery_mailbox (
  destination_id int not null references destination,
  mailbox_id int not null references mailbox,
  reason text not null,
  message text not null,
  since timestamptz not null,
  tries smallint not null,
  -- Null: it waits for a person, who says "retry".
  next_try_at timestamptz,
  primary key (destination_id, mailbox_id)
);

grant select, insert, update on destination, delivery to holdfast_app;
grant select, insert, update, delete on connector_destination, delivery_mailbox to holdfast_app;
