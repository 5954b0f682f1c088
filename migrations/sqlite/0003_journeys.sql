-- Invitations, and journeys bound to one browser.

CREATE TABLE invitations (
    tenant_id text NOT NULL,
    id text NOT NULL,
    link_id text NOT NULL,
    secret_hash blob NOT NULL CHECK (length(secret_hash) = 32),
    -- No reference: the mail is written after its invitation, and may be cleared away before it.
    mail_id text,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL,
    opened_at bigint,
    used_at bigint,
    revoked_at bigint,
    invited_by text NOT NULL,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, link_id) REFERENCES links (tenant_id, id)
);

CREATE UNIQUE INDEX invitations_secret ON invitations (secret_hash);
CREATE INDEX invitations_link ON invitations (tenant_id, link_id, created_at);

-- Found by id and browser: the tenant is only known from the row.
CREATE TABLE activations (
    id text NOT NULL PRIMARY KEY,
    tenant_id text NOT NULL,
    link_id text NOT NULL,
    invitation_id text,
    browser blob NOT NULL CHECK (length(browser) = 32),
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
    id text NOT NULL PRIMARY KEY,
    state blob NOT NULL CHECK (length(state) = 32),
    browser blob NOT NULL CHECK (length(browser) = 32),
    provider text NOT NULL,
    purpose text NOT NULL,
    secrets blob NOT NULL,
    created_at bigint NOT NULL,
    expires_at bigint NOT NULL
);

CREATE UNIQUE INDEX attempts_state ON attempts (state);
CREATE INDEX attempts_expiry ON attempts (expires_at);

-- No tenant: confirming the sign-up is what creates it. Lives for minutes.
CREATE TABLE signups (
    id text NOT NULL PRIMARY KEY,
    browser blob NOT NULL CHECK (length(browser) = 32),
    identity text NOT NULL,
    secret blob NOT NULL,
    expires_at bigint NOT NULL
);

CREATE INDEX signups_expiry ON signups (expires_at);
