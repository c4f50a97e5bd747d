-- What format 4 adds to format 3.

-- What people recorded as the answer to a letter; only ever added to. The last one of a letter counts, and `none` takes back
-- those before it. No state depends on it.
CREATE TABLE response (
    number INTEGER PRIMARY KEY,
    letter TEXT NOT NULL REFERENCES letter (id),
    kind TEXT NOT NULL CHECK (kind IN ('reply', 'acknowledged', 'refused', 'bounced', 'none')),
    answered_on TEXT NOT NULL,
    note TEXT,
    by_whom TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

CREATE INDEX response_by_letter ON response (letter);

-- How many signatories the letters of a run print, and how many of them by name.
CREATE TABLE roll (
    run TEXT NOT NULL PRIMARY KEY,
    total INTEGER NOT NULL,
    listed INTEGER NOT NULL
) STRICT, WITHOUT ROWID;

-- The subject under which a letter is or was last sent: a second letter repeats it.
CREATE TABLE subject (
    letter TEXT NOT NULL PRIMARY KEY,
    text TEXT NOT NULL
) STRICT, WITHOUT ROWID;

CREATE TRIGGER response_is_not_changed BEFORE UPDATE ON response BEGIN SELECT RAISE(ABORT, 'answers stay'); END;
CREATE TRIGGER response_is_not_removed BEFORE DELETE ON response BEGIN SELECT RAISE(ABORT, 'answers stay'); END;
