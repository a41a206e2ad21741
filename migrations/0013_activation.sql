-- Registered users' activation: invitations, notices, consents, how each way in stands, and what is not captured for it.

alter table site_account
  -- Without an answer nothing is captured; else only a refusal or a withdrawal stops it.
  add column consent_required boolean not null default false,
  -- What the account offers its users: ways in, and Meta's sign-up.
  add column activation jsonb not null default '{}';

alter table site_registered_user
  -- In which he is written to; null until somebody said so.
  add column language text,
  -- From then on nothing of him is captured.
  add column left_at timestamptz;

-- What users are told before they answer. A version is never changed: consents name it.
create table site_notice (
  account_id int not null references site_account,
  version int not null,
  -- By language.
  texts jsonb not null,
  published_by text not null,
  published_at timestamptz not null,
  primary key (account_id, version)
);

-- One-time links. Only the hash of a token is kept.
create table site_invitation (
  id int generated always as identity primary key,
  account_id int not null references site_account,
  registered_user_id int not null references site_registered_user,
  token_sha256 bytea not null unique,
  language text not null,
  invited_by text not null,
  invited_at timestamptz not null,
  expires_at timestamptz not null,
  mailed_at timestamptz,
  completed_at timestamptz,
  -- By its completion, by the one that took its place, or because he left.
  ended_at timestamptz
);
create unique index site_invitation_open on site_invitation (registered_user_id) where ended_at is null;

-- Every answer, for ever: the last one of a kind holds.
create table site_consent (
  id bigint generated always as identity primary key,
  account_id int not null references site_account,
  registered_user_id int not null references site_registered_user,
  kind text not null check (kind in ('notice', 'capture', 'cross-border')),
  answer text not null check (answer in ('given', 'refused', 'withdrawn')),
  notice_version int not null,
  language text not null,
  answered_at timestamptz not null,
  answered_by text not null,
  foreign key (account_id, notice_version) references site_notice
);
create index site_consent_user on site_consent (account_id, registered_user_id, kind, id);

-- How each user stands on each way in.
create table site_activation (
  account_id int not null references site_account,
  registered_user_id int not null references site_registered_user,
  source text not null,
  state text not null
    check (state in ('invited', 'consented', 'refused', 'active', 'silent', 'broken', 'left')),
  since timestamptz not null,
  primary key (registered_user_id, source)
);
create index site_activation_account on site_activation (account_id);

-- Conversations that are not captured: proposed by one person, approved by another. Which one, nobody can read here.
create table site_exclusion (
  id int generated always as identity primary key,
  account_id int not null references site_account,
  -- HMAC of the conversation's id under the account's record key.
  conversation_tag bytea not null,
  registered_user_id int references site_registered_user,
  proposed_by text not null,
  proposed_at timestamptz not null,
  reason text not null,
  decided_by text,
  decided_at timestamptz,
  approved boolean,
  ended_by text,
  ended_at timestamptz,
  check (decided_by is null or decided_by <> proposed_by)
);
create unique index site_exclusion_open on site_exclusion (account_id, conversation_tag)
  where ended_at is null and approved is distinct from false;

-- What was not captured, counted by day (UTC), and nothing else of it.
create table site_refused_day (
  account_id int not null references site_account,
  registered_user_id int references site_registered_user,
  exclusion_id int references site_exclusion,
  reason text not null check (reason in ('no-consent', 'left', 'excluded')),
  day date not null,
  records bigint not null,
  unique nulls not distinct (account_id, registered_user_id, exclusion_id, reason, day)
);

grant select, insert, update on site_invitation, site_activation, site_exclusion, site_refused_day to holdfast_app;
grant select, insert on site_notice, site_consent to holdfast_app;
