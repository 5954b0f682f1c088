-- What is decided in a transaction and done after it.

CREATE TABLE mail_kinds (word text NOT NULL PRIMARY KEY);
INSERT INTO mail_kinds (word) VALUES ('invitation');

CREATE TABLE outbox (
    tenant_id text NOT NULL,
    id text NOT NULL,
    link_id text NOT NULL,
    kind text NOT NULL REFERENCES mail_kinds (word),
    locale text NOT NULL CHECK (locale IN ('en', 'nl', 'nb', 'sv', 'da', 'de')),
    recipient text NOT NULL,
    state text NOT NULL CHECK (state IN ('queued', 'sent', 'failed')),
    attempts bigint NOT NULL,
    answer text NOT NULL,
    created_at bigint NOT NULL,
    tried_at bigint,
    sent_at bigint,
    -- The rendered mail carries the invitation's secret: it goes when the mail went.
    sealed blob,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, link_id) REFERENCES links (tenant_id, id),
    CHECK ((state = 'queued') = (sealed IS NOT NULL)),
    CHECK ((state = 'sent') = (sent_at IS NOT NULL))
);

CREATE INDEX outbox_link ON outbox (tenant_id, link_id, created_at);

CREATE TABLE jobs (
    id text NOT NULL PRIMARY KEY,
    tenant_id text NOT NULL REFERENCES tenants (id),
    kind text NOT NULL,
    payload text NOT NULL,
    dedup_key text NOT NULL,
    state text NOT NULL CHECK (state IN ('open', 'done', 'failed')),
    attempts bigint NOT NULL,
    run_at bigint NOT NULL,
    lease_owner text,
    lease_until bigint,
    fence bigint NOT NULL,
    error text NOT NULL,
    ended_at bigint,
    CHECK ((lease_owner IS NULL) = (lease_until IS NULL)),
    CHECK ((state = 'open') = (ended_at IS NULL)),
    CHECK (state = 'open' OR lease_owner IS NULL)
);

CREATE UNIQUE INDEX jobs_open ON jobs (tenant_id, kind, dedup_key) WHERE state = 'open';
CREATE INDEX jobs_due ON jobs (run_at, kind) WHERE state = 'open';
CREATE INDEX jobs_leased ON jobs (lease_until) WHERE lease_until IS NOT NULL;
CREATE INDEX jobs_done ON jobs (ended_at) WHERE state = 'done';
CREATE INDEX jobs_tenant ON jobs (tenant_id);
