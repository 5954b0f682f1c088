-- Companies, and what is known of the people in their CRM.
--
-- Rules of every table: ids are text, instants are microseconds since 1970 in UTC,
-- JSON is text, secrets are sealed by the vault. A row of a company has `tenant_id`,
-- and its key begins with it, so that a reference can never cross companies. Text sorts
-- by its bytes, as in SQLite, whatever the cluster's locale.

CREATE TABLE tenants (
    id text COLLATE "C" NOT NULL PRIMARY KEY,
    environment text COLLATE "C" NOT NULL,
    context text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    state text COLLATE "C" NOT NULL CHECK (state IN ('active', 'suspended')),
    created_at bigint NOT NULL,
    -- When the CRM users were last read; null before the first time.
    crm_users_at bigint
);

CREATE UNIQUE INDEX tenants_context ON tenants (environment, context);

CREATE TABLE crm_connections (
    tenant_id text COLLATE "C" NOT NULL PRIMARY KEY REFERENCES tenants (id),
    associate_id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    connected boolean NOT NULL,
    since bigint NOT NULL,
    secret bytea NOT NULL
);

CREATE TABLE crm_users (
    tenant_id text COLLATE "C" NOT NULL REFERENCES tenants (id),
    id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    name_folded text COLLATE "C" NOT NULL,
    email text COLLATE "C" NOT NULL,
    active boolean NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE sessions (
    id text COLLATE "C" NOT NULL PRIMARY KEY,
    secret_hash bytea NOT NULL CHECK (length(secret_hash) = 32),
    tenant_id text COLLATE "C" NOT NULL REFERENCES tenants (id),
    associate_id text COLLATE "C" NOT NULL,
    name text COLLATE "C" NOT NULL,
    email text COLLATE "C" NOT NULL,
    is_admin boolean NOT NULL,
    created_at bigint NOT NULL,
    seen_at bigint NOT NULL,
    expires_at bigint NOT NULL
);

CREATE UNIQUE INDEX sessions_secret ON sessions (secret_hash);
CREATE INDEX sessions_expiry ON sessions (expires_at);
CREATE INDEX sessions_tenant ON sessions (tenant_id);

-- Change counters: open pages of every replica compare them.
CREATE TABLE tenant_versions (
    tenant_id text COLLATE "C" NOT NULL PRIMARY KEY REFERENCES tenants (id),
    version bigint NOT NULL
);

CREATE TABLE audit (
    tenant_id text COLLATE "C" NOT NULL REFERENCES tenants (id),
    id text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    actor text COLLATE "C" NOT NULL,
    action text COLLATE "C" NOT NULL,
    subject text COLLATE "C" NOT NULL,
    detail text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE INDEX audit_at ON audit (tenant_id, at);
