-- What was captured on a day, and when an account last captured, without looking at all its blocks.
create index site_block_captured on site_block (captured_at);
create index site_block_account_captured on site_block (account_id, captured_at);
