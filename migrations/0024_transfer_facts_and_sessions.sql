-- Under which law a basis for transfers holds, where its document lies, and from when.
alter table transfer_basis
  add column law text check (length(law) between 1 and 200),
  add column document text check (length(document) between 1 and 200),
  add column valid_from timestamptz;
update transfer_basis set valid_from = recorded_at;
alter table transfer_basis alter column valid_from set not null;

-- What a plug-in keeps at its site instead of on its own disk (the session of a linked device): sealed by the plug-in under
-- a key that the site does not have, and once more by the site.
create table site_route_session (
  route_id int not null references site_route,
  name_tag bytea not null check (length(name_tag) = 32),
  sealed_entry bytea not null,
  primary key (route_id, name_tag)
);
-- How often it was written, and by which request last: one that comes again is known, one that comes late is refused.
alter table site_route
  add column session_generation bigint not null default 0 check (session_generation >= 0),
  add column session_request_sha256 bytea check (length(session_request_sha256) = 32);
grant select, insert, update, delete on site_route_session to holdfast_app;
