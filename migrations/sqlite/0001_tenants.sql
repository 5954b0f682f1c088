-- Companies, and what is known of the people in their CRM.
--
-- Rules of every table: ids are text, instants are microseconds since 1970 in UTC,
-- JSON is text, secrets are sealed by the vault. A row of a company has `tenant_id`,
-- and its key begins with it, so that a reference can never cross companies.

CREATE TABLE tenants (
    id text NOT NULL PRIMARY KEY,
    environment text NOT NULL,
    context text NOT NULL,
    name text NOT NULL,
    state text NOT NULL CHECK (state IN ('active', 'suspended')),
    created_at bigint NOT NULL,
    -- When the CRM users were last read; null before the first time.
    crm_users_at bigint
);

CREATE UNIQUE INDEX tenants_context ON tenants (environment, context);

CREATE TABLE crm_connections (
    tenant_id text NOT NULL PRIMARY KEY REFERENCES tenants (id),
    associate_id text NOT NULL,
    name text NOT NULL,
    connected boolean NOT NULL,
    since bigint NOT NULL,
    secret blob NOT NULL
);

CREATE TABLE crm_users (
    tenant_id text NOT NULL REFERENCES tenants (id),
    id text NOT NULL,
    name text NOT NULL,
    name_folded text NOT NULL,
    email text NOT NULL,
    active boolean NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE TABLE sessions (
    id text NOT NULL PRIMARY KEY,
    secret_hash blob NOT NULL CHECK (length(secret_hash) = 32),
    tenant_id text NOT NULL REFERENCES tenants (id),
    associate_id text NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
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
    tenant_id text NOT NULL PRIMARY KEY REFERENCES tenants (id),
    version bigint NOT NULL
);

CREATE TABLE audit (
    tenant_id text NOT NULL REFERENCES tenants (id),
    id text NOT NULL,
    at bigint NOT NULL,
    actor text NOT NULL,
    action text NOT NULL,
    subject text NOT NULL,
    detail text NOT NULL,
    PRIMARY KEY (tenant_id, id)
);

CREATE INDEX audit_at ON audit (tenant_id, at);
