-- Invitations, and journeys bound to one browser.

CREATE TABLE invitations (
    tenant_id text COLLATE "C" NOT NULL,
    id text COLLATE "C" NOT NULL,
    link_id text COLLATE "C" NOT NULL,
    secret_hash bytea NOT NULL CHECK (length(secret_hash) = 32),
    -- No reference: the mail is written after its invitation, and may be cleared away before it.
    mail_id text COLLATE "C",
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    opened_at bigint,
    used_at bigint,
    revoked_at bigint,
    invited_by text COLLATE "C" NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, link_id) REFERENCES links (tenant_id, id)
);

CREATE UNIQUE INDEX invitations_secret ON invitations (secret_hash);
CREATE INDEX invitations_link ON invitations (tenant_id, link_id, created_at);

-- Found by id and browser: the tenant is only known from the row.
CREATE TABLE activations (
    id text COLLATE "C" NOT NULL PRIMARY KEY,
    tenant_id text COLLATE "C" NOT NULL,
    link_id text COLLATE "C" NOT NULL,
    invitation_id text COLLATE "C",
    browser bytea NOT NULL CHECK (length(browser) = 32),
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    FOREIGN KEY (tenant_id, link_id) REFERENCES links (tenant_id, id),
    FOREIGN KEY (tenant_id, invitation_id) REFERENCES invitations (tenant_id, id)
);

CREATE INDEX activations_expiry ON activations (expires_at);
CREATE INDEX activations_link ON activations (tenant_id, link_id);
CREATE INDEX activations_invitation ON activations (tenant_id, invitation_id);

-- No tenant: nobody is signed in before the answer arrives. Lives for minutes.
CREATE TABLE attempts (
    id text COLLATE "C" NOT NULL PRIMARY KEY,
    state bytea NOT NULL CHECK (length(state) = 32),
    browser bytea NOT NULL CHECK (length(browser) = 32),
    provider text COLLATE "C" NOT NULL,
    purpose text COLLATE "C" NOT NULL,
    secrets bytea NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL
);

CREATE UNIQUE INDEX attempts_state ON attempts (state);
CREATE INDEX attempts_expiry ON attempts (expires_at);

-- No tenant: confirming the sign-up is what creates it. Lives for minutes.
CREATE TABLE signups (
    id text COLLATE "C" NOT NULL PRIMARY KEY,
    browser bytea NOT NULL CHECK (length(browser) = 32),
    identity text COLLATE "C" NOT NULL,
    secret bytea NOT NULL,
    expires_at bigint NOT NULL
);

CREATE INDEX signups_expiry ON signups (expires_at);
