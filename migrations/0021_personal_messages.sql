-- What capture learnt late: messages that several ways in know by one id, regions, messages that are personal.

-- The id by which other ways in know a message, where the vendor's own id holds it (an HMAC under the account's key).
alter table site_record add column shared_id_tag bytea;
create index site_record_shared_id on site_record (account_id, shared_id_tag) where shared_id_tag is not null;

-- Where a connector's site takes messages, and where a mailbox keeps them.
alter table connector add column region text not null default 'default' check (region ~ '^[a-z0-9][a-z0-9-]{0,39}$');
alter table mailbox add column region text not null default 'default' check (region ~ '^[a-z0-9][a-z0-9-]{0,39}$');

-- Why messages may go from one region to another. One that ended stays: it says why what came in its time is there.
create table transfer_basis (
  id int generated always as identity primary key,
  from_region text not null,
  to_region text not null check (to_region <> from_region),
  basis text not null check (length(basis) between 3 and 1000),
  recorded_by text not null,
  recorded_at timestamptz not null,
  ended_by text,
  ended_at timestamptz,
  check ((ended_by is null) = (ended_at is null))
);
create unique index transfer_basis_in_force on transfer_basis (from_region, to_region) where ended_at is null;

-- Messages that somebody called personal. While `released_at` is null nobody finds or reads them; the row stays for good.
create table personal_flag (
  message_id bigint primary key,
  -- Whose message it is.
  mailbox_id int not null references mailbox,
  reason text not null check (length(reason) between 3 and 1000),
  flagged_by text not null,
  flagged_at timestamptz not null,
  -- The first of two people, and what for; the second one's act is the decision.
  proposed text check (proposed in ('release', 'delete')),
  proposed_by text,
  proposed_reason text,
  proposed_at timestamptz,
  released_at timestamptz,
  deleted_at timestamptz,
  decided_by text,
  check (num_nonnulls(proposed, proposed_by, proposed_reason, proposed_at) in (0, 4)),
  check (released_at is null or (deleted_at is null and proposed = 'release' and decided_by is not null)),
  check (deleted_at is null or (proposed = 'delete' and decided_by is not null)),
  check (decided_by <> proposed_by)
);
create index personal_flag_hidden on personal_flag (message_id) where released_at is null;

-- What a registered user calls personal on his page: the time in which it was said, for the centre to find it.
create table site_personal_report (
  id int generated always as identity primary key,
  account_id int not null references site_account,
  registered_user_id int not null references site_registered_user,
  from_at timestamptz not null,
  to_at timestamptz not null check (to_at > from_at and to_at <= from_at + interval '1 hour'),
  reported_at timestamptz not null,
  unique (registered_user_id, from_at, to_at)
);

grant select, insert, update on transfer_basis, personal_flag to holdfast_app;
grant select, insert on site_personal_report to holdfast_app;

-- Until two people have decided, a message that is personal is kept as a held one is: disposition passes it over.
alter function held_items(bigint[]) rename to items_in_holds;
create function held_items(message_ids bigint[]) returns table (message_id bigint, mailbox_id int)
language sql stable security definer set search_path = pg_catalog, public as $$
  select h.message_id, h.mailbox_id from items_in_holds($1) as h
  union
  select i.message_id, i.mailbox_id
    from personal_flag as p join item as i using (message_id)
   where p.message_id = any ($1) and i.message_id = any ($1) and p.released_at is null and p.deleted_at is null
$$;
revoke all on function held_items(bigint[]) from public;
grant execute on function held_items(bigint[]) to holdfast_app;

create function refuse_personal_items() returns trigger
language plpgsql security definer set search_path = pg_catalog, public as $$
declare
  undecided bigint;
begin
  select p.message_id into undecided from removed join personal_flag as p using (message_id)
   where p.released_at is null and p.deleted_at is null limit 1;
  if found then
    raise exception 'message % is personal, and two people have not decided about it', undecided using errcode = 'HF001';
  end if;
  return null;
end $$;
create trigger item_personal after delete on item
  referencing old table as removed for each statement execute function refuse_personal_items();
