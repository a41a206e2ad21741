-- Who may sign in and do what, drafts of connectors, searches, and what an audit record says of its origin.

-- ───────────────────────────── people ─────────────────────────────

create table app_user (
  id int generated always as identity primary key,
  -- What audit records call this person; never given to another one.
  username text not null unique check (username = lower(username)),
  name text not null,
  email text,
  -- argon2id; null for who signs in by passkey or through a provider only.
  password_hash text,
  password_changed_at timestamptz,
  -- Of an authenticator app, sealed by the centre's vault. A new one waits beside the old until a first code confirms it.
  sealed_totp_secret bytea,
  sealed_new_totp_secret bytea,
  -- The last time step a code was taken for: no code counts twice.
  totp_last_step bigint,
  oidc_issuer text,
  oidc_subject text,
  language text,
  time_zone text,
  theme text,
  disabled_at timestamptz,
  created_by text not null,
  created_at timestamptz not null,
  last_sign_in_at timestamptz,
  unique (oidc_issuer, oidc_subject)
);

-- Failed sign-ins by the name that was given, whether or not somebody bears it: a lock must not tell. The name is an
-- HMAC under a key of the vault, because people type passwords into the wrong field.
create table sign_in_failure (
  name_hmac bytea primary key,
  failures int not null,
  last_at timestamptz not null,
  locked_until timestamptz
);
create index sign_in_failure_last on sign_in_failure (last_at);

create table passkey (
  id int generated always as identity primary key,
  user_id int not null references app_user,
  credential_id bytea not null unique,
  public_key bytea not null,
  counter bigint not null,
  transports text[] not null default '{}',
  name text not null,
  created_at timestamptz not null,
  last_used_at timestamptz
);
create index passkey_user on passkey (user_id);

create table user_session (
  id uuid primary key,
  token_sha256 bytea not null unique,
  user_id int not null references app_user,
  -- How the person proved who he is: 'link', 'password', 'password+totp', 'passkey', 'oidc'.
  method text not null,
  client_ip text,
  user_agent text,
  csrf_token text not null,
  created_at timestamptz not null,
  last_seen_at timestamptz not null,
  -- When he last proved it: dangerous acts ask again.
  confirmed_at timestamptz not null,
  expires_at timestamptz not null
);
create index user_session_user on user_session (user_id);

-- A step of signing in that waits for the next one: a password that waits for its code, a passkey's challenge, a
-- provider's answer. Each is used once.
create table sign_in_step (
  token_sha256 bytea primary key,
  purpose text not null,
  user_id int references app_user,
  sealed_data bytea,
  created_at timestamptz not null,
  expires_at timestamptz not null
);

-- Links that let somebody in once: the first administrator, an invitation, a forgotten password.
create table one_time_link (
  token_sha256 bytea primary key,
  purpose text not null check (purpose in ('first-administrator', 'invitation', 'reset')),
  user_id int references app_user,
  -- What the first administrator is made a member of besides the administrators' group.
  role_groups text[] not null default '{}',
  created_by text not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  used_at timestamptz
);

create table api_token (
  id int generated always as identity primary key,
  user_id int not null references app_user,
  name text not null,
  token_sha256 bytea not null unique,
  -- Never more than the roles its owner has at the time of use.
  roles text[] not null,
  created_at timestamptz not null,
  expires_at timestamptz not null,
  last_used_at timestamptz,
  revoked_at timestamptz
);
create index api_token_user on api_token (user_id);

create table role_group (
  id int generated always as identity primary key,
  name text not null unique,
  description text not null default '',
  built_in boolean not null,
  roles text[] not null,
  -- Groups of the sign-in provider whose members belong to this group.
  oidc_groups text[] not null default '{}',
  version int not null default 1,
  created_at timestamptz not null
);

create table role_group_member (
  role_group_id int not null references role_group on delete cascade,
  user_id int not null references app_user,
  -- 'oidc' memberships follow the provider at each sign-in.
  origin text not null default 'manual' check (origin in ('manual', 'oidc')),
  added_by text not null,
  added_at timestamptz not null,
  primary key (role_group_id, user_id)
);
create index role_group_member_user on role_group_member (user_id);

-- Which mailboxes somebody may search and read. Who has no filter may all; who has several, what any of them allows.
create table search_filter (
  id int generated always as identity primary key,
  name text not null unique,
  user_id int references app_user,
  role_group_id int references role_group on delete cascade,
  mailbox_ids int[] not null default '{}',
  departments text[] not null default '{}',
  created_by text not null,
  created_at timestamptz not null,
  check ((user_id is null) <> (role_group_id is null))
);

-- Acts that wait for a second person.
create table approval (
  id int generated always as identity primary key,
  operation text not null,
  -- What is to be done once approved: the endpoint's name and its checked input.
  request jsonb not null,
  summary text not null,
  requested_by int not null references app_user,
  requested_at timestamptz not null,
  expires_at timestamptz not null,
  decided_by int references app_user,
  decided_at timestamptz,
  decision text check (decision in ('approved', 'declined', 'withdrawn')),
  reason text,
  done_at timestamptz
);
create index approval_open on approval (expires_at) where decided_at is null;

create table setting (
  name text primary key,
  value jsonb not null,
  changed_by text not null,
  changed_at timestamptz not null
);

-- ───────────────────────────── connectors ─────────────────────────────

-- The wizard's steps as they are filled in; a finished or removed draft is deleted.
create table connector_draft (
  id uuid primary key,
  type text not null check (type in ('whatsapp', 'wechat')),
  step text not null,
  data jsonb not null default '{}',
  sealed_password bytea,
  version int not null default 1,
  created_by text not null,
  created_at timestamptz not null,
  updated_at timestamptz not null
);

alter table connector
  add column version int not null default 1,
  add column paused_at timestamptz,
  -- A removed connector keeps its runs, its exceptions and every item it imported; its name is free again.
  add column removed_at timestamptz;
alter table connector drop constraint connector_name_key;
create unique index connector_name on connector (name) where removed_at is null;

alter table import_run
  add column cancel_requested_at timestamptz,
  add column cancel_requested_by text;

-- ───────────────────────────── searches ─────────────────────────────

-- Every search has an id, so that links to it need not carry its text. A saved one has a name.
create table search (
  id uuid primary key,
  owner_id int not null references app_user,
  name text,
  query text not null,
  conditions jsonb not null default '[]',
  time_zone text not null,
  mailbox_ids int[],
  created_at timestamptz not null,
  last_run_at timestamptz not null
);
create unique index search_name on search (owner_id, name) where name is not null;
create index search_owner on search (owner_id, last_run_at);

-- ───────────────────────────── audit ─────────────────────────────

alter table audit_event
  add column actor_type text not null default 'operator',
  add column client_ip text,
  add column session_id text,
  add column correlation_id text;
create index audit_event_actor on audit_event (actor, at);
create index audit_event_operation on audit_event (operation, at);

-- ───────────────────────────── rights ─────────────────────────────

grant select, insert on
  app_user, sign_in_failure, passkey, user_session, sign_in_step, one_time_link, api_token, role_group,
  role_group_member, search_filter, approval, setting, connector_draft, search
  to holdfast_app;
grant update on
  app_user, sign_in_failure, passkey, user_session, one_time_link, api_token, role_group, search_filter, approval, setting,
  connector_draft, search
  to holdfast_app;
grant delete on
  sign_in_failure, passkey, user_session, sign_in_step, role_group, role_group_member, search_filter, connector_draft, search
  to holdfast_app;
