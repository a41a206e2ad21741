-- Runs that were cancelled, what identifies an account at a site, and counters that answer at once however much is archived.

alter table import_run drop constraint import_run_state_check;
alter table import_run add constraint import_run_state_check
  check (state in ('queued', 'running', 'succeeded', 'failed', 'cancelled'));

-- The draft it was made from: finishing a draft a second time finds the connector it made.
alter table connector add column draft_id uuid unique;

-- As the site named itself at the last sign-in: an address that signs in to another account is another connector's.
alter table feed_account
  add column account text,
  add column public_key bytea;

-- Messages imported, by quarter of an hour: the days of any time zone are sums of them.
create table import_tally (
  connector_id int not null references connector,
  quarter timestamptz not null,
  imported bigint not null,
  primary key (connector_id, quarter)
);
insert into import_tally (connector_id, quarter, imported)
  select connector_id, date_bin('15 minutes', coalesce(finished_at, updated_at), timestamptz '2000-01-01 00:00Z'), sum(imported)
    from import_run where imported > 0 group by 1, 2;

-- When each participant last took part in a message that was imported.
create table participant_activity (
  participant_id int primary key,
  last_sent_at timestamptz not null
) with (fillfactor = 70);
insert into participant_activity (participant_id, last_sent_at)
  select person, to_timestamp((max(id) >> 21) / 1000.0)
    from message cross join lateral unnest(recipient_ids || sender_id || custodian_id) as person
   where person is not null group by person;

grant select, insert, update on import_tally, participant_activity to holdfast_app;
