-- Where a company's CRM was last found, for all processes and after restarts, and until when
-- that holds; null before the first time.
ALTER TABLE tenants ADD COLUMN api_url text;
ALTER TABLE tenants ADD COLUMN api_until bigint CHECK ((api_url IS NULL) = (api_until IS NULL));
