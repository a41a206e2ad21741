-- What waits to be sorted into the search index is read through by every search. People search while a run imports,
-- so little may wait: with 4 MB left waiting in several months, requests cost the database three times as much.
-- The parent of the months' indexes takes no such setting any more, so each month has its own.
create function public.keep_pending_short(month regclass) returns void
language plpgsql set search_path = pg_catalog, public as $$
declare
  words regclass := (
    select indexrelid::regclass
      from pg_index join pg_class on pg_class.oid = indexrelid join pg_am on pg_am.oid = relam
     where indrelid = month and amname = 'gin');
begin
  execute format('alter index %s set (gin_pending_list_limit = 512)', words);
end $$;

revoke all on function keep_pending_short(regclass) from public;

select keep_pending_short(inhrelid::regclass) from pg_inherits where inhparent = 'message'::regclass;

-- Makes the partitions of one month (1..12) where they are missing. The only way partitions come to be: the
-- application role has no right to create tables.
create or replace function ensure_month(year int, month int) returns void
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  suffix text := to_char(make_date(year, month, 1), 'YYYY_MM');
  low bigint := (extract(epoch from make_date(year, month, 1)) * 1000)::bigint << 21;
  high bigint := (extract(epoch from (make_date(year, month, 1) + interval '1 month')) * 1000)::bigint << 21;
begin
  if year < 1970 or year > 2108 then
    raise exception 'month %-% lies outside the archive''s calendar (1970 to 2108)', year, month;
  end if;
  if to_regclass('public.item_' || suffix) is not null then
    return;
  end if;
  perform pg_advisory_xact_lock(hashtextextended('holdfast.ensure_month', 0));
  if to_regclass('public.item_' || suffix) is not null then
    return;
  end if;
  execute format('create table public.%I partition of public.message for values from (%s) to (%s)', 'message_' || suffix, low, high);
  execute format('create unique index %I on public.%I (message_key)', 'message_key_' || suffix, 'message_' || suffix);
  -- No query's plan depends on how these are spread, and looking took half the time of analysing a month.
  execute format('alter table public.%I alter subject set statistics 0, alter sha256 set statistics 0, alter message_key set statistics 0', 'message_' || suffix);
  perform keep_pending_short(('public.message_' || suffix)::regclass);
  execute format('create table public.%I partition of public.item for values from (%s) to (%s)', 'item_' || suffix, low, high);
end $$;
