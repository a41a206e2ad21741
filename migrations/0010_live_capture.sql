-- Ways in that run by themselves, what they brought and is not split yet, and gaps that open and close.

-- A live source of an account: its settings, its secret, and how far it is.
create table site_route (
  id int generated always as identity primary key,
  account_id int not null references site_account,
  source text not null,
  name text not null,
  -- The end of the address at which the vendor calls: nobody guesses it, and it opens nothing by itself.
  address text not null unique,
  settings jsonb not null,
  -- Sealed by the site's vault; null where the source takes none.
  sealed_secret bytea,
  enabled boolean not null default true,
  -- The sentence of risk that was accepted, for sources that have one.
  risk_text text,
  risk_accepted_by text,
  risk_accepted_at timestamptz,
  -- Where a pull goes on; written only with what came before it.
  cursor jsonb,
  -- Counts the changes, for the later of two administrators to be told.
  version int not null default 1,
  created_at timestamptz not null,
  removed_at timestamptz,
  last_received_at timestamptz,
  last_pulled_at timestamptz,
  refused_calls bigint not null default 0,
  last_refused_at timestamptz,
  problem_code text,
  problem_message text,
  problem_since timestamptz
);
create unique index site_route_name on site_route (account_id, lower(name)) where removed_at is null;

-- What a vendor was told is safe, until its records are in the journal: seconds, or as long as its media cannot be had.
create table site_kept_body (
  id bigint generated always as identity primary key,
  route_id int not null references site_route,
  -- Sealed by the site's vault, which alone can split it; the journal's records are sealed to the account.
  sealed_body bytea not null,
  received_at timestamptz not null,
  attempts int not null default 0,
  next_attempt_at timestamptz not null,
  -- A code, never a sentence with what was said.
  problem_code text
);
create index site_kept_body_next on site_kept_body (route_id, next_attempt_at, id);

-- A live route writes into one capture a day; its batches count on.
alter table site_capture
  add column route_id int references site_route,
  add column batches int not null default 0;
create index site_capture_route on site_capture (route_id, started_at) where route_id is not null;

alter table site_gap
  add column route_id int references site_route,
  add column registered_user_id int references site_registered_user,
  -- HMAC of the message that is missing: it closes the gap when it comes.
  add column message_tag bytea,
  add column closed_at timestamptz,
  -- What closed it; names things, so it is sealed to the account.
  add column sealed_closing bytea,
  add column accepted_at timestamptz,
  add column accepted_by text,
  add column accepted_reason text;
create index site_gap_message on site_gap (account_id, message_tag) where message_tag is not null and closed_at is null;
create index site_gap_open on site_gap (account_id, found_at) where closed_at is null;

-- Records of each registered user by way in and day (UTC) of their capture.
create table site_activity (
  account_id int not null references site_account,
  registered_user_id int not null references site_registered_user,
  source text not null,
  day date not null,
  records bigint not null,
  last_captured_at timestamptz not null,
  primary key (account_id, registered_user_id, source, day)
);

grant select, insert, update on site_route, site_kept_body, site_activity to holdfast_app;
grant update on site_gap to holdfast_app;
grant delete on site_kept_body to holdfast_app;
