-- What a company's system user in the CRM is signed in with, once it has been of use.
CREATE TABLE crm_system_users (
    tenant_id text NOT NULL PRIMARY KEY REFERENCES tenants (id),
    secret bytea NOT NULL,
    since bigint NOT NULL
);
