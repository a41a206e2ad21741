-- Who looked at an item, whatever way he saw it: as the target of his act or among the items that were shown.
create index audit_event_target on audit_event (target, at);
create index audit_event_items on audit_event using gin ((details -> 'items') jsonb_path_ops);
