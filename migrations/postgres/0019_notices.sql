-- What notices tell of.

-- When somebody came to the CRM's list; null for whom its first reading found.
ALTER TABLE crm_users ADD COLUMN came_at bigint;
-- Since when a linked person is missing in, or retired by, either side's list.
ALTER TABLE links ADD COLUMN crm_gone_at bigint;
ALTER TABLE links ADD COLUMN calendar_gone_at bigint;

CREATE INDEX crm_users_new ON crm_users (tenant_id) WHERE came_at IS NOT NULL;

-- Up to when administrators have seen and dismissed what a notice tells.
CREATE TABLE notices_dismissed (
    tenant_id text COLLATE "C" NOT NULL REFERENCES tenants (id),
    kind text COLLATE "C" NOT NULL,
    seen_until bigint NOT NULL,
    PRIMARY KEY (tenant_id, kind)
);
