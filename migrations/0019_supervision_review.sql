-- What people do with what supervision found: alerts, decisions, samples of what was not found, who may not review whom.

-- A message that a policy found, or that was drawn by lot, in the policy's queue.
create table supervision_alert (
  id bigint generated always as identity primary key,
  policy_id int not null references supervision_policy,
  message_id bigint not null,
  origin text not null check (origin in ('match', 'sample')),
  -- Null for a message that was drawn.
  severity smallint check (severity between 1 and 3),
  rules text[] not null default '{}',
  -- The first alert of a group of near duplicates; its own id for one that stands alone.
  group_id bigint,
  sample_id bigint,
  -- 'passed': matched, and not among the share of matches that the policy has reviewed.
  state text not null check (state in ('pending', 'resolved', 'passed')),
  tag text,
  raised_at timestamptz not null,
  resolved_at timestamptz,
  -- Somebody else reviewed it a second time, for quality.
  second_tag text,
  unique (policy_id, message_id)
);
create index supervision_alert_queue on supervision_alert (policy_id, state, severity desc nulls last, id);
-- The first of each group, by which others are found to be near.
create index supervision_alert_group on supervision_alert (policy_id, id) where group_id = id;

-- Decisions are records: they are added, never changed. To undo one is another one.
create table supervision_decision (
  id bigint generated always as identity primary key,
  alert_id bigint not null references supervision_alert,
  at timestamptz not null,
  by text not null,
  act text not null check (act in ('resolve', 'reopen', 'tag', 'comment', 'notify', 'escalate', 'escalate-case', 'second-look')),
  tag text,
  comment text not null default '',
  details jsonb not null default '{}'
);
create index supervision_decision_alert on supervision_decision (alert_id, id);

-- A draw from the messages in which nothing was found.
create table supervision_sample (
  id bigint generated always as identity primary key,
  policy_id int not null references supervision_policy,
  sent_from timestamptz not null,
  sent_to timestamptz not null,
  percent numeric not null check (percent > 0 and percent <= 100),
  strata text[] not null,
  -- SHA-256 of the seed, entered into the integrity log before anything is drawn.
  seed_sha256 bytea not null check (octet_length(seed_sha256) = 32),
  -- Sealed until the draw, in clear afterwards: anybody can draw again.
  sealed_seed bytea,
  seed bytea,
  committed_by text not null,
  committed_at timestamptz not null,
  drawn_at timestamptz,
  -- By stratum: how many messages there were and how many were drawn.
  result jsonb
);

-- Whose messages somebody must not review: those of his supervisor, and of who compensates him. His own go without saying.
create table supervision_relation (
  mailbox_id int not null references mailbox,
  other_mailbox_id int not null references mailbox,
  relation text not null check (relation in ('supervisor', 'compensation')),
  primary key (mailbox_id, other_mailbox_id, relation)
);

-- When a policy's reviewers were told of alerts.
create table supervision_notice (
  id bigint generated always as identity primary key,
  policy_id int not null references supervision_policy,
  at timestamptz not null,
  alerts int not null,
  severity smallint not null,
  told text[] not null
);

grant select, insert on supervision_alert, supervision_decision, supervision_sample, supervision_relation, supervision_notice to holdfast_app;
grant update (state, tag, resolved_at, second_tag, group_id) on supervision_alert to holdfast_app;
grant update (sealed_seed, seed, drawn_at, result) on supervision_sample to holdfast_app;
grant delete on supervision_relation to holdfast_app;
