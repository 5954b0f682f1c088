-- Exchange servers of one's own, and what stops an impersonating service account.
INSERT INTO calendar_systems (word) VALUES ('exchange');
INSERT INTO causes (word) VALUES ('impersonation_denied');
