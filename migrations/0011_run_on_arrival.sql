-- A connector may also run whenever its site has something new, besides its schedule.
alter table connector add column run_on_arrival boolean not null default false;
