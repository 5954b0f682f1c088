-- Who paused a link: `person` or `admin`; none when it was paused before this was kept.
ALTER TABLE links ADD COLUMN paused_by text;
