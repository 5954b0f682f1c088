-- Google as a calendar system.
INSERT INTO calendar_systems (word) VALUES ('google');
