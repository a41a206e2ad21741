-- Disposition: what is to be destroyed, what was, and the only way in which the application can. Whoever decides what
-- may go fills disposition_item; dispose_items then checks each row against holds and retention once more.

create table disposition_run (
  id bigint generated always as identity primary key,
  reason text not null check (reason in ('retention', 'purge')),
  requested_by text not null,
  -- The moment whose rules apply; never a later one than the run's own.
  as_of timestamptz not null,
  state text not null default 'filling' check (state in ('filling', 'running', 'done', 'cancelled')),
  created_at timestamptz not null default now(),
  started_at timestamptz,
  -- Logical: nothing of it can be found, read or opened here any more.
  finished_at timestamptz,
  -- Final here: dead pages, the write-ahead log and the keys of old database backups are gone too.
  final_at timestamptz,
  -- Their keys were wrapped under these epochs of the key vault; the last to be destroyed makes it final.
  last_epoch int,
  batches int not null default 0,
  disposed bigint not null default 0,
  kept bigint not null default 0
);

-- One row an item, and afterwards the proof of what became of it. Written in sets of thousands: run_id is not a foreign
-- key because checking it would cost more than all else.
create table disposition_item (
  run_id bigint not null,
  message_id bigint not null,
  mailbox_id int not null,
  -- What it goes by: numbers of ours only ({"policy": 3, "label": 5}); written into the integrity log.
  basis jsonb not null default '{}',
  approvers text[] not null default '{}',
  state text not null default 'waiting'
    check (state in ('waiting', 'disposed', 'kept-by-hold', 'kept-by-retention', 'absent')),
  disposed_at timestamptz,
  primary key (run_id, message_id, mailbox_id)
) with (fillfactor = 50);
create index disposition_item_item on disposition_item (message_id, mailbox_id);

-- Blocks whose key has to stay for a while although something in them was disposed of: import exceptions that are not
-- resolved need their records. Tried again at the end of every run and by compacting.
create table leftover_block (
  block_id bigint primary key,
  run_id bigint not null
);

-- What may not go at `at` because of retention; nothing where no retention is installed.
create function kept_by_retention(message_ids bigint[], at timestamptz)
returns table (message_id bigint, mailbox_id int)
language plpgsql stable security definer set search_path = pg_catalog, public as $$
begin
  if to_regprocedure('public.retained_items(bigint[], timestamptz)') is null then
    return;
  end if;
  return query execute
    'select r.message_id, r.mailbox_id from retained_items($1, $2) as r where r.retain_until > $2' using message_ids, at;
end $$;

-- Takes out of a run what is held, what is retained and what is not there. Answers how many are kept.
create function keep_from_disposal(of_run bigint, message_ids bigint[]) returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  rules_of timestamptz := (select least(r.as_of, now()) from disposition_run as r where r.id = of_run);
  held bigint;
  retained bigint;
begin
  perform lock_hold_mailboxes((select array_agg(distinct d.mailbox_id) from disposition_item as d
    where d.run_id = of_run and d.message_id = any (message_ids) and d.state = 'waiting'));
  update disposition_item as d set state = 'kept-by-hold' from held_items(message_ids) as h
   where d.run_id = of_run and d.message_id = h.message_id and d.mailbox_id = h.mailbox_id and d.state = 'waiting';
  get diagnostics held = row_count;
  update disposition_item as d set state = 'kept-by-retention' from kept_by_retention(message_ids, rules_of) as k
   where d.run_id = of_run and d.message_id = k.message_id and d.mailbox_id = k.mailbox_id and d.state = 'waiting';
  get diagnostics retained = row_count;
  update disposition_item as d set state = 'absent'
   where d.run_id = of_run and d.message_id = any (message_ids) and d.state = 'waiting'
     and not exists (select from item as i where i.message_id = d.message_id and i.mailbox_id = d.mailbox_id);
  update disposition_run as r set kept = kept + held + retained where r.id = of_run and held + retained > 0;
  return held + retained;
end $$;

-- Destroys the waiting items of these messages, in one transaction with their entries in the log. `moves` are the
-- records of blocks that live on in new ones, `dead_blocks` the blocks whose keys go. Raises HF004 where something of it
-- is held or retained by now, and HF001 (the triggers of holds) where a dead block holds a record that lives.
create function dispose_items(
  of_run bigint, message_ids bigint[], at timestamptz,
  move_block bigint[], move_place smallint[], move_to_block bigint[], move_to_place smallint[], dead_blocks bigint[]
) returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  rules_of timestamptz := (select least(r.as_of, now()) from disposition_run as r where r.id = of_run and r.state = 'running');
  messages bigint[];
  mailboxes int[];
  dying bigint[];
  low bigint;
  high bigint;
  gone_items bigint;
begin
  if rules_of is null then
    raise exception 'disposition run % is not running', of_run using errcode = 'HF004';
  end if;
  perform lock_hold_mailboxes((select array_agg(distinct d.mailbox_id) from disposition_item as d
    where d.run_id = of_run and d.message_id = any (message_ids) and d.state = 'waiting'));
  select min(id), max(id) into low, high from unnest(message_ids) as id;
  if exists (select from held_items(message_ids) as h join disposition_item as d
               on d.run_id = of_run and d.message_id = h.message_id and d.mailbox_id = h.mailbox_id and d.state = 'waiting')
     or exists (select from kept_by_retention(message_ids, rules_of) as k join disposition_item as d
               on d.run_id = of_run and d.message_id = k.message_id and d.mailbox_id = k.mailbox_id and d.state = 'waiting')
  then
    raise exception 'something of disposition run % is kept by now', of_run using errcode = 'HF004';
  end if;

  with gone as (
    delete from item as i using disposition_item as d
     where d.run_id = of_run and d.message_id = any (message_ids) and d.state = 'waiting'
       and i.message_id = d.message_id and i.mailbox_id = d.mailbox_id and i.message_id between low and high
    returning i.message_id, i.mailbox_id
  )
  select array_agg(gone.message_id), array_agg(gone.mailbox_id), count(*) into messages, mailboxes, gone_items from gone;
  with marked as (
    update disposition_item as d set state = 'disposed', disposed_at = at
      from unnest(messages, mailboxes) as gone (message_id, mailbox_id)
     where d.run_id = of_run and d.message_id = gone.message_id and d.mailbox_id = gone.mailbox_id
    returning d.message_id, d.mailbox_id, d.basis
  )
  insert into log_pending (at, kind, message_id, mailbox_id, facts)
    select dispose_items.at, 'disposition', m.message_id, m.mailbox_id, m.basis || jsonb_build_object('run', of_run)
      from marked as m;
  -- What was in no mailbox any more has nothing to be proved by.
  update disposition_item as d set state = 'absent'
   where d.run_id = of_run and d.message_id = any (message_ids) and d.state = 'waiting';
  if gone_items = 0 then
    if cardinality(dead_blocks) > 0 then
      raise exception 'what was to go is gone already' using errcode = 'HF004';
    end if;
    return 0;
  end if;

  -- Importers lock the messages that they add items to and count these in the message's row: what has come into one more
  -- mailbox meanwhile stays, and then so do the keys of its block (HF001).
  with gone as (
    delete from message as m
     using (select gone.message_id, count(*) as items from unnest(messages, mailboxes) as gone (message_id, mailbox_id) group by 1) as lost
     where m.id = lost.message_id and m.item_count = lost.items and m.id between low and high
    returning m.id
  )
  select array_agg(gone.id) into dying from gone;
  if cardinality(dying) is distinct from cardinality(messages) then
    -- What lives on in other mailboxes.
    update message as m set item_count = m.item_count - lost.items, words = ts_delete(m.words, lost.lexemes)
      from (select gone.message_id, count(*) as items, array_agg('=m' || gone.mailbox_id) as lexemes
              from unnest(messages, mailboxes) as gone (message_id, mailbox_id)
              left join unnest(dying) as died on died = gone.message_id where died is null group by 1) as lost
     where m.id = lost.message_id and m.id between low and high;
  end if;
  perform forget_items(messages, mailboxes);
  perform forget_messages(dying);
  perform move_records(move_block, move_place, move_to_block, move_to_place, dead_blocks);
  update disposition_run as r set disposed = r.disposed + gone_items, batches = r.batches + 1 where r.id = of_run;
  return gone_items;
end $$;

-- What other tables remember of an item only as long as it is there.
create function forget_items(messages bigint[], mailboxes int[]) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  told text;
  has_any boolean;
begin
  foreach told in array array['delivery', 'item_archive_tag', 'item_label', 'disposition_review'] loop
    if to_regclass('public.' || told) is null then
      continue;
    end if;
    execute format('select exists (select from %I)', told) into has_any;
    if has_any then
      execute format('delete from %I as t using unnest($1, $2) as gone (message_id, mailbox_id)
        where t.message_id = gone.message_id and t.mailbox_id = gone.mailbox_id', told) using messages, mailboxes;
    end if;
  end loop;
end $$;

-- What else tells of messages that are gone. Of their large attachments the last reference may go: an attachment that nobody
-- refers to is declared dead by drop_unused_attachments.
create function forget_messages(dying bigint[]) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if dying is null then
    return;
  end if;
  perform 1 from attachment as a where a.id in (
    select t.attachment_id from message_attachment as t where t.message_id = any (dying)) order by a.id for update;
  with freed as (
    delete from message_attachment as t where t.message_id = any (dying) returning t.attachment_id
  )
  update attachment as a set reference_count = a.reference_count - lost.uses
    from (select freed.attachment_id, count(*) as uses from freed where freed.attachment_id is not null group by 1) as lost
   where a.id = lost.attachment_id;
  delete from long_text as t where t.message_id = any (dying);
  delete from observation as o where o.message_id = any (dying);
  delete from message_link as l where l.message_id = any (dying) or l.other_message_id = any (dying);
end $$;

-- Points what lives in dead blocks at its new places and destroys the blocks' keys; a segment without blocks is dead.
create function move_records(
  move_block bigint[], move_place smallint[], move_to_block bigint[], move_to_place smallint[], dead_blocks bigint[]
) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  touched bigint[];
  destroyed bigint;
  names text[];
begin
  if cardinality(move_block) > 0 then
    update message as m set block_id = v.to_block, place = v.to_place
      from unnest(move_block, move_place, move_to_block, move_to_place) as v (block, place, to_block, to_place)
     where m.block_id = v.block and m.place = v.place;
    update observation as o set block_id = v.to_block, place = v.to_place
      from unnest(move_block, move_place, move_to_block, move_to_place) as v (block, place, to_block, to_place)
     where o.block_id = v.block and o.place = v.place;
  end if;
  if cardinality(dead_blocks) > 0 then
    with gone as (delete from block as b where b.id = any (dead_blocks) returning b.segment_id)
    select array_agg(distinct gone.segment_id), count(*) into touched, destroyed from gone;
    -- Somebody else was first, and what lives on was moved elsewhere than we have it.
    if destroyed <> cardinality(dead_blocks) then
      raise exception 'a block was cleared by somebody else' using errcode = 'HF004';
    end if;
    with gone as (
      delete from segment as s where s.id = any (touched) and not exists (select from block as b where b.segment_id = s.id)
      returning s.object_name
    )
    select array_agg(gone.object_name) into names from gone;
    insert into dead_object (object_name) select unnest(names);
    delete from leftover_block as l where l.block_id = any (dead_blocks);
  end if;
end $$;

-- Takes the living records out of blocks that earlier runs had to leave, and destroys their keys.
create function clear_leftover_blocks(
  move_block bigint[], move_place smallint[], move_to_block bigint[], move_to_place smallint[], dead_blocks bigint[]
) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  if exists (select from unnest(dead_blocks) as id where not exists (select from leftover_block as l where l.block_id = id)) then
    raise exception 'only blocks that a disposition left are cleared' using errcode = 'HF004';
  end if;
  perform move_records(move_block, move_place, move_to_block, move_to_place, dead_blocks);
end $$;

-- Attachments that no message refers to any more. While a page waits for import it may count on one of them: they wait
-- until none does. Whoever stages such an attachment locks its row, and comes before us or makes a new one.
create function drop_unused_attachments() returns bigint
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  unused bigint[];
  names text[];
begin
  select array_agg(locked.id) into unused from (
    select a.id from attachment as a where a.reference_count = 0 and a.staged_page_id is null order by a.id for update) as locked;
  if unused is null or exists (select from staged_page) then
    return 0;
  end if;
  with gone as (
    delete from attachment as a
     where a.id = any (unused) and a.reference_count = 0 and a.staged_page_id is null
       and not (a.kept_for_exceptions and exists (
             select from import_exception as e where e.resolved_at is null and e.catalogue_id is not null))
    returning a.object_name
  )
  select array_agg(gone.object_name) into names from gone;
  insert into dead_object (object_name) select unnest(names);
  return coalesce(cardinality(names), 0);
end $$;
create index attachment_unused on attachment (id) where reference_count = 0;

-- ───────────────────────────── the journal of a site ─────────────────────────────

-- Of a segment that was destroyed the row stays, without its key: counts and days of capture do not change.
alter table site_segment
  alter column sealed_key drop not null,
  add column acknowledged_at timestamptz,
  add column destroyed_at timestamptz,
  add check ((destroyed_at is null) = (sealed_key is not null));
-- As the centre said with its last acknowledgement, wherever it is.
alter table site_account add column kept_for_centre boolean not null default false;

-- Accounts whose journal the centre needs still: somebody is held, or an attachment waits that only the site has.
create function feed_accounts_kept() returns setof int
language sql stable security definer set search_path = pg_catalog, public as $$
  select held_feed_accounts()
  union
  select c.feed_account_id from connector as c join import_exception as e on e.connector_id = c.id
   where e.resolved_at is null and e.reason in ('attachment-too-large', 'attachment-damaged')
$$;

-- Destroys the keys of journal segments whose every record the centre took at least `days` days ago, by the database's
-- clock from when this function first saw so, and declares their objects and attachments dead.
create function sweep_journal(days int) returns table (segments bigint, attachments bigint)
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  due bigint[];
  names text[];
begin
  if days is null or days < 1 then
    raise exception 'a journal is kept for a day at least' using errcode = 'HF003';
  end if;
  update site_segment as s set acknowledged_at = now() from site_account as a
   where a.id = s.account_id and s.acknowledged_at is null
     and exists (select from site_block as b where b.segment_id = s.id)
     and not exists (select from site_block as b where b.segment_id = s.id and b.last_sequence >
           coalesce((a.acknowledged_sequence ->> case b.family when 1 then 'whatsapp' else 'wechat' end)::bigint, 0));
  -- Nobody places a hold meanwhile.
  perform pg_advisory_xact_lock_shared(hashtextextended('holdfast.holds', 0));
  select array_agg(s.id) into due from site_segment as s join site_account as a on a.id = s.account_id
   where s.destroyed_at is null and s.acknowledged_at < now() - make_interval(days => days) and not a.kept_for_centre
     and not exists (select from feed_account as f where f.username = a.username and f.id in (select feed_accounts_kept()));
  segments := coalesce(cardinality(due), 0);
  with gone as (
    delete from site_attachment as t using site_block as b
     where b.segment_id = any (due) and t.account_id = b.account_id and t.sequence between b.first_sequence and b.last_sequence
    returning t.object_name
  )
  select array_agg(gone.object_name) into names from gone;
  attachments := coalesce(cardinality(names), 0);
  insert into dead_object (object_name)
    select unnest(names) union select s.object_name from site_segment as s where s.id = any (due);
  update site_segment as s set sealed_key = null, destroyed_at = now() where s.id = any (due);
  return next;
end $$;

revoke all on function feed_accounts_kept(), sweep_journal(int), kept_by_retention(bigint[], timestamptz), keep_from_disposal(bigint, bigint[]),
  dispose_items(bigint, bigint[], timestamptz, bigint[], smallint[], bigint[], smallint[], bigint[]),
  forget_items(bigint[], int[]), forget_messages(bigint[]),
  move_records(bigint[], smallint[], bigint[], smallint[], bigint[]),
  clear_leftover_blocks(bigint[], smallint[], bigint[], smallint[], bigint[]), drop_unused_attachments() from public;
grant execute on function feed_accounts_kept(), sweep_journal(int), keep_from_disposal(bigint, bigint[]),
  dispose_items(bigint, bigint[], timestamptz, bigint[], smallint[], bigint[], smallint[], bigint[]),
  clear_leftover_blocks(bigint[], smallint[], bigint[], smallint[], bigint[]), drop_unused_attachments() to holdfast_app;
grant select, insert on disposition_run, disposition_item, leftover_block to holdfast_app;
-- What became of an item is written by the functions alone.
grant update (state, started_at, finished_at, last_epoch) on disposition_run to holdfast_app;
