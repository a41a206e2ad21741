-- The directory from where the organisation keeps it: who a mailbox belongs to, at which source, since when.

-- A user as a source last told of him; one that has no mailbox here is kept too, with the reason, so that a later
-- change of a single field is understood. Mailboxes without a row were added by hand or by a file.
create table directory_user (
  id int generated always as identity primary key,
  source text not null check (source in ('csv', 'graph', 'scim')),
  -- How the source tells its users apart, whatever their names become.
  source_id text not null,
  mailbox_id int unique references mailbox,
  -- Everything that was told: names, addresses, telephones, department, company, country, city, office, title,
  -- whether enabled and licensed. Adaptive scopes ask of it.
  record jsonb not null,
  -- When the source no longer had him; null while it has.
  gone_at timestamptz,
  -- Whether a sync closed his mailbox; only what a sync closed does a sync open again.
  retired boolean not null default false,
  -- A sentence: why he has no mailbox here, or what of him was not taken.
  problem text,
  -- Counts the changes, for whoever writes over another's change to be told.
  version int not null default 1,
  created_at timestamptz not null,
  changed_at timestamptz not null,
  unique (source, source_id)
);
create index directory_user_problem on directory_user (source, id) where problem is not null;
create index directory_user_external on directory_user ((record ->> 'externalId')) where source = 'scim';
create index directory_user_name on directory_user (lower(record ->> 'userName'));

-- Every address a mailbox has had by a source. A null bound is open; an address has one holder at a time.
create table mailbox_address (
  id int generated always as identity primary key,
  mailbox_id int not null references mailbox,
  address text not null check (address = lower(address)),
  valid_from timestamptz,
  valid_to timestamptz
);
create unique index mailbox_address_current on mailbox_address (address) where valid_to is null;
create index mailbox_address_mailbox on mailbox_address (mailbox_id);
create index mailbox_address_address on mailbox_address (address);

create table mailbox_phone (
  id int generated always as identity primary key,
  mailbox_id int not null references mailbox,
  kind text not null check (kind in ('mobile', 'business')),
  -- E.164 with +.
  phone text not null,
  valid_from timestamptz,
  valid_to timestamptz
);
create unique index mailbox_phone_current on mailbox_phone (mailbox_id, kind, phone) where valid_to is null;
create index mailbox_phone_mailbox on mailbox_phone (mailbox_id);
create index mailbox_phone_number on mailbox_phone (phone);

-- How each source is reached and how the last time went.
create table directory_sync (
  source text primary key check (source in ('csv', 'graph', 'scim')),
  -- What an administrator may read; null for a source that is not asked but tells.
  settings jsonb,
  -- A client secret or private key; null where the machine's own identity signs in.
  sealed_secret bytea,
  -- Where to go on; opaque. Written only with the effects of what came before it.
  delta_link text,
  -- Counts the changes of the settings, for the later of two administrators to be told.
  version int not null default 1,
  last_run_at timestamptz,
  last_success_at timestamptz,
  -- Of the last success.
  counts jsonb,
  problem_code text,
  problem_message text,
  problem_since timestamptz
);

grant select, insert, update on directory_user, mailbox_address, mailbox_phone, directory_sync to holdfast_app;
