-- Until when a batch leaves a busy server alone; none while it does not.
ALTER TABLE link_batches ADD COLUMN waits_until bigint;
