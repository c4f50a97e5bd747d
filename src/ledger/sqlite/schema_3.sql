-- What format 3 adds to format 2.

-- The copy of each accepted letter that goes to the archive. It is no letter: no total counts it. `claims` is how often it was
-- claimed; a copy that was claimed elsewhere has no address and no run.
CREATE TABLE archive (
    letter TEXT NOT NULL PRIMARY KEY REFERENCES letter (id),
    address TEXT,
    state TEXT NOT NULL CHECK (state IN ('offered', 'accepted', 'deferred', 'rejected', 'unknown')),
    claims INTEGER NOT NULL,
    run TEXT,
    at TEXT NOT NULL,
    stage TEXT,
    code INTEGER,
    text TEXT
) STRICT, WITHOUT ROWID;

CREATE TRIGGER archive_is_not_removed BEFORE DELETE ON archive BEGIN SELECT RAISE(ABORT, 'copies stay'); END;
