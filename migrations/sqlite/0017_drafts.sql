-- What was typed in the wizard and not saved yet, so that it can be left and gone back in.
CREATE TABLE profile_typed (
    tenant_id text NOT NULL,
    profile_id text NOT NULL,
    field text NOT NULL,
    value text NOT NULL,
    PRIMARY KEY (tenant_id, profile_id, field),
    FOREIGN KEY (tenant_id, profile_id) REFERENCES profiles (tenant_id, id)
);
