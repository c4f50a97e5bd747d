-- The ledger, format 2. Formats 3 and 4 are this and what schema_3.sql and schema_4.sql add. Opening compares a file's schema with
-- these texts.

-- Exactly one row: whose ledger this is.
CREATE TABLE ledger (
    row INTEGER PRIMARY KEY CHECK (row = 1),
    id TEXT NOT NULL,
    campaign TEXT NOT NULL,
    created_at TEXT NOT NULL,
    syncs INTEGER NOT NULL DEFAULT 0,
    -- How much of the outbox's claims file was compared with this ledger, in bytes.
    claims_read INTEGER NOT NULL DEFAULT 0
) STRICT;

-- The identities of the ledger's file, as the file system gives them; the last one is its home. A copy has another one.
CREATE TABLE home (
    number INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    file TEXT NOT NULL
) STRICT;

-- Where each letter stands. Without row ids the primary key is the table itself: there is no second index that could
-- miss a letter and let it be sent again.
CREATE TABLE letter (
    id TEXT NOT NULL PRIMARY KEY,
    number INTEGER NOT NULL,
    recipient TEXT NOT NULL,
    digest TEXT NOT NULL,
    message_id TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('pending', 'offered', 'accepted', 'deferred', 'rejected', 'unknown', 'dropped')),
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
    by_whom TEXT,
    -- The address that a claim was for: a corrected one may follow.
    recipient TEXT
) STRICT;

CREATE INDEX event_by_letter ON event (letter);

CREATE TRIGGER event_is_not_changed BEFORE UPDATE ON event BEGIN SELECT RAISE(ABORT, 'events stay'); END;
CREATE TRIGGER event_is_not_removed BEFORE DELETE ON event BEGIN SELECT RAISE(ABORT, 'events stay'); END;
CREATE TRIGGER home_is_not_changed BEFORE UPDATE ON home BEGIN SELECT RAISE(ABORT, 'homes stay'); END;
CREATE TRIGGER home_is_not_removed BEFORE DELETE ON home BEGIN SELECT RAISE(ABORT, 'homes stay'); END;
CREATE TRIGGER letter_is_not_removed BEFORE DELETE ON letter BEGIN SELECT RAISE(ABORT, 'letters stay'); END;
