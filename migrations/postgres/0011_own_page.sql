-- What a linked person decides on their own page.

-- A half that works and is connected anew all the same.
ALTER TABLE activations ADD COLUMN again text COLLATE "C" CHECK (again IN ('crm', 'calendar'));
-- The language of the person's mails; the profile's without one.
ALTER TABLE links ADD COLUMN mail_locale text COLLATE "C";
