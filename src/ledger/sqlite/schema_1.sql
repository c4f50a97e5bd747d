-- The ledger as version 0.1 wrote it: format 1. Opening compares a file's schema with this text: it must never change.

-- Exactly one row: whose ledger this is.
CREATE TABLE ledger (
    row INTEGER PRIMARY KEY CHECK (row = 1),
    id TEXT NOT NULL,
    campaign TEXT NOT NULL,
    created_at TEXT NOT NULL,
    syncs INTEGER NOT NULL DEFAULT 0
) STRICT;

-- Where each letter stands. Without row ids the primary key is the table itself: there is no second index that could
-- miss a letter and let it be sent again.
CREATE TABLE letter (
    id TEXT NOT NULL PRIMARY KEY,
    number INTEGER NOT NULL,
    recipient TEXT NOT NULL,
    digest TEXT NOT NULL,
    message_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'offered', 'accepted', 'deferred', 'rejected', 'unknown')),
    begun INTEGER NOT NULL CHECK (begun IN (0, 1)),
    attempts INTEGER NOT NULL,
    boot TEXT NOT NULL,
    at TEXT NOT NULL,
    answer INTEGER REFERENCES event (number)
) STRICT, WITHOUT ROWID;

-- For listing by number alone.
CREATE INDEX letter_by_number ON letter (number, id);

-- What happened, in order; only ever added to.
CREATE TABLE event (
    number INTEGER PRIMARY KEY,
    letter TEXT NOT NULL REFERENCES letter (id),
    at TEXT NOT NULL,
    what TEXT NOT NULL,
    run TEXT,
    digest TEXT,
    stage TEXT,
    code INTEGER,
    text TEXT,
    by_whom TEXT
) STRICT;

CREATE INDEX event_by_letter ON event (letter);

CREATE TRIGGER event_is_not_changed BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'events stay'); END;
CREATE TRIGGER event_is_not_removed BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'events stay'); END;
CREATE TRIGGER letter_is_not_removed BEFORE DELETE ON letter BEGIN SELECT RAISE(ABORT, 'letters stay'); END;
