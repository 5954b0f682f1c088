-- Who administers a company, what its new profiles begin with, and on what people signed in.

CREATE TABLE tenant_settings (
    tenant_id text NOT NULL PRIMARY KEY REFERENCES tenants (id),
    contact_email text NOT NULL,
    mail_locale text NOT NULL CHECK (mail_locale IN ('en', 'nl', 'nb', 'sv', 'da', 'de'))
);

CREATE TABLE admins (
    tenant_id text NOT NULL REFERENCES tenants (id),
    associate_id text NOT NULL,
    name text NOT NULL,
    email text NOT NULL,
    -- The CRM calls the person an administrator; otherwise a colleague added them.
    from_crm boolean NOT NULL,
    added_by text NOT NULL,
    signed_in_at bigint,
    -- The row stays: the CRM's word alone does not bring a removed administrator back.
    removed_at bigint,
    PRIMARY KEY (tenant_id, associate_id)
);

ALTER TABLE sessions ADD COLUMN device text NOT NULL DEFAULT '';
DROP INDEX sessions_tenant;
CREATE INDEX sessions_person ON sessions (tenant_id, associate_id);
