-- What the centre knows of coverage: gaps, activity, days and routes as its sites told them; attestations, alerts, heartbeats.

-- When each account's site last told all of it, and why the last try failed.
create table coverage_account (
  feed_account_id int primary key references feed_account,
  told_at timestamptz,
  problem_code text,
  problem_message text,
  problem_since timestamptz
);

-- The gap ledgers of all sites. What a site closes is closed here; what is accepted is accepted here.
create table gap (
  id bigint generated always as identity primary key,
  feed_account_id int not null references feed_account,
  site_gap_id bigint not null,
  source text not null,
  route text,
  reason text not null,
  site_user_id int,
  found_at timestamptz not null,
  -- Sealed to the account by the site: opened with the account's private key only when somebody looks.
  sealed_explanation bytea not null,
  closed_at timestamptz,
  sealed_closing bytea,
  accepted_at timestamptz,
  accepted_by text,
  accepted_reason text,
  unique (feed_account_id, site_gap_id)
);
create index gap_open on gap (feed_account_id, reason) where closed_at is null and accepted_at is null;

-- Records of each registered user by way in and day (UTC) of their capture.
create table capture_activity (
  feed_account_id int not null references feed_account,
  site_user_id int not null,
  source text not null,
  day date not null,
  records bigint not null,
  last_captured_at timestamptz not null,
  primary key (feed_account_id, site_user_id, source, day)
);
create index capture_activity_day on capture_activity (feed_account_id, day);

-- What the site's journal holds of each day (UTC) of capture, and how much of it lies before the connector's cursor.
create table capture_day (
  feed_account_id int not null references feed_account,
  day date not null,
  family smallint not null,
  first_sequence bigint not null,
  last_sequence bigint not null,
  captured bigint not null,
  transferred bigint not null,
  primary key (feed_account_id, day, family)
);

-- The live ways in of an account, as they stood when the site last told.
create table capture_route (
  feed_account_id int not null references feed_account,
  site_route_id int not null,
  source text not null,
  name text not null,
  enabled boolean not null,
  last_received_at timestamptz,
  last_pulled_at timestamptz,
  waiting_bodies bigint not null,
  oldest_waiting_at timestamptz,
  problem_code text,
  problem_message text,
  problem_since timestamptz,
  primary key (feed_account_id, site_route_id)
);

-- Signed; byte for byte as they were made, one an account and day. Never changed: the application may insert and read.
create table attestation (
  id bigint generated always as identity primary key,
  feed_account_id int not null references feed_account,
  day date not null,
  document text not null,
  made_at timestamptz not null,
  unique (feed_account_id, day)
);

-- Something that is to be told once, until it has ended; when it begins anew it is another one.
create table coverage_alert (
  id bigint generated always as identity primary key,
  feed_account_id int not null references feed_account,
  kind text not null,
  -- What it is of, in ids and codes: a user and a way in, a reason, a route.
  subject text not null,
  facts jsonb not null,
  began_at timestamptz not null,
  ended_at timestamptz
);
create unique index coverage_alert_open on coverage_alert (feed_account_id, kind, subject) where ended_at is null;

create table coverage_notice (
  alert_id bigint not null references coverage_alert,
  way text not null check (way in ('email', 'webhook')),
  told_at timestamptz,
  attempts int not null default 0,
  next_attempt_at timestamptz not null,
  problem text,
  primary key (alert_id, way)
);
create index coverage_notice_waiting on coverage_notice (next_attempt_at) where told_at is null;

-- Where alerts go: one row.
create table coverage_setting (
  id int primary key check (id = 1),
  email_addresses text[] not null,
  webhook_url text,
  -- Signs what is posted; sealed by the centre's vault.
  sealed_webhook_secret bytea,
  lag_minutes int not null,
  version int not null default 1
);

-- A nonce that a probe sends by a route: capture and search of it are timed.
create table coverage_heartbeat (
  id bigint generated always as identity primary key,
  feed_account_id int not null references feed_account,
  route text not null,
  nonce text not null unique,
  begun_at timestamptz not null,
  captured_at timestamptz,
  searchable_at timestamptz
);
create index coverage_heartbeat_waiting on coverage_heartbeat (begun_at) where searchable_at is null;

-- A day's messages are counted by when they were captured: a few bytes a range, and nothing to keep sorted.
create index message_captured on message using brin (captured_at);
create index observation_captured on observation using brin (captured_at);

grant select, insert, update on coverage_account, gap, capture_activity, capture_day, capture_route, coverage_alert,
  coverage_notice, coverage_setting, coverage_heartbeat to holdfast_app;
grant select, insert on attestation to holdfast_app;
grant delete on capture_route to holdfast_app;
