-- Supervision: what is looked for in whose messages, and what was found.

-- A policy is a name; what it says is a version, and versions never change. `state`: a draft has never looked at a
-- message, a paused one catches up when it is resumed.
create table supervision_policy (
  id int generated always as identity primary key,
  name text not null unique check (name = btrim(name) and name <> ''),
  state text not null default 'draft' check (state in ('draft', 'active', 'paused')),
  -- The version that looks; null for a draft. Later versions wait to be switched on.
  active_version int,
  -- Why part of it could not be looked for, a code; null where all is well.
  problem text,
  created_by text not null,
  created_at timestamptz not null,
  check ((state = 'draft') = (active_version is null))
);

create table supervision_policy_version (
  policy_id int not null references supervision_policy,
  version int not null check (version >= 1),
  -- As the people wrote it (see supervision/policy.ts).
  document jsonb not null,
  -- Of the canonical document, hex: what the integrity log tells of.
  sha256 text not null,
  -- Which versions of the dictionaries it names: {"name": version}.
  dictionaries jsonb not null default '{}',
  made_by text not null,
  made_at timestamptz not null,
  primary key (policy_id, version)
);

alter table supervision_policy add foreign key (id, active_version) references supervision_policy_version (policy_id, version);

-- Lists of terms of any length; a changed list is a new version.
create table supervision_dictionary (
  name text not null check (name = btrim(name) and name <> ''),
  version int not null check (version >= 1),
  terms text[] not null,
  made_by text not null,
  made_at timestamptz not null,
  primary key (name, version)
);

-- Messages that nobody has looked at yet, a page of an import a row, written with the page. Null policy: for every
-- active policy; else only for that one, which was paused when the others looked.
create table supervision_pending (
  id bigint generated always as identity primary key,
  policy_id int references supervision_policy,
  message_ids bigint[] not null,
  noted_at timestamptz not null
);

-- What a rule of a policy found in a message. It holds no word of it: where the hits are, and what kind of thing.
create table supervision_match (
  id bigint generated always as identity primary key,
  message_id bigint not null,
  policy_id int not null,
  version int not null,
  -- The rule's id within the policy.
  rule text not null,
  severity smallint not null check (severity between 1 and 3),
  -- inbound, outbound, internal: bits 1, 2, 4.
  directions smallint not null,
  -- The supervised people in it: mailbox ids.
  mailbox_ids int[] not null,
  -- [{"at": "text", "start": 0, "end": 12, "what": "term"}], UTF-16 units of the message's own text.
  spans jsonb not null default '[]',
  -- What else is known, never a word of the message: {"channel": "telegram", "captured": false, …}.
  facts jsonb not null default '{}',
  -- Of the text without numbers and marks: near duplicates differ in few bits. Null for messages without text.
  fingerprint bigint,
  matched_at timestamptz not null,
  unique (message_id, policy_id, rule),
  foreign key (policy_id, version) references supervision_policy_version (policy_id, version)
);
create index supervision_match_policy on supervision_match (policy_id, id);
create index supervision_match_fingerprint on supervision_match (policy_id, fingerprint) where fingerprint is not null;

-- Messages in which a policy found something and of which no alert was raised yet: written with the match, taken with the
-- alert.
create table supervision_unraised (
  policy_id int not null references supervision_policy,
  message_id bigint not null,
  primary key (policy_id, message_id)
);

-- How many messages each policy looked at and how many it found nothing in, by day of import (UTC): the denominators.
create table supervision_tally (
  policy_id int not null references supervision_policy,
  day date not null,
  -- In scope, with or without a match.
  looked bigint not null default 0,
  matched bigint not null default 0,
  -- Could not be read: looked at by nobody.
  unreadable bigint not null default 0,
  primary key (policy_id, day)
);

create table supervision_back_test (
  id bigint generated always as identity primary key,
  policy_id int not null,
  version int not null,
  requested_by text not null,
  started_at timestamptz not null,
  finished_at timestamptz not null,
  -- Counts by rule, severity and month, and the ids of some messages.
  result jsonb not null,
  foreign key (policy_id, version) references supervision_policy_version (policy_id, version)
);
create index supervision_back_test_policy on supervision_back_test (policy_id, id);

grant select, insert on supervision_policy, supervision_policy_version, supervision_dictionary, supervision_pending,
  supervision_match, supervision_unraised, supervision_tally, supervision_back_test to holdfast_app;
grant update (state, active_version, problem) on supervision_policy to holdfast_app;
grant update (looked, matched, unreadable) on supervision_tally to holdfast_app;
-- (To update is to lock: whoever looks at a page holds it.)
grant delete, update (noted_at) on supervision_pending to holdfast_app;
grant delete on supervision_unraised to holdfast_app;
-- Who is mapped later is in it too.
grant update (mailbox_ids, directions) on supervision_match to holdfast_app;
-- A message that is disposed of takes with it what was derived from its words; that it was found stays on record.
grant update (spans, facts, fingerprint) on supervision_match to holdfast_app;

-- Where its hits stood and the fingerprint of its words go with a message; that a rule matched stays on record.
create function forget_supervised_words() returns trigger
language plpgsql set search_path = pg_catalog, public as $$
begin
  update supervision_match as found set spans = '[]', facts = '{}', fingerprint = null
    from gone where found.message_id = gone.id;
  return null;
end $$;

create trigger forget_supervised_words after delete on message
  referencing old table as gone for each statement execute function forget_supervised_words();
