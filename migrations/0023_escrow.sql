-- The escrow: which keys lie where in it, and until when they are locked. The keys themselves are there alone, sealed to
-- the officer's public key.

-- One object in the escrow. Its row comes first, so that nothing can be in the escrow that nobody knows of.
create table escrow_copy (
  id bigint generated always as identity primary key,
  name text not null unique,
  -- Null until the object is there.
  written_at timestamptz,
  -- As it was set last, never earlier than before; null: not locked by time.
  locked_until timestamptz,
  -- Locked without an end, because of a hold or of what is retained for ever.
  held boolean not null default false,
  -- A key in it was destroyed here: the others are copied once more, and this copy goes when its time is over.
  retired_at timestamptz
);

-- The keys in a copy: of a content block (1) or of a large attachment (2).
create table escrow_key (
  copy_id bigint not null references escrow_copy,
  kind smallint not null check (kind in (1, 2)),
  key_id bigint not null,
  -- Destroyed here by disposition runs after `gone_after` and up to `gone_by`: they become final with the copy's end.
  gone_after bigint,
  gone_by bigint,
  primary key (copy_id, kind, key_id),
  check ((gone_after is null) = (gone_by is null))
);
create index escrow_key_key on escrow_key (kind, key_id);

grant select, insert, update, delete on escrow_copy, escrow_key to holdfast_app;
grant usage, select on all sequences in schema public to holdfast_app;
