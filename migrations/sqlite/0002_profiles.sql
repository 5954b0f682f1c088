-- Profiles, their calendar users, their links.

-- Lists that grow with the product are tables and not CHECKs: a new word is one INSERT,
-- where a changed CHECK would mean rebuilding a table that others refer to.
CREATE TABLE calendar_systems (word text NOT NULL PRIMARY KEY);
INSERT INTO calendar_systems (word) VALUES ('microsoft365'), ('caldav');

CREATE TABLE causes (word text NOT NULL PRIMARY KEY);
INSERT INTO causes (word) VALUES
    ('consent_denied'),
    ('scope_missing'),
    ('wrong_person'),
    ('wrong_account'),
    ('admin_approval'),
    ('crm_refused'),
    ('calendar_refused'),
    ('password_refused'),
    ('calendar_read_only'),
    ('no_calendar'),
    ('crm_right_missing');

CREATE TABLE profiles (
    tenant_id text NOT NULL REFERENCES tenants (id),
    id text NOT NULL,
    name text NOT NULL,
    name_folded text NOT NULL,
    system text NOT NULL REFERENCES calendar_systems (word),
    state text NOT NULL CHECK (state IN ('draft', 'active')),
    settings text NOT NULL,
    directory text NOT NULL,
    directory_secret blob,
    created_at bigint NOT NULL,
    -- When the calendar users were last read; null before the first time.
    calendar_users_at bigint,
    PRIMARY KEY (tenant_id, id)
);

CREATE UNIQUE INDEX profiles_name ON profiles (tenant_id, name_folded);

CREATE TABLE calendar_users (
    tenant_id text NOT NULL,
    profile_id text NOT NULL,
    id text NOT NULL,
    name text NOT NULL,
    name_folded text NOT NULL,
    email text NOT NULL,
    aliases text NOT NULL,
    active boolean NOT NULL,
    PRIMARY KEY (tenant_id, profile_id, id),
    FOREIGN KEY (tenant_id, profile_id) REFERENCES profiles (tenant_id, id)
);

-- The people are kept as they were when linked: the lists above are replaced often.
CREATE TABLE links (
    tenant_id text NOT NULL,
    id text NOT NULL,
    profile_id text NOT NULL,
    system text NOT NULL REFERENCES calendar_systems (word),
    crm_user_id text NOT NULL,
    crm_name text NOT NULL,
    crm_email text NOT NULL,
    crm_active boolean NOT NULL,
    calendar_user_id text NOT NULL,
    calendar_name text NOT NULL,
    calendar_email text NOT NULL,
    calendar_aliases text NOT NULL,
    calendar_active boolean NOT NULL,
    created_at bigint NOT NULL,
    paused_at bigint,
    deleted_at bigint,
    first_run_at bigint,
    cause text REFERENCES causes (word),
    cause_at bigint,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, profile_id) REFERENCES profiles (tenant_id, id),
    CHECK ((cause IS NULL) = (cause_at IS NULL))
);

CREATE INDEX links_profile ON links (tenant_id, profile_id, created_at);
CREATE UNIQUE INDEX links_crm_user_live ON links (tenant_id, crm_user_id)
    WHERE deleted_at IS NULL;
CREATE UNIQUE INDEX links_calendar_user_live ON links (tenant_id, system, calendar_user_id)
    WHERE deleted_at IS NULL;

CREATE TABLE grants (
    tenant_id text NOT NULL,
    link_id text NOT NULL,
    side text NOT NULL CHECK (side IN ('crm', 'calendar')),
    id text NOT NULL,
    identity text NOT NULL,
    secret blob NOT NULL,
    scopes text NOT NULL,
    refused_cause text REFERENCES causes (word),
    refused_at bigint,
    version bigint NOT NULL,
    granted_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, link_id, side),
    FOREIGN KEY (tenant_id, link_id) REFERENCES links (tenant_id, id),
    CHECK ((refused_cause IS NULL) = (refused_at IS NULL))
);
