-- Keeping grants alive.

-- When both connections of a link were last found good.
ALTER TABLE links ADD COLUMN checked_at bigint;
-- How long the grant before the present one lived until it was refused, in microseconds.
ALTER TABLE grants ADD COLUMN last_life bigint;

-- Access tokens, shared by all processes, so that one refresh serves them all. The row
-- belongs to one grant: a newer grant of the side makes it worthless.
CREATE TABLE grant_tokens (
    tenant_id text COLLATE "C" NOT NULL,
    link_id text COLLATE "C" NOT NULL,
    side text COLLATE "C" NOT NULL,
    grant_id text COLLATE "C" NOT NULL,
    access bytea,
    access_until bigint,
    -- When the refresh token was last used with success.
    refreshed_at bigint,
    -- The last failure that says nothing about the grant: those who waited share it.
    failed_at bigint,
    failure text COLLATE "C",
    -- Who refreshes now, and no longer than until when.
    lease_until bigint,
    fence bigint NOT NULL,
    PRIMARY KEY (tenant_id, link_id, side),
    FOREIGN KEY (tenant_id, link_id, side) REFERENCES grants (tenant_id, link_id, side),
    CHECK ((access IS NULL) = (access_until IS NULL)),
    CHECK ((failed_at IS NULL) = (failure IS NULL))
);

-- Tokens of erased grants that wait to be revoked at their provider; gone when that ended.
CREATE TABLE revocations (
    tenant_id text COLLATE "C" NOT NULL REFERENCES tenants (id),
    id text COLLATE "C" NOT NULL,
    system text COLLATE "C" NOT NULL,
    secret bytea NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

-- What administrators must hear of once, until it is over.
CREATE TABLE alarms (
    tenant_id text COLLATE "C" NOT NULL REFERENCES tenants (id),
    system text COLLATE "C" NOT NULL,
    kind text COLLATE "C" NOT NULL,
    since bigint NOT NULL,
    PRIMARY KEY (tenant_id, system, kind)
);
INSERT INTO mail_kinds (word) VALUES ('reactivation');
INSERT INTO causes (word) VALUES ('crm_approval');
