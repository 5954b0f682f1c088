-- Disabled and deleted profiles: who did it, and when.

ALTER TABLE profiles ADD COLUMN disabled_at bigint;
ALTER TABLE profiles ADD COLUMN disabled_by text;
ALTER TABLE profiles ADD COLUMN deleted_at bigint;
ALTER TABLE profiles ADD COLUMN deleted_by text;

-- A deleted profile does not keep its name from others.
DROP INDEX profiles_name;
CREATE UNIQUE INDEX profiles_name ON profiles (tenant_id, name_folded) WHERE deleted_at IS NULL;
