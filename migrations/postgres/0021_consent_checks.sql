-- When Microsoft was last asked whether an organisation's approval works; none before that.
ALTER TABLE consents ADD COLUMN checked_at bigint;
