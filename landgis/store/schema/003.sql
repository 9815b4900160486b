-- Version 3: the entries of cases. None is ever changed or ended: one that was wrong is corrected
-- by a later one, which says whose place it takes.

CREATE TABLE case_entries (
    entry INTEGER PRIMARY KEY,
    rev INTEGER NOT NULL REFERENCES revisions,
    supply_id TEXT NOT NULL,
    step TEXT NOT NULL,
    taken_on TEXT NOT NULL,
    document TEXT NOT NULL,
    evidence TEXT NOT NULL,
    sha256 TEXT NOT NULL,
    who TEXT NOT NULL,
    note TEXT NOT NULL,
    manner TEXT NOT NULL,
    addressee TEXT NOT NULL,
    authority TEXT NOT NULL,
    level TEXT NOT NULL,
    corrects INTEGER REFERENCES case_entries
) STRICT;
CREATE INDEX case_entries_supply ON case_entries (supply_id, entry);
CREATE INDEX case_entries_rev ON case_entries (rev);

CREATE TRIGGER case_entries_update BEFORE UPDATE ON case_entries
BEGIN SELECT RAISE(ABORT, 'case_entries is append-only'); END;
CREATE TRIGGER case_entries_delete BEFORE DELETE ON case_entries
BEGIN SELECT RAISE(ABORT, 'case_entries is append-only'); END;
CREATE TRIGGER case_entries_insert BEFORE INSERT ON case_entries
WHEN NEW.entry != (SELECT coalesce(max(entry), 0) + 1 FROM case_entries)
BEGIN SELECT RAISE(ABORT, 'case_entries is append-only'); END;
