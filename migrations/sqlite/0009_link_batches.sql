-- Many pairs that are linked, or many people that are mailed, in one action.

CREATE TABLE link_batches (
    tenant_id text NOT NULL,
    id text NOT NULL,
    profile_id text NOT NULL,
    kind text NOT NULL CHECK (kind IN ('link', 'resend')),
    started_by text NOT NULL,
    created_at bigint NOT NULL,
    ended_at bigint,
    PRIMARY KEY (tenant_id, id),
    FOREIGN KEY (tenant_id, profile_id) REFERENCES profiles (tenant_id, id)
);

CREATE INDEX link_batches_profile ON link_batches (tenant_id, profile_id, created_at);
CREATE INDEX link_batches_ended ON link_batches (ended_at);

-- Names as they were: a row is still read when the lists and the link are gone.
CREATE TABLE link_batch_rows (
    tenant_id text NOT NULL,
    batch_id text NOT NULL,
    position bigint NOT NULL,
    crm_user_id text NOT NULL,
    crm_name text NOT NULL,
    calendar_user_id text NOT NULL,
    calendar_name text NOT NULL,
    -- The link that was made, or that is mailed. No reference: it may be erased.
    link_id text,
    state text NOT NULL CHECK (state IN ('waiting', 'done', 'already', 'refused', 'cancelled')),
    reason text,
    PRIMARY KEY (tenant_id, batch_id, position),
    FOREIGN KEY (tenant_id, batch_id) REFERENCES link_batches (tenant_id, id)
);

CREATE INDEX link_batch_rows_state ON link_batch_rows (tenant_id, batch_id, state, position);
