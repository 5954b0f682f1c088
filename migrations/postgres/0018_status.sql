-- Tables of links that the server searches, sorts and pages.

-- Name and address of either side, folded: what searches look into, and the order by name.
-- Empty only in rows from before this migration; the program fills them right after it.
ALTER TABLE links ADD COLUMN crm_folded text COLLATE "C" NOT NULL DEFAULT '';
ALTER TABLE links ADD COLUMN calendar_folded text COLLATE "C" NOT NULL DEFAULT '';

CREATE INDEX links_by_crm ON links (tenant_id, crm_folded, id);
CREATE INDEX links_by_calendar ON links (tenant_id, calendar_folded, id);
CREATE INDEX links_unfolded ON links (tenant_id, id) WHERE crm_folded = '';
