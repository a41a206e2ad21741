-- Retention: policies and labels, what they say of an item, and the review before something goes by a label.

-- Mailboxes by what the directory says of them; looked at once a day, with a history of who was added and removed.
create table adaptive_scope (
  id int generated always as identity primary key,
  name text not null unique,
  -- [{"attribute": "department", "operator": "equals", "value": "Sales"}], joined by "match": "all" or "any".
  query jsonb not null,
  created_by text not null,
  created_at timestamptz not null
);

create table adaptive_scope_member (
  scope_id int not null references adaptive_scope,
  mailbox_id int not null references mailbox,
  since timestamptz not null,
  until timestamptz,
  primary key (scope_id, mailbox_id, since)
);
create unique index adaptive_scope_member_now on adaptive_scope_member (scope_id, mailbox_id) where until is null;

create table retention_policy (
  id int generated always as identity primary key,
  name text not null unique check (name = btrim(name) and name <> ''),
  action text not null check (action in ('retain', 'delete', 'retain-then-delete')),
  -- Null: for ever.
  period int check (period between 1 and 36500),
  period_unit text check (period_unit in ('days', 'months', 'years')),
  starts text not null check (starts in ('created', 'modified')),
  scope text not null check (scope in ('all', 'static', 'adaptive')),
  adaptive_scope_id int references adaptive_scope,
  -- May dispose of what was imported less than 90 days ago.
  early boolean not null default false,
  -- Whose rule it follows, for people.
  basis text not null default '',
  state text not null default 'draft' check (state in ('draft', 'asked', 'on', 'off')),
  simulated_at timestamptz,
  simulation jsonb,
  asked_by text,
  approved_by text,
  turned_on_at timestamptz,
  turned_off_at timestamptz,
  locked_by text,
  locked_at timestamptz,
  created_by text not null,
  created_at timestamptz not null,
  check ((period is null) = (period_unit is null)),
  check (period is not null or action = 'retain'),
  check ((scope = 'adaptive') = (adaptive_scope_id is not null)),
  -- A first run comes after a simulation and a second person.
  check (state <> 'on' or (simulated_at is not null and approved_by is not null and approved_by <> asked_by))
);

-- Of a static scope: whom it is for; of the scope `all`: whom it leaves out. A static scope that has lost its last
-- mailbox is for nobody.
create table retention_policy_mailbox (
  policy_id int not null references retention_policy,
  mailbox_id int not null references mailbox,
  primary key (policy_id, mailbox_id)
);

create table retention_label (
  id int generated always as identity primary key,
  name text not null unique check (name = btrim(name) and name <> ''),
  -- Null: it only says what something is.
  action text check (action in ('retain', 'delete', 'retain-then-delete')),
  period int check (period between 1 and 36500),
  period_unit text check (period_unit in ('days', 'months', 'years')),
  starts text not null check (starts in ('created', 'modified', 'labelled', 'event')),
  record text not null default 'none' check (record in ('none', 'record', 'regulatory')),
  -- KeyQL of what gets it by itself; null: only by hand or by default.
  query text,
  -- Names of user names and role groups by stage; empty: no review.
  review_stages jsonb not null default '[]' check (jsonb_array_length(review_stages) <= 5),
  early boolean not null default false,
  created_by text not null,
  created_at timestamptz not null,
  check ((period is null) = (period_unit is null)),
  check (period is not null or action is null or action = 'retain')
);

-- What items of a mailbox have that have no label of their own.
create table retention_default_label (
  mailbox_id int primary key references mailbox,
  label_id int not null references retention_label
);

create table item_label (
  message_id bigint not null,
  mailbox_id int not null,
  label_id int not null references retention_label,
  origin text not null check (origin in ('manual', 'query')),
  applied_by text not null,
  applied_at timestamptz not null,
  event_at timestamptz,
  primary key (message_id, mailbox_id)
);
create index item_label_label on item_label (label_id);

-- An item whose label asks for a review waits in it once its time is over.
create table disposition_review (
  message_id bigint not null,
  mailbox_id int not null,
  label_id int not null references retention_label,
  stage smallint not null default 1,
  state text not null default 'waiting' check (state in ('waiting', 'approved')),
  waiting_since timestamptz not null,
  -- Extended: not before then.
  not_before timestamptz,
  approvers text[] not null default '{}',
  primary key (message_id, mailbox_id)
);
create index disposition_review_waiting on disposition_review (label_id, stage) where state = 'waiting';

-- Decisions are records.
create table disposition_review_decision (
  id bigint generated always as identity primary key,
  message_id bigint not null,
  mailbox_id int not null,
  stage smallint not null,
  act text not null check (act in ('approve', 'relabel', 'extend')),
  by text not null,
  at timestamptz not null,
  comment text not null default '',
  details jsonb not null default '{}'
);

-- ───────────────────────────── preservation lock ─────────────────────────────

-- Whether a period, wherever it begins, ends no sooner than another one did. Null is for ever.
create function lasts_as_long(period int, unit text, than_period int, than_unit text) returns boolean
language sql immutable as $$
  select case when period is null then true
              when than_period is null then false
              when unit = than_unit then period >= than_period
              when unit in ('years', 'months') and than_unit in ('years', 'months')
                then period * case unit when 'years' then 12 else 1 end >= than_period * case than_unit when 'years' then 12 else 1 end
              -- The shortest that the new one can be, and the longest that the old one could.
              else period * case unit when 'years' then 365 when 'months' then 28 else 1 end
                >= than_period * case than_unit when 'years' then 366 when 'months' then 31 else 1 end end
$$;

-- A locked policy: longer is allowed, more mailboxes are, nothing else. Nobody can take the lock off.
create function refuse_loosening() returns trigger
language plpgsql as $$
begin
  if old.locked_at is null then
    return coalesce(new, old);
  end if;
  if tg_op = 'DELETE' or new.locked_at is distinct from old.locked_at or new.locked_by is distinct from old.locked_by
     or new.state <> 'on' or new.action <> old.action or new.starts <> old.starts or new.scope <> old.scope
     or new.adaptive_scope_id is distinct from old.adaptive_scope_id or (new.early and not old.early)
     or not lasts_as_long(new.period, new.period_unit, old.period, old.period_unit) then
    raise exception 'the policy "%" is locked', old.name using errcode = 'HF002';
  end if;
  return new;
end $$;
create trigger stays_locked before update or delete on retention_policy for each row execute function refuse_loosening();

create function refuse_narrowing() returns trigger
language plpgsql as $$
declare
  changed record := coalesce(old, new);
begin
  if exists (select from retention_policy as p where p.id = changed.policy_id and p.locked_at is not null
                and (tg_op <> 'INSERT' and p.scope = 'static' or tg_op = 'INSERT' and p.scope = 'all')) then
    raise exception 'the policy % is locked: mailboxes may come under it, and none leave it', changed.policy_id using errcode = 'HF002';
  end if;
  return coalesce(new, old);
end $$;
create trigger stays_wide before insert or delete on retention_policy_mailbox for each row execute function refuse_narrowing();

-- A label may change only where it does not loosen a record; what bears a regulatory one keeps it.
create function refuse_record_change() returns trigger
language plpgsql as $$
begin
  if old.record <> 'none' and (tg_op = 'DELETE' or new.record <> old.record or new.action is distinct from old.action
     or new.starts <> old.starts or (new.early and not old.early)
     or not lasts_as_long(new.period, new.period_unit, old.period, old.period_unit)) then
    raise exception 'the label "%" makes records and cannot be loosened', old.name using errcode = 'HF002';
  end if;
  return coalesce(new, old);
end $$;
create trigger stays_record before update or delete on retention_label for each row execute function refuse_record_change();

create function refuse_label_change() returns trigger
language plpgsql as $$
begin
  -- Of an item that is gone, nothing need say what it was: the log does.
  if exists (select from retention_label where id = old.label_id and record = 'regulatory')
     and exists (select from item as i where (i.message_id, i.mailbox_id) = (old.message_id, old.mailbox_id))
     and (tg_op = 'DELETE' or new.label_id <> old.label_id or new.applied_at <> old.applied_at
          or (old.event_at is not null and new.event_at is distinct from old.event_at)) then
    raise exception 'a regulatory record keeps its label' using errcode = 'HF002';
  end if;
  return coalesce(new, old);
end $$;
create trigger keeps_label before update or delete on item_label for each row execute function refuse_label_change();

-- ───────────────────────────── what applies ─────────────────────────────

-- Every setting that applies to items of these messages at a moment. An end is 'infinity' where it never comes.
-- Times count from when the message was sent (the later reading of an ambiguous time), or from its last version.
create function retention_settings(message_ids bigint[], at timestamptz)
returns table (message_id bigint, mailbox_id int, kind text, setting_id int, retain_until timestamptz, delete_at timestamptz,
               specific boolean, early boolean)
language sql stable security definer set search_path = pg_catalog, public set timezone = 'UTC' rows 1000 as $$
  -- The bounds leave out the months of other messages: no plan reads those off the array.
  with bounds as materialized (select min(id) as low, max(id) as high from unnest(message_ids) as id),
  wanted as materialized (
    select item.message_id, item.mailbox_id, message.received_at, message.message_key,
           to_timestamp((message.id >> 21) / 1000.0) + make_interval(mins => coalesce(message.latest_minutes, 0)) as sent
      from item join message on message.id = item.message_id
     where item.message_id = any (message_ids) and message.id = any (message_ids)
       and item.message_id between (select low from bounds) and (select high from bounds)
       and message.id between (select low from bounds) and (select high from bounds)
  ), timed as (
    select wanted.*, case when exists (select from retention_policy where starts = 'modified')
                            or exists (select from retention_label where starts = 'modified')
                       then greatest(sent, (
                              select max(to_timestamp((version.id >> 21) / 1000.0)) from message as version
                               where version.refers_to_key = wanted.message_key and version.event = 2
                                 and version.id > wanted.message_id)) end as modified
      from wanted
  ), applying as (
    select timed.message_id, timed.mailbox_id, 'policy' as kind, policy.id as setting_id, policy.action,
           case policy.starts when 'created' then sent else modified end as begins, policy.period, policy.period_unit,
           policy.scope <> 'all' as specific, policy.early, policy.state = 'on' as deletes, null::timestamptz as not_before
      from timed join retention_policy as policy
        on policy.state = 'on' or (policy.state = 'off' and policy.turned_off_at + interval '30 days' > at)
     where case policy.scope
             when 'all' then not exists (select from retention_policy_mailbox as out
                                          where out.policy_id = policy.id and out.mailbox_id = timed.mailbox_id)
             when 'static' then exists (select from retention_policy_mailbox as inside
                                         where inside.policy_id = policy.id and inside.mailbox_id = timed.mailbox_id)
             else exists (select from adaptive_scope_member as member
                           where member.scope_id = policy.adaptive_scope_id and member.mailbox_id = timed.mailbox_id
                             and member.until is null) end
    union all
    select timed.message_id, timed.mailbox_id, 'label', label.id, label.action,
           case label.starts when 'created' then sent when 'modified' then modified
                             when 'labelled' then coalesce(given.applied_at, received_at) else given.event_at end,
           label.period, label.period_unit, true, label.early, true, review.not_before
      from timed
      left join item_label as given on (given.message_id, given.mailbox_id) = (timed.message_id, timed.mailbox_id)
      left join retention_default_label as standard on standard.mailbox_id = timed.mailbox_id
      join retention_label as label on label.id = coalesce(given.label_id, standard.label_id)
      left join disposition_review as review
        on (review.message_id, review.mailbox_id, review.label_id) = (timed.message_id, timed.mailbox_id, label.id)
     where label.action is not null
  ), ended as (
    select applying.*,
           -- No period, or an event that has not come: no end.
           coalesce(begins + case period_unit when 'years' then make_interval(years => period)
                                              when 'months' then make_interval(months => period)
                                              else make_interval(days => period) end, 'infinity') as ends
      from applying
  )
  select ended.message_id, ended.mailbox_id, ended.kind, ended.setting_id,
         case when action <> 'delete' then greatest(ends, not_before) end,
         case when action <> 'retain' and deletes and ends < 'infinity' then greatest(ends, not_before) end,
         ended.specific, ended.early
    from ended
$$;

-- The principles of retention: what retains longest wins over every deletion; a label's deletion beats a policy's; a
-- policy for some people beats one for all; else the shortest. Null where nothing says so.
create function retention_of(message_ids bigint[], at timestamptz)
returns table (message_id bigint, mailbox_id int, retain_until timestamptz, delete_at timestamptz, by_label int, by_policy int, early boolean)
language sql stable security definer set search_path = pg_catalog, public rows 1000 as $$
  with summed as (
    select message_id, mailbox_id, max(retain_until) as retain_until,
           min(delete_at) filter (where kind = 'label') as label_delete,
           min(delete_at) filter (where kind = 'policy' and specific) as specific_delete,
           min(delete_at) filter (where kind = 'policy') as any_delete,
           min(setting_id) filter (where kind = 'label' and delete_at is not null) as label_id,
           (array_agg(setting_id order by specific desc, delete_at, setting_id) filter (where kind = 'policy' and delete_at is not null))[1] as policy_id,
           (array_agg(early order by kind, specific desc, delete_at, setting_id) filter (where delete_at is not null))[1] as early
      from retention_settings(message_ids, at) group by message_id, mailbox_id
  )
  select message_id, mailbox_id, retain_until,
         greatest(coalesce(label_delete, specific_delete, any_delete),
                  case when coalesce(label_delete, specific_delete, any_delete) is not null then retain_until end),
         label_id, case when label_id is null then policy_id end, coalesce(early, false)
    from summed
$$;

-- What may not go at a moment because something retains it.
create function retained_items(message_ids bigint[], at timestamptz)
returns table (message_id bigint, mailbox_id int, retain_until timestamptz)
language sql stable security definer set search_path = pg_catalog, public rows 1000 as $$
  select message_id, mailbox_id, max(retain_until) from retention_settings(message_ids, at)
   where retain_until > at
     and (exists (select from retention_policy where action <> 'delete' and state in ('on', 'off'))
          or exists (select from retention_label where action <> 'delete'))
   group by message_id, mailbox_id
$$;

revoke all on function retention_settings(bigint[], timestamptz), retention_of(bigint[], timestamptz),
  retained_items(bigint[], timestamptz) from public;
grant execute on function retention_settings(bigint[], timestamptz), retention_of(bigint[], timestamptz),
  retained_items(bigint[], timestamptz) to holdfast_app;
grant select, insert on adaptive_scope, adaptive_scope_member, retention_policy, retention_policy_mailbox, retention_label,
  retention_default_label, item_label, disposition_review, disposition_review_decision to holdfast_app;
grant update on retention_policy, retention_label, retention_default_label, item_label, disposition_review to holdfast_app;
grant update (until) on adaptive_scope_member to holdfast_app;
grant delete on retention_policy, retention_policy_mailbox, retention_label, retention_default_label, item_label, disposition_review
  to holdfast_app;
