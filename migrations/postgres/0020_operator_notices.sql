-- What was told to whoever runs the installation, so that of all processes one tells it, once.
CREATE TABLE operator_notices (
    name text COLLATE "C" NOT NULL PRIMARY KEY,
    at bigint NOT NULL
);
