-- Reading the lists of people page by page. The list that pages show is replaced only when
-- the last page is there.

CREATE TABLE list_reads (
    tenant_id text NOT NULL REFERENCES tenants (id),
    -- `crm`, or the id of the profile whose calendar users are read.
    list text NOT NULL,
    reading boolean NOT NULL,
    started_at bigint NOT NULL,
    -- Pages and people so far, how many there will be where the system says so, and where
    -- the list goes on.
    pages bigint NOT NULL,
    people bigint NOT NULL,
    total bigint,
    cursor text NOT NULL,
    -- The system asked for patience until then.
    waits_until bigint,
    -- Why the last try ended without a list, JSON.
    problem text,
    problem_at bigint,
    PRIMARY KEY (tenant_id, list),
    CHECK ((problem IS NULL) = (problem_at IS NULL))
);

CREATE TABLE list_pages (
    tenant_id text NOT NULL,
    list text NOT NULL,
    number bigint NOT NULL,
    -- The page's people, JSON.
    people text NOT NULL,
    PRIMARY KEY (tenant_id, list, number),
    FOREIGN KEY (tenant_id, list) REFERENCES list_reads (tenant_id, list)
);
