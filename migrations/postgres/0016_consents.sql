-- What organisations approved at their calendar system, and the links that ask for it.

CREATE TABLE consents (
    tenant_id text COLLATE "C" NOT NULL REFERENCES tenants (id),
    -- The organisation, in small letters.
    tid text COLLATE "C" NOT NULL,
    at bigint NOT NULL,
    by_name text NOT NULL,
    -- Why it was not approved; none when it was.
    refused text,
    PRIMARY KEY (tenant_id, tid)
);

-- Found by the secret alone: whoever has it is signed in nowhere.
CREATE TABLE consent_links (
    secret_hash bytea NOT NULL PRIMARY KEY CHECK (length(secret_hash) = 32),
    tenant_id text COLLATE "C" NOT NULL,
    profile_id text COLLATE "C" NOT NULL,
    tid text COLLATE "C" NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    created_by text NOT NULL,
    FOREIGN KEY (tenant_id, profile_id) REFERENCES profiles (tenant_id, id)
);

CREATE INDEX consent_links_profile ON consent_links (tenant_id, profile_id);
CREATE INDEX consent_links_expiry ON consent_links (expires_at);
