-- Lists of pairs that somebody brought, until they are linked or a day has passed.

CREATE TABLE link_imports (
    tenant_id text NOT NULL,
    id text NOT NULL,
    profile_id text NOT NULL,
    file_name text NOT NULL,
    guessed boolean NOT NULL,
    content text NOT NULL,
    created_at bigint NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, profile_id) REFERENCES profiles (tenant_id, id) ON DELETE CASCADE
);

CREATE INDEX link_imports_profile ON link_imports (tenant_id, profile_id, created_at);
CREATE INDEX link_imports_created ON link_imports (created_at);
