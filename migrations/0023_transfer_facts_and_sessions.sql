-- Under which law a basis for transfers holds, where its document lies, and from when.
alter table transfer_basis
  add column law text check (length(law) between 1 and 200),
  add column document text check (length(document) between 1 and 200),
  add column valid_from timestamptz;
update transfer_basis set valid_from = recorded_at;
alter table transfer_basis alter column valid_from set not null;
