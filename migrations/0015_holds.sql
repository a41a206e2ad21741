-- Holds: what may not be deleted, by whomever and by whatever way, and the refusal itself. The application reads these
-- tables; it changes them by the functions below only, and none of them shortens a hold.

create table hold (
  id int generated always as identity primary key,
  name text not null check (name = btrim(name) and name <> ''),
  kind text not null check (kind in ('litigation', 'query', 'case')),
  case_name text,
  -- KeyQL; null holds everything in its mailboxes. Relative days in it count from placed_at.
  query text,
  -- Of each item, from the latest of sent, captured and imported; null is without end.
  days int check (days between 1 and 36525),
  note text,
  owner text,
  url text,
  -- Seen only by whoever placed it and by its readers (user names).
  confidential boolean not null default false,
  readers text[] not null default '{}',
  placed_by text not null,
  placed_at timestamptz not null default now(),
  released_at timestamptz,
  released_by text,
  release_reason text,
  -- Statistics as last calculated.
  counted_items bigint,
  counted_bytes bigint,
  counted_at timestamptz,
  check ((kind = 'query') <= (query is not null)),
  check ((kind = 'case') = (case_name is not null))
);
-- A refused name would betray a confidential hold.
create unique index hold_name on hold (lower(name)) where not confidential;

create table hold_mailbox (
  hold_id int not null references hold,
  mailbox_id int not null references mailbox,
  added_by text not null,
  added_at timestamptz not null default now(),
  -- When the items that a query finds were all written down; until then the whole mailbox counts as held.
  evaluated_at timestamptz,
  removed_by text,
  removed_at timestamptz,
  primary key (hold_id, mailbox_id, added_at)
);
create unique index hold_mailbox_current on hold_mailbox (mailbox_id, hold_id) where removed_at is null;

-- What holds with a query hold, with the family of each item.
create table hold_item (
  message_id bigint not null,
  mailbox_id int not null,
  hold_id int not null references hold,
  held_until timestamptz not null,
  primary key (message_id, mailbox_id, hold_id)
);

-- After a release the whole mailbox counts as held for 30 more days, by the database's clock.
create table delay_hold (
  id int generated always as identity primary key,
  mailbox_id int not null references mailbox,
  hold_id int not null references hold,
  began_at timestamptz not null default now(),
  ended_at timestamptz,
  ended_by text,
  approved_by text,
  end_reason text,
  check (ended_by <> approved_by)
);
create index delay_hold_mailbox on delay_hold (mailbox_id) where ended_at is null;

-- What one person asked for and another one does: ending a hold (where the settings say so), a delay, or a purge.
create table hold_request (
  id int generated always as identity primary key,
  act text not null check (act in ('release-hold', 'end-delay', 'purge')),
  hold_id int references hold,
  -- The act's own input.
  input jsonb not null,
  reason text not null,
  asked_by text not null,
  asked_at timestamptz not null default now(),
  decided_by text,
  decided_at timestamptz,
  decision text check (decision in ('done', 'declined', 'withdrawn')),
  check (decision is distinct from 'done' or decided_by <> asked_by)
);
create index hold_request_open on hold_request (asked_at) where decision is null;

-- Rises with each hold that is placed on it: whoever deletes and whoever holds write or lock the same row.
alter table mailbox add column holds_placed int not null default 0;

-- 1 deletions, 2 purges, 3 versions, 4 discovery holds; null outside the area recoverable-items.
alter table item
  add column recoverable_folder smallint check (recoverable_folder between 1 and 4),
  add column recoverable_at timestamptz;
grant update (recoverable_folder, recoverable_at) on item to holdfast_app;

-- Which rows point at a block is asked before its key may go.
create index message_block on message (block_id);
create index observation_block on observation (block_id);
create index import_exception_block on import_exception (block_id);
create index staged_page_segment on staged_page (segment_id);

-- What holds now. `reach`: the whole mailbox, its items as long as their days last, or the items written down.
create view hold_in_force as
  select h.id as hold_id, null::int as delay_id, m.mailbox_id, h.days, 'infinity'::timestamptz as held_until,
         case when h.query is null then case when h.days is null then 'whole' else 'days' end
              when m.evaluated_at is null then 'whole' else 'items' end as reach
    from hold as h join hold_mailbox as m on m.hold_id = h.id
   where m.removed_at is null and h.released_at is null
  union all
  select hold_id, id, mailbox_id, null, began_at + interval '30 days', 'whole'
    from delay_hold where ended_at is null and began_at + interval '30 days' > now();

-- ───────────────────────────── whose identities ─────────────────────────────

-- Every identity that ever mapped to a mailbox: by itself, or through an address of the mailbox. Only ever added to.
create table known_identity (
  -- As in participant: 1 phone, 4 WeCom userid, 7 e-mail.
  identity_type smallint not null,
  identity_value text not null,
  mailbox_id int,
  address text,
  unique nulls not distinct (identity_type, identity_value, mailbox_id, address),
  check ((mailbox_id is null) <> (address is null))
);

-- Mailboxes that ever caught what mapped to nobody.
create table known_catch_all (
  mailbox_id int primary key
);

create function know_identities() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  wanted text;
begin
  wanted := case tg_table_name
    when 'mailbox' then 'select 7, address, id, null::text from added union select 1, mobile, id, null from added'
    when 'mailbox_address' then 'select 7, address, mailbox_id, null::text from added'
    when 'mailbox_phone' then 'select 1, phone, mailbox_id, null::text from added'
    when 'connector_mapping' then 'select 1, phone, mailbox_id, null::text from added'
    else 'select 1, mobile, null::int, lower(email) from added union select 4, lower(wecom_userid), null, lower(email) from added
          union select 7, lower(email), null, lower(email) from added'
  end;
  execute format(
    'insert into known_identity (identity_type, identity_value, mailbox_id, address)
     select * from (%s) as told (identity_type, identity_value, mailbox_id, address)
      where identity_value is not null and identity_value <> ''''
        and not exists (select from known_identity as k where k.identity_type = told.identity_type
          and k.identity_value = told.identity_value and k.mailbox_id is not distinct from told.mailbox_id
          and k.address is not distinct from told.address)
      order by 1, 2, 3, 4 on conflict do nothing', wanted);
  return null;
end $$;

create function know_catch_all() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  insert into known_catch_all select distinct catch_all_mailbox_id from added where catch_all_mailbox_id is not null
    order by 1 on conflict do nothing;
  return null;
end $$;

do $$
declare
  told text;
  function_name text;
begin
  foreach told in array array['mailbox', 'mailbox_address', 'mailbox_phone', 'connector_mapping', 'registered_user', 'connector'] loop
    function_name := case told when 'connector' then 'know_catch_all' else 'know_identities' end;
    execute format('create trigger know_added after insert on %I referencing new table as added
      for each statement execute function %I()', told, function_name);
    execute format('create trigger know_changed after update on %I referencing new table as added
      for each statement execute function %I()', told, function_name);
  end loop;
end $$;

insert into known_identity (identity_type, identity_value, mailbox_id, address)
  select 7, address, id, null from mailbox
  union select 1, mobile, id, null from mailbox where mobile <> ''
  union select 7, address, mailbox_id, null from mailbox_address
  union select 1, phone, mailbox_id, null from mailbox_phone
  union select 1, phone, mailbox_id, null from connector_mapping
  union select 1, mobile, null, lower(email) from registered_user where mobile <> ''
  union select 4, lower(wecom_userid), null, lower(email) from registered_user where wecom_userid <> ''
  union select 7, lower(email), null, lower(email) from registered_user where email <> '';
insert into known_catch_all select distinct catch_all_mailbox_id from connector where catch_all_mailbox_id is not null;

-- The mailboxes that an identity maps to or ever did.
create view identity_mailbox as
  select identity_type, identity_value, mailbox_id from known_identity where mailbox_id is not null
  union
  select k.identity_type, k.identity_value, a.mailbox_id
    from known_identity as k
    join known_identity as a on a.identity_type = 7 and a.identity_value = k.address and a.mailbox_id is not null
   where k.address is not null;

-- Feed accounts whose journal may hold records of somebody whose mailbox is held: a site keeps those.
create function held_feed_accounts() returns setof int
language sql stable security definer set search_path = pg_catalog, public as $$
  select u.feed_account_id
    from registered_user as u
    cross join lateral (values (1, u.mobile), (4, lower(u.wecom_userid)), (7, lower(u.email))) as of_user (type, value)
    join identity_mailbox as i on i.identity_type = of_user.type and i.identity_value = of_user.value
    join hold_in_force as f on f.mailbox_id = i.mailbox_id
  union
  select c.feed_account_id
    from connector as c join connector_mapping as m on m.connector_id = c.id
    join hold_in_force as f on f.mailbox_id = m.mailbox_id
  union
  -- Nobody can see who takes part in what waits for import or was not imported.
  select c.feed_account_id from connector as c
   where exists (select from hold_in_force)
     and (c.imported_sequence < c.staged_sequence
       or exists (select from import_exception as e where e.connector_id = c.id and e.resolved_at is null))
$$;

-- ───────────────────────────── what is held ─────────────────────────────

-- Whose hold reaches these messages: each itself, what refers to it however far, and for an event its original with all
-- that refers to that.
create function hold_relatives(message_ids bigint[]) returns table (message_id bigint, relative_id bigint)
language sql stable security definer set search_path = pg_catalog, public rows 1000
-- Always by the indexes: nobody can know how far answers to answers go, and reading all messages at each step takes minutes.
set enable_seqscan = off set enable_hashjoin = off set enable_mergejoin = off as $$
  with recursive start as (
    select m.id as message_id, m.id as relative_id, m.message_key from message as m where m.id = any (message_ids)
    union
    select m.id, o.id, o.message_key
      from message as m join message as o on o.message_key = m.refers_to_key
     where m.id = any (message_ids) and m.event <> 1 and m.refers_to_key is not null
  ), relative as (
    select * from start
    union
    select r.message_id, n.id, n.message_key
      from relative as r join message as n on n.refers_to_key = r.message_key
  )
  select relative.message_id, relative.relative_id from relative
$$;

-- Every hold over these items (two arrays in step), with its end. The messages must still be there: of one that is
-- gone, whatever depends on it counts as held.
create function holds_of(message_ids bigint[], mailbox_ids int[])
returns table (message_id bigint, mailbox_id int, hold_id int, delay_id int, because text, held_until timestamptz)
language plpgsql stable security definer set search_path = pg_catalog, public as $$
#variable_conflict use_column
begin
  if not exists (select from hold_in_force) then
    return;
  end if;
  return query
    select p.message_id, p.mailbox_id, f.hold_id, f.delay_id,
           case when f.delay_id is null then 'mailbox' else 'delay' end, f.held_until
      from unnest($1, $2) as p (message_id, mailbox_id)
      join hold_in_force as f on f.mailbox_id = p.mailbox_id
     where f.reach = 'whole'
    union all
    select p.message_id, p.mailbox_id, f.hold_id, f.delay_id, 'query', i.held_until
      from unnest($1, $2) as p (message_id, mailbox_id)
      join hold_item as i on i.message_id = p.message_id and i.mailbox_id = p.mailbox_id
      join hold_in_force as f on f.hold_id = i.hold_id and f.mailbox_id = i.mailbox_id
     where f.reach = 'items' and i.held_until > now();
  if exists (select from hold_in_force as f where f.reach = 'days' and f.mailbox_id = any ($2)) then
    return query
      select p.message_id, p.mailbox_id, f.hold_id, f.delay_id, 'days', max(coalesce(
               greatest(to_timestamp((m.id >> 21) / 1000.0) + make_interval(mins => coalesce(m.latest_minutes, 0)),
                        m.captured_at, m.received_at) + make_interval(days => f.days), 'infinity'))
        from unnest($1, $2) as p (message_id, mailbox_id)
        join hold_in_force as f on f.mailbox_id = p.mailbox_id and f.reach = 'days'
        left join hold_relatives($1) as r on r.message_id = p.message_id
        left join message as m on m.id = r.relative_id
       where r.relative_id is null or r.relative_id = p.message_id
          or exists (select from item as i where i.message_id = r.relative_id and i.mailbox_id = p.mailbox_id)
       group by 1, 2, 3, 4
      having max(coalesce(
               greatest(to_timestamp((m.id >> 21) / 1000.0) + make_interval(mins => coalesce(m.latest_minutes, 0)),
                        m.captured_at, m.received_at) + make_interval(days => f.days), 'infinity')) > now();
  end if;
  if exists (select from known_catch_all as c where c.mailbox_id = any ($2)) then
    return query
      select distinct p.message_id, p.mailbox_id, f.hold_id, f.delay_id, 'person', f.held_until
        from unnest($1, $2) as p (message_id, mailbox_id)
        join known_catch_all as c on c.mailbox_id = p.mailbox_id
        join message as m on m.id = p.message_id
        cross join lateral (
          select distinct i.mailbox_id
            from unnest(m.recipient_ids || m.sender_id || m.custodian_id) as person (id)
            join participant as t on t.id = person.id
            join identity_mailbox as i on i.identity_type = t.identity_type and i.identity_value = t.identity_value
        ) as whose
        join hold_in_force as f on f.mailbox_id = whose.mailbox_id
      union all
      select p.message_id, p.mailbox_id, f.hold_id, f.delay_id, 'person', f.held_until
        from unnest($1, $2) as p (message_id, mailbox_id)
        join known_catch_all as c on c.mailbox_id = p.mailbox_id
        cross join (select * from hold_in_force limit 1) as f
       where not exists (select from message as m where m.id = p.message_id);
  end if;
end $$;

-- Every (message, mailbox) of these messages that is held now.
create function held_items(message_ids bigint[]) returns table (message_id bigint, mailbox_id int)
language plpgsql stable security definer set search_path = pg_catalog, public as $$
#variable_conflict use_column
begin
  if not exists (select from hold_in_force) then
    return;
  end if;
  return query
    select distinct h.message_id, h.mailbox_id
      from (select array_agg(i.message_id) as messages, array_agg(i.mailbox_id) as mailboxes
              from item as i where i.message_id = any ($1)) as found
      cross join lateral holds_of(found.messages, found.mailboxes) as h;
end $$;

-- Taken first by whoever deletes. Deletions do not wait for each other; whoever places a hold waits for those at work, and
-- the next ones wait behind it.
create function lock_hold_mailboxes(mailbox_ids int[]) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  perform pg_advisory_xact_lock_shared(hashtextextended('holdfast.holds', 0));
  perform 1 from mailbox where id = any ($1) order by id for share;
end $$;

-- ───────────────────────────── placing and releasing ─────────────────────────────

-- Importers take it shared once their items are written: no item is imported at the very moment of a hold unseen by it.
create function lock_holds_for_import() returns void
language sql as $$ select pg_advisory_xact_lock_shared(hashtextextended('holdfast.holds', 0)) $$;

create function add_hold_mailboxes(hold_id int, mailbox_ids int[], added_by text) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
#variable_conflict use_variable
begin
  perform pg_advisory_xact_lock(hashtextextended('holdfast.holds', 0));
  perform 1 from mailbox where mailbox.id = any (mailbox_ids) order by mailbox.id for no key update;
  if exists (select from hold where hold.id = hold_id and released_at is not null) then
    raise exception 'hold % is released', hold_id using errcode = 'HF003';
  end if;
  update mailbox set holds_placed = holds_placed + 1 where mailbox.id = any (mailbox_ids);
  -- What an earlier time of this hold in the mailbox wrote down is found anew.
  delete from hold_item as i where i.hold_id = hold_id and i.mailbox_id = any (mailbox_ids) and not exists (
    select from hold_mailbox as m where m.hold_id = i.hold_id and m.mailbox_id = i.mailbox_id and m.removed_at is null);
  insert into hold_mailbox (hold_id, mailbox_id, added_by, added_at)
    select distinct hold_id, wanted, added_by, clock_timestamp() from unnest(mailbox_ids) as wanted
    on conflict do nothing;
end $$;

create function place_hold(
  name text, kind text, case_name text, query text, days int, note text, owner text, url text,
  confidential boolean, readers text[], placed_by text, mailbox_ids int[]
) returns int
language plpgsql security definer set search_path = pg_catalog, public as $$
#variable_conflict use_variable
declare
  placed int;
begin
  if coalesce(cardinality(mailbox_ids), 0) = 0 then
    raise exception 'a hold needs a mailbox' using errcode = 'HF003';
  end if;
  insert into hold (name, kind, case_name, query, days, note, owner, url, confidential, readers, placed_by)
    values (name, kind, case_name, query, days, note, owner, url, confidential, readers, placed_by)
    returning hold.id into placed;
  perform add_hold_mailboxes(placed, mailbox_ids, placed_by);
  return placed;
end $$;

-- Ends a hold, or its part over some mailboxes; each mailbox is held for 30 more days. Answers how many.
create function release_hold(hold_id int, mailbox_ids int[], released_by text, reason text) returns int
language plpgsql security definer set search_path = pg_catalog, public as $$
#variable_conflict use_variable
declare
  released int;
begin
  perform pg_advisory_xact_lock(hashtextextended('holdfast.holds', 0));
  with gone as (
    update hold_mailbox as m set removed_at = now(), removed_by = released_by
     where m.hold_id = hold_id and m.removed_at is null and (mailbox_ids is null or m.mailbox_id = any (mailbox_ids))
    returning m.mailbox_id
  ), delayed as (
    insert into delay_hold (mailbox_id, hold_id) select gone.mailbox_id, hold_id from gone returning 1
  )
  select count(*) into released from delayed;
  update hold set released_at = now(), released_by = release_hold.released_by, release_reason = reason
   where hold.id = hold_id and released_at is null
     and not exists (select from hold_mailbox as m where m.hold_id = hold_id and m.removed_at is null);
  return released;
end $$;

-- Ends a delay before its time: two people's names, an audit record and an entry of the log go with it.
create function end_delay_hold(delay_id int, ended_by text, approved_by text, reason text) returns boolean
language plpgsql security definer set search_path = pg_catalog, public as $$
#variable_conflict use_variable
declare
  ended delay_hold;
begin
  if ended_by is null or approved_by is null or ended_by = approved_by or coalesce(btrim(reason), '') = ''
     or exists (select from unnest(array[ended_by, approved_by]) as person (username)
                 where username <> 'local-operator'
                   and not exists (select from app_user as u where u.username = person.username and u.disabled_at is null))
  then
    raise exception 'a delay is ended by two people, with a reason' using errcode = 'HF003';
  end if;
  update delay_hold as d set ended_at = now(), ended_by = end_delay_hold.ended_by,
         approved_by = end_delay_hold.approved_by, end_reason = reason
   where d.id = delay_id and d.ended_at is null returning * into ended;
  if ended.id is null then
    return false;
  end if;
  insert into audit_event (at, actor, actor_type, operation, target, outcome, details)
    values (now(), ended_by, case ended_by when 'local-operator' then 'operator' else 'person' end, 'end-delay-hold',
            'delay ' || delay_id, 'succeeded', jsonb_build_object('approvedBy', approved_by, 'reason', reason,
            'mailboxId', ended.mailbox_id));
  insert into log_pending (at, kind, facts)
    values (now(), 'release', jsonb_build_object('delay', delay_id, 'hold', ended.hold_id, 'mailbox', ended.mailbox_id));
  return true;
end $$;

-- Writes down items that a hold's query found in a mailbox, with all there that they refer to, however far, and
-- (`with_events`) the events about any of these. Answers how many rows are new or longer held.
create function hold_items(hold_id int, mailbox_id int, message_ids bigint[], with_events boolean) returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
#variable_conflict use_variable
declare
  lasts int := (select h.days from hold as h where h.id = hold_id);
  fresh bigint[];
  ends timestamptz[];
  written bigint := 0;
begin
  with added as (
    insert into hold_item as kept (message_id, mailbox_id, hold_id, held_until)
      select i.message_id, i.mailbox_id, hold_id, case when lasts is null then 'infinity' else (
               select greatest(to_timestamp((m.id >> 21) / 1000.0) + make_interval(mins => coalesce(m.latest_minutes, 0)),
                               m.captured_at, m.received_at) + make_interval(days => lasts)
                 from message as m where m.id = i.message_id) end
        from unnest(message_ids) as wanted (id)
        join item as i on i.message_id = wanted.id and i.mailbox_id = hold_items.mailbox_id
      on conflict on constraint hold_item_pkey do update set held_until = excluded.held_until
        where kept.held_until < excluded.held_until
      returning kept.message_id, kept.held_until
  )
  select array_agg(added.message_id), array_agg(added.held_until) into fresh, ends from added;
  while fresh is not null loop
    written := written + cardinality(fresh);
    with child as materialized (
      select m.message_key, m.refers_to_key, f.held_until
        from unnest(fresh, ends) as f (id, held_until) join message as m on m.id = f.id
    ), relative as (
      -- What lies among them already needs no looking for, unless its own days end earlier.
      select o.id, c.held_until from child as c join message as o on o.message_key = c.refers_to_key
       where c.refers_to_key is not null
         and (lasts is not null or c.refers_to_key not in (select s.message_key from child as s))
      union all
      select e.id, c.held_until from child as c join message as e on e.refers_to_key = c.message_key
       where with_events and e.event <> 1
    ), added as (
      insert into hold_item as kept (message_id, mailbox_id, hold_id, held_until)
        select r.id, mailbox_id, hold_id, max(r.held_until)
          from relative as r join item as i on i.message_id = r.id and i.mailbox_id = hold_items.mailbox_id
         group by r.id
        on conflict on constraint hold_item_pkey do update set held_until = excluded.held_until
          where kept.held_until < excluded.held_until
        returning kept.message_id, kept.held_until
    )
    select array_agg(added.message_id), array_agg(added.held_until) into fresh, ends from added;
  end loop;
  return written;
end $$;

-- Of these messages, the events about items that a query holds are held with them. Answers how many are new or longer
-- held.
create function hold_new_events(message_ids bigint[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  written bigint;
begin
  insert into hold_item as kept (message_id, mailbox_id, hold_id, held_until)
    select e.id, i.mailbox_id, h.hold_id, max(h.held_until)
      from message as e
      join message as o on o.message_key = e.refers_to_key
      join hold_item as h on h.message_id = o.id
      join item as i on i.message_id = e.id and i.mailbox_id = h.mailbox_id
     where e.id = any (message_ids) and e.event <> 1 and e.refers_to_key is not null
     group by 1, 2, 3
    on conflict on constraint hold_item_pkey do update set held_until = excluded.held_until
      where kept.held_until < excluded.held_until;
  get diagnostics written = row_count;
  return written;
end $$;

-- Of these messages, what held ones refer to is held with them, with what it refers to in turn and the events about any of it:
-- an original may be imported after its answer. Answers how many originals are new or longer held.
create function hold_new_originals(message_ids bigint[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  fresh bigint[] := message_ids;
  held bigint[];
  written bigint := 0;
begin
  loop
    with added as (
      insert into hold_item as kept (message_id, mailbox_id, hold_id, held_until)
        select o.id, i.mailbox_id, h.hold_id, max(h.held_until)
          from message as o
          join message as a on a.refers_to_key = o.message_key
          join hold_item as h on h.message_id = a.id
          join item as i on i.message_id = o.id and i.mailbox_id = h.mailbox_id
         where o.id = any (fresh)
         group by 1, 2, 3
        on conflict on constraint hold_item_pkey do update set held_until = excluded.held_until
          where kept.held_until < excluded.held_until
        returning kept.message_id
    )
    select array_agg(distinct added.message_id) into held from added;
    exit when held is null;
    written := written + cardinality(held);
    perform hold_new_events(array(
      select e.id from message as m join message as e on e.refers_to_key = m.message_key where m.id = any (held) and e.event <> 1));
    fresh := array(select o.id from message as m join message as o on o.message_key = m.refers_to_key where m.id = any (held));
  end loop;
  return written;
end $$;

-- `added_at` says which time of the mailbox in the hold was gone through: one that was removed and added again meanwhile
-- stays held whole.
create function finish_hold_mailbox(hold_id int, mailbox_id int, added_at timestamptz) returns void
language sql security definer set search_path = pg_catalog, public as $$
  update hold_mailbox as m set evaluated_at = now()
   where m.hold_id = $1 and m.mailbox_id = $2 and m.added_at = $3 and m.removed_at is null and m.evaluated_at is null
$$;

create function note_hold_statistics(hold_id int, items bigint, bytes bigint) returns void
language sql security definer set search_path = pg_catalog, public as $$
  update hold set counted_items = $2, counted_bytes = $3, counted_at = now() where id = $1
$$;

-- Lets one more person see a confidential hold.
create function give_hold(hold_id int, reader text) returns void
language sql security definer set search_path = pg_catalog, public as $$
  update hold set readers = array_append(readers, $2) where id = $1 and not $2 = any (readers)
$$;

-- ───────────────────────────── refusing ─────────────────────────────

create function refuse_held_items() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  messages bigint[];
  mailboxes int[];
  held record;
begin
  select array_agg(message_id), array_agg(mailbox_id) into messages, mailboxes from removed;
  if messages is null then
    return null;
  end if;
  perform lock_hold_mailboxes((select array_agg(distinct one) from unnest(mailboxes) as one));
  select * into held from holds_of(messages, mailboxes) limit 1;
  if found then
    raise exception 'message % is held in mailbox %', held.message_id, held.mailbox_id using errcode = 'HF001';
  end if;
  delete from hold_item as i using removed where i.message_id = removed.message_id and i.mailbox_id = removed.mailbox_id;
  return null;
end $$;
create trigger item_held after delete on item
  referencing old table as removed for each statement execute function refuse_held_items();

-- Of tables that tell of a message: as long as one of its items is held, nothing of it goes.
create function refuse_held_messages() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  messages bigint[];
  held record;
begin
  if tg_table_name = 'message' then
    select array_agg(id) into messages from removed;
  else
    select array_agg(distinct message_id) into messages from removed;
  end if;
  select * into held from held_items(messages) limit 1;
  if found then
    raise exception 'message % is held in mailbox %', held.message_id, held.mailbox_id using errcode = 'HF001';
  end if;
  return null;
end $$;
create trigger message_held after delete on message
  referencing old table as removed for each statement execute function refuse_held_messages();
create trigger long_text_held after delete on long_text
  referencing old table as removed for each statement execute function refuse_held_messages();
create trigger message_attachment_held after delete on message_attachment
  referencing old table as removed for each statement execute function refuse_held_messages();
create trigger observation_held after delete on observation
  referencing old table as removed for each statement execute function refuse_held_messages();

-- A block's key goes only when no record in it is of anything that lives, was not imported yet, or waits.
create function refuse_needed_blocks() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  needed bigint;
begin
  select b.id into needed from removed as b
   where exists (select from message as m where m.block_id = b.id)
      or exists (select from observation as o where o.block_id = b.id)
      or exists (select from import_exception as e where e.block_id = b.id and e.resolved_at is null)
      or exists (select from staged_page as p where p.segment_id = b.segment_id)
   limit 1;
  if needed is not null then
    raise exception 'block % holds records that are kept', needed using errcode = 'HF001';
  end if;
  return null;
end $$;
create trigger block_needed after delete on block
  referencing old table as removed for each statement execute function refuse_needed_blocks();

create function refuse_needed_attachments() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  needed bigint;
begin
  select a.id into needed from removed as a
   where exists (select from message_attachment as m where m.attachment_id = a.id)
      or exists (select from staged_page as p where p.id = a.staged_page_id)
      or (a.kept_for_exceptions
          and exists (select from import_exception as e where e.resolved_at is null and e.catalogue_id is not null))
   limit 1;
  if needed is not null then
    raise exception 'attachment % belongs to what is kept', needed using errcode = 'HF001';
  end if;
  return null;
end $$;
-- Whether it waits for messages that were not imported.
alter table attachment add column kept_for_exceptions boolean not null default false;
create trigger attachment_needed after delete on attachment
  referencing old table as removed for each statement execute function refuse_needed_attachments();

create function keep_for_exceptions() returns trigger language plpgsql as $$
begin
  if new.staged_page_id is null and new.reference_count = old.reference_count then
    new.kept_for_exceptions := true;
  end if;
  return new;
end $$;
create trigger attachment_kept before update of staged_page_id on attachment
  for each row execute function keep_for_exceptions();

-- An object that a row names may not be declared dead.
create function refuse_living_objects() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  living text;
begin
  select a.object_name into living from added as a
   where exists (select from segment as s where s.object_name = a.object_name)
      or exists (select from attachment as t where t.object_name = a.object_name)
      or exists (select from staged_page as p where p.catalogue_object = a.object_name)
   limit 1;
  if living is not null then
    raise exception 'object % is still needed', living using errcode = 'HF001';
  end if;
  return null;
end $$;
create trigger dead_object_added after insert on dead_object
  referencing new table as added for each statement execute function refuse_living_objects();

-- While anybody is held, a page that waits for import goes only by its import: nobody can see who takes part in it.
create function refuse_unread_page() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if exists (select from hold_in_force)
     and not exists (select from segment as s where s.id = old.segment_id and s.adopted_at is not null)
     and (exists (select from segment as s where s.id = old.segment_id)
       or not exists (select from connector as c where c.id = old.connector_id and c.imported_sequence >= old.last_sequence))
  then
    raise exception 'staged page % is not imported yet', old.id using errcode = 'HF001';
  end if;
  return null;
end $$;
create constraint trigger staged_page_unread after delete on staged_page
  deferrable initially deferred for each row execute function refuse_unread_page();

-- Directories, connectors and exceptions: nothing of them goes while anything is held.
create function refuse_while_held() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if exists (select from removed) and exists (select from hold_in_force) then
    raise exception '% stays while anything is held', tg_table_name using errcode = 'HF001';
  end if;
  return null;
end $$;
do $$
declare
  kept text;
begin
  foreach kept in array array['mailbox', 'mailbox_address', 'mailbox_phone', 'account_key', 'feed_account', 'participant', 'conversation',
    'connector', 'import_exception', 'exception_catalogue'] loop
    execute format('create trigger stays_while_held after delete on %I referencing old table as removed
      for each statement execute function refuse_while_held()', kept);
  end loop;
end $$;

-- The journal of an account with somebody who is held, where site and centre share a database.
create function refuse_held_journal() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if exists (select from removed as r join site_account as a on a.id = r.account_id
               join feed_account as f on f.username = a.username
              where f.id in (select held_feed_accounts())) then
    raise exception 'the journal holds records of somebody who is held' using errcode = 'HF001';
  end if;
  return null;
end $$;
create trigger site_segment_held after delete on site_segment
  referencing old table as removed for each statement execute function refuse_held_journal();
create trigger site_block_held after delete on site_block
  referencing old table as removed for each statement execute function refuse_held_journal();
create trigger site_attachment_held after delete on site_attachment
  referencing old table as removed for each statement execute function refuse_held_journal();

-- What tells a row apart never changes, and a record lies in a block that is there.
create function refuse_key_change() returns trigger language plpgsql as $$
begin
  raise exception 'what identifies a row of % never changes', tg_table_name using errcode = 'HF001';
end $$;
create trigger keeps_key before update on mailbox for each row when (old.id <> new.id) execute function refuse_key_change();
create trigger keeps_key before update on connector for each row
  when (old.id <> new.id or old.feed_account_id <> new.feed_account_id) execute function refuse_key_change();
create trigger keeps_key before update on site_account for each row
  when (old.id <> new.id or old.public_key <> new.public_key) execute function refuse_key_change();
create trigger keeps_key before update on participant for each row
  when (old.id <> new.id or old.identity_type <> new.identity_type or old.identity_value <> new.identity_value)
  execute function refuse_key_change();

create function require_block() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if not exists (select from block where id = new.block_id) then
    raise exception 'there is no block %', new.block_id using errcode = 'HF001';
  end if;
  return new;
end $$;
create trigger message_moved before update of block_id on message for each row execute function require_block();
create trigger observation_moved before update of block_id on observation for each row execute function require_block();

-- Drops a month that has become empty; the only way a partition goes.
create function drop_month(year int, month int) returns boolean
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  suffix text := to_char(make_date(year, month, 1), 'YYYY_MM');
  living boolean;
begin
  if to_regclass('public.item_' || suffix) is null then
    return false;
  end if;
  execute format('lock table public.%I, public.%I in access exclusive mode', 'message_' || suffix, 'item_' || suffix);
  execute format('select exists (select from public.%I) or exists (select from public.%I)', 'item_' || suffix, 'message_' || suffix)
    into living;
  if living then
    raise exception 'the month % still has items', suffix using errcode = 'HF001';
  end if;
  execute format('drop table public.%I', 'item_' || suffix);
  execute format('drop table public.%I', 'message_' || suffix);
  return true;
end $$;

-- ───────────────────────────── rights ─────────────────────────────

revoke all on function
  know_identities(), know_catch_all(), held_feed_accounts(), hold_relatives(bigint[]), holds_of(bigint[], int[]),
  held_items(bigint[]), lock_hold_mailboxes(int[]), lock_holds_for_import(), add_hold_mailboxes(int, int[], text),
  place_hold(text, text, text, text, int, text, text, text, boolean, text[], text, int[]),
  release_hold(int, int[], text, text), end_delay_hold(int, text, text, text), hold_items(int, int, bigint[], boolean),
  hold_new_events(bigint[]), hold_new_originals(bigint[]), finish_hold_mailbox(int, int, timestamptz), note_hold_statistics(int, bigint, bigint),
  give_hold(int, text), refuse_held_items(), refuse_held_messages(), refuse_needed_blocks(), refuse_needed_attachments(),
  refuse_living_objects(), refuse_unread_page(), refuse_while_held(), refuse_held_journal(), require_block(),
  drop_month(int, int)
  from public;
grant execute on function
  held_feed_accounts(), hold_relatives(bigint[]), holds_of(bigint[], int[]), held_items(bigint[]),
  lock_hold_mailboxes(int[]), lock_holds_for_import(), add_hold_mailboxes(int, int[], text),
  place_hold(text, text, text, text, int, text, text, text, boolean, text[], text, int[]),
  release_hold(int, int[], text, text), end_delay_hold(int, text, text, text), hold_items(int, int, bigint[], boolean),
  hold_new_events(bigint[]), hold_new_originals(bigint[]), finish_hold_mailbox(int, int, timestamptz), note_hold_statistics(int, bigint, bigint),
  give_hold(int, text), drop_month(int, int)
  to holdfast_app;
grant select on hold, hold_mailbox, hold_item, delay_hold, hold_in_force, known_identity, known_catch_all, identity_mailbox
  to holdfast_app;
grant select, insert on hold_request to holdfast_app;
grant update (decided_by, decided_at, decision) on hold_request to holdfast_app;
-- Of what names objects and keys only what import changes.
revoke update on segment, attachment, import_exception from holdfast_app;
grant update (adopted_at) on segment to holdfast_app;
grant update (reference_count, staged_page_id) on attachment to holdfast_app;
grant update (explanation, resolved_at, resolved_by_run_id) on import_exception to holdfast_app;
