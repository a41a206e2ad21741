-- How long audit records are kept. Without a policy they are kept for ever.

create table audit_retention_policy (
  id int generated always as identity primary key,
  name text not null unique,
  -- The one that stands highest (smallest number) of those that apply to a record decides.
  priority int not null unique check (priority between 1 and 10000),
  keep_months int not null check (keep_months in (3, 6, 9, 12, 36, 60, 72, 84, 120)),
  -- Null: whoever, whatever.
  actors text[] check (cardinality(actors) > 0),
  operations text[] check (cardinality(operations) > 0),
  created_by text not null,
  created_at timestamptz not null
);

-- What is left of records whose time was over: the integrity log still proves that they are the ones it counted.
create table audit_expired (
  id bigint primary key,
  sha256 bytea not null check (octet_length(sha256) = 32),
  policy text not null,
  expired_at timestamptz not null
);

-- What a record says, as 32 bytes: the same in every session, whatever columns are added one day.
create function audit_event_hash(event audit_event) returns bytea
language sql stable set timezone = 'UTC' set datestyle = 'ISO' as $$
  select sha256(convert_to(jsonb_build_array(
    event.id, event.at, event.actor, event.actor_type, event.client_ip, event.session_id, event.correlation_id,
    event.operation, event.target, event.outcome, event.details)::text, 'UTF8'))
$$;

-- Operations whose records may be gone before six years: looks and sign-ins. Of all others a record is part of the
-- trail of changes that has to be kept as long as what it tells of (17 CFR 240.17a-4(f)(2)(i)(A), (b)(4) and 4511: six
-- years), whatever a policy says.
create function audit_floor_months(operation text) returns int
language sql immutable parallel safe as $$
  select case when operation in (
    'sign-in', 'sign-out', 'end-session', 'confirm-identity', 'use-api', 'search', 'list-items', 'change-preferences',
    'search-audit', 'test-sign-in', 'test-destination', 'test-route', 'view-users', 'view-coverage', 'view-activation',
    'view-mailboxes', 'view-exceptions', 'view-delivery', 'view-people') then 0 else 72 end
$$;

-- Removes at most so many records whose time is over by the database's clock, the oldest first, of those up to
-- `last_id`: the last one the integrity log has counted. The only way an audit record ever goes.
create function expire_audit_events(last_id bigint, rows_max int)
returns table (policy text, records bigint)
language plpgsql security definer set search_path = pg_catalog, public set timezone = 'UTC' as $$
begin
  return query
  with chosen as (
    select event.id, deciding.name
      from audit_event as event
      cross join lateral (
        select p.name, greatest(p.keep_months, audit_floor_months(event.operation)) as months
          from audit_retention_policy as p
         where (p.actors is null or event.actor = any (p.actors))
           and (p.operations is null or event.operation = any (p.operations))
         order by p.priority limit 1
      ) as deciding
     where event.id <= last_id and event.at + make_interval(months => deciding.months) < now()
     order by event.id limit rows_max
  ), gone as (
    delete from audit_event as event using chosen where event.id = chosen.id
    returning event.id, audit_event_hash(event) as sha256, chosen.name
  ), kept as (
    insert into audit_expired (id, sha256, policy, expired_at)
    select gone.id, gone.sha256, gone.name, now() from gone
    returning audit_expired.policy
  )
  select kept.policy, count(*) from kept group by kept.policy;
end $$;

revoke all on function expire_audit_events(bigint, int) from public;
grant execute on function expire_audit_events(bigint, int) to holdfast_app;
grant select, insert, delete on audit_retention_policy to holdfast_app;
grant select on audit_expired to holdfast_app;

-- A backup notes how far numbers have been given.
grant select on all sequences in schema public to holdfast_app;
