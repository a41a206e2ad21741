-- The item list of a mailbox: any place of it at once, and its months counted without looking at the items.

-- A mailbox's folder in the order of its items. All four columns together are 16 bytes, as two of them would be.
create index item_mailbox on item (mailbox_id, folder, area, message_id);

create index conversation_participant_conversation on conversation_participant (conversation_id);

-- How many items a folder has of each month: the sum of its rows. Written by the database itself with every
-- statement that adds, moves or removes items, so that it cannot be forgotten. Rows are only ever added: two
-- imports never wait for each other, and settle_month makes one row of many.
create table item_tally (
  mailbox_id int not null,
  folder smallint not null,
  area smallint not null,
  month date not null,
  items bigint not null
);
create index item_tally_mailbox on item_tally (mailbox_id);
create index item_tally_month on item_tally (month);

create function month_of_message(message_id bigint) returns date
language sql immutable parallel safe return
  date_trunc('month', timestamp 'epoch' + (message_id >> 21) * interval '1 millisecond')::date;

insert into item_tally (mailbox_id, folder, area, month, items)
select mailbox_id, folder, area, month_of_message(message_id), count(*) from item group by 1, 2, 3, 4;

create function tally_added_items() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  insert into item_tally (mailbox_id, folder, area, month, items)
  select mailbox_id, folder, area, month_of_message(message_id), count(*) from added group by 1, 2, 3, 4;
  return null;
end $$;

create function tally_moved_items() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  insert into item_tally (mailbox_id, folder, area, month, items)
  select mailbox_id, folder, area, month, sum(items) from (
    select mailbox_id, folder, area, month_of_message(message_id) as month, 1 as items from added
    union all
    select mailbox_id, folder, area, month_of_message(message_id), -1 from removed
  ) as change group by 1, 2, 3, 4 having sum(items) <> 0;
  return null;
end $$;

create function tally_removed_items() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
begin
  insert into item_tally (mailbox_id, folder, area, month, items)
  select mailbox_id, folder, area, month_of_message(message_id), -count(*) from removed group by 1, 2, 3, 4;
  return null;
end $$;

create trigger item_added after insert on item
  referencing new table as added for each statement execute function tally_added_items();
create trigger item_moved after update on item
  referencing new table as added old table as removed for each statement execute function tally_moved_items();
create trigger item_removed after delete on item
  referencing old table as removed for each statement execute function tally_removed_items();

-- Clears the search index's pending entries, sums the month's tally and refreshes the planner's statistics; owners
-- only may do these.
create or replace function settle_month(year int, month int) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  suffix text := to_char(make_date(year, month, 1), 'YYYY_MM');
  settled date := make_date(year, month, 1);
  index_name regclass;
begin
  if to_regclass('public.message_' || suffix) is null then
    return;
  end if;
  select indexrelid::regclass into index_name
    from pg_index join pg_class on pg_class.oid = indexrelid join pg_am on pg_am.oid = relam
   where indrelid = to_regclass('public.message_' || suffix) and amname = 'gin';
  perform gin_clean_pending_list(index_name);
  with gone as (
    delete from item_tally where item_tally.month = settled returning mailbox_id, folder, area, items
  )
  insert into item_tally (mailbox_id, folder, area, month, items)
  select mailbox_id, folder, area, settled, sum(items) from gone group by 1, 2, 3 having sum(items) <> 0;
  execute format('analyze public.%I', 'message_' || suffix);
  execute format('analyze public.%I', 'item_' || suffix);
end $$;

revoke all on function tally_added_items(), tally_moved_items(), tally_removed_items() from public;
grant select on item_tally to holdfast_app;
