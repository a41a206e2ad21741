-- In-place archiving: which mailboxes have an archive, when items move into it, and what of the content became cold.

-- A mailbox has one policy; a policy is a set of tags, as messaging records management has them.
create table archive_policy (
  id int generated always as identity primary key,
  name text not null unique,
  built_in boolean not null default false,
  created_by text not null,
  created_at timestamptz not null
);

create table archive_tag (
  id int generated always as identity primary key,
  policy_id int not null references archive_policy,
  name text not null,
  -- 'default': the whole mailbox; 'folder': one folder; 'personal': items that somebody gave it to.
  kind text not null check (kind in ('default', 'folder', 'personal')),
  folder smallint check ((kind = 'folder') = (folder is not null)),
  -- Days after the message was sent; null: never.
  after_days int check (after_days between 1 and 36500),
  unique (policy_id, name)
);
create unique index archive_tag_default on archive_tag (policy_id) where kind = 'default';
create unique index archive_tag_folder on archive_tag (policy_id, folder) where kind = 'folder';

-- As Exchange Online's "Default MRM Policy" moves to the archive.
insert into archive_policy (name, built_in, created_by, created_at)
values ('Default archive policy', true, 'installation', now());
insert into archive_tag (policy_id, name, kind, after_days)
select id, tag.name, tag.kind, tag.after_days from archive_policy cross join (values
  ('Default 2 year move to archive', 'default', 730),
  ('Personal 1 year move to archive', 'personal', 365),
  ('Personal 5 year move to archive', 'personal', 1826),
  ('Personal never move to archive', 'personal', null)) as tag (name, kind, after_days);

create table archive_mailbox (
  mailbox_id int primary key references mailbox,
  policy_id int not null references archive_policy,
  enabled_by text not null,
  enabled_at timestamptz not null
);

create table item_archive_tag (
  message_id bigint not null,
  mailbox_id int not null,
  tag_id int not null references archive_tag,
  primary key (message_id, mailbox_id)
);

create table archive_run (
  id bigint generated always as identity primary key,
  as_of timestamptz not null,
  requested_by text not null,
  started_at timestamptz not null,
  finished_at timestamptz,
  moved bigint not null default 0,
  cold_objects bigint not null default 0
);

-- Objects that may hold nothing any more that an item in a primary mailbox needs: looked at after the move's commit.
create table archive_candidate (
  kind text not null check (kind in ('segment', 'attachment')),
  id bigint not null,
  primary key (kind, id)
);

alter table segment add column cold_at timestamptz;
alter table attachment add column cold_at timestamptz;

grant select, insert, delete on archive_policy, archive_tag, archive_mailbox, item_archive_tag, archive_candidate to holdfast_app;
grant update on archive_mailbox, item_archive_tag, archive_run to holdfast_app;
grant select, insert on archive_run to holdfast_app;
grant update (cold_at) on segment, attachment to holdfast_app;
